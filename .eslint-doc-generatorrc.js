/** @type {import("eslint-doc-generator").GenerateOptions} */
export default {
  pathRuleList: "docs/rules/README.md",
  ignoreConfig: ["legacy-recommended", "legacy-strict", "legacy-all"],
  configEmoji: [
    ["recommended", "✅"],
    ["strict", "🔒"],
    ["all", "🌐"],
  ],
  urlConfigs: "https://github.com/session-lint/session-lint/blob/main/docs/eslint.md",
};
