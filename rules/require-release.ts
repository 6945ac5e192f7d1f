import { createRule, docsOf, findingMessages, type FindingMessageId } from "./create-rule.js";
import { reportFindings } from "./report.js";

export interface Options {
  readonly checkThrowingCalls?: boolean;
}

export default createRule<[Options], FindingMessageId>({
  name: "require-release",
  meta: {
    type: "problem",
    docs: docsOf("require-release"),
    messages: findingMessages,
    hasSuggestions: true,
    schema: [
      {
        type: "object",
        properties: {
          checkThrowingCalls: {
            type: "boolean",
            description: "Whether to report a reference that is lost only because a call may throw. Default: what `settings[\"session-lint\"]` says, else true with preset `strict` and false with `recommended`.",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{}],
  },
  create: (context, [{ checkThrowingCalls }]) => reportFindings(context, "require-release", checkThrowingCalls === undefined ? {} : { checkThrowingCalls }),
});
