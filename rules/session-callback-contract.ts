import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "session-callback-contract",
  meta: {
    type: "problem",
    docs: docsOf("session-callback-contract"),
    messages: findingMessages,
    schema: [],
  },
  create: (context) => reportFindings(context, "session-callback-contract"),
});
