import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "prefer-explicit-ownership",
  meta: {
    type: "suggestion",
    docs: docsOf("prefer-explicit-ownership"),
    messages: findingMessages,
    fixable: "code",
    hasSuggestions: true,
    schema: [],
  },
  create: (context) => reportFindings(context, "prefer-explicit-ownership"),
});
