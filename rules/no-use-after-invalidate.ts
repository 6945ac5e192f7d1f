import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "no-use-after-invalidate",
  meta: {
    type: "problem",
    docs: docsOf("no-use-after-invalidate"),
    messages: findingMessages,
    hasSuggestions: true,
    schema: [],
  },
  create: (context) => reportFindings(context, "no-use-after-invalidate"),
});
