import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "no-cross-context",
  meta: {
    type: "problem",
    docs: docsOf("no-cross-context"),
    messages: findingMessages,
    schema: [],
  },
  create: (context) => reportFindings(context, "no-cross-context"),
});
