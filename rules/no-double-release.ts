import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "no-double-release",
  meta: {
    type: "problem",
    docs: docsOf("no-double-release"),
    messages: findingMessages,
    fixable: "code",
    hasSuggestions: true,
    schema: [],
  },
  create: (context) => reportFindings(context, "no-double-release"),
});
