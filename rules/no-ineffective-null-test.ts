import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "no-ineffective-null-test",
  meta: {
    type: "problem",
    docs: docsOf("no-ineffective-null-test"),
    messages: findingMessages,
    hasSuggestions: true,
    schema: [],
  },
  create: (context) => reportFindings(context, "no-ineffective-null-test"),
});
