import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "require-null-check",
  meta: {
    type: "problem",
    docs: docsOf("require-null-check"),
    messages: findingMessages,
    hasSuggestions: true,
    schema: [],
  },
  create: (context) => reportFindings(context, "require-null-check"),
});
