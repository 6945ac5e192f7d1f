import { createRule, docsOf, findingMessages } from "./create-rule.js";
import { reportFindings } from "./report.js";

export default createRule({
  name: "no-use-after-release",
  meta: {
    type: "problem",
    docs: docsOf("no-use-after-release"),
    messages: findingMessages,
    hasSuggestions: true,
    schema: [],
  },
  create: (context) => reportFindings(context, "no-use-after-release"),
});
