import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "no-release-borrowed",
  meta: {
    type: "problem",
    docs: docsOf("no-release-borrowed"),
    messages: findingMessages,
    hasSuggestions: true,
    schema: [],
  },
  create: (context) => reportFindings(context, "no-release-borrowed"),
});
