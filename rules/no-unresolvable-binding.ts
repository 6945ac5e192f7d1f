import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "no-unresolvable-binding",
  meta: {
    type: "problem",
    docs: docsOf("no-unresolvable-binding"),
    messages: findingMessages,
    fixable: "code",
    hasSuggestions: true,
    schema: [],
  },
  create: (context) => reportFindings(context, "no-unresolvable-binding"),
});
