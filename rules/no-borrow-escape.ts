import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "no-borrow-escape",
  meta: {
    type: "problem",
    docs: docsOf("no-borrow-escape"),
    messages: findingMessages,
    hasSuggestions: true,
    schema: [],
  },
  create: (context) => reportFindings(context, "no-borrow-escape"),
});
