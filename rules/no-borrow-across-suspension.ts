import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "no-borrow-across-suspension",
  meta: {
    type: "problem",
    docs: docsOf("no-borrow-across-suspension"),
    messages: findingMessages,
    hasSuggestions: true,
    schema: [],
  },
  create: (context) => reportFindings(context, "no-borrow-across-suspension"),
});
