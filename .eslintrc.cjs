/** Run with ESLint 9 in eslintrc mode: `npm run lint`. */
module.exports = {
  root: true,
  parser: "@typescript-eslint/parser",
  parserOptions: { project: "./tsconfig.json", tsconfigRootDir: __dirname },
  plugins: ["@typescript-eslint"],
  extends: ["eslint:recommended", "plugin:@typescript-eslint/strict-type-checked", "plugin:@typescript-eslint/stylistic-type-checked"],
  reportUnusedDisableDirectives: true,
  ignorePatterns: ["dist", "node_modules", "fixtures", "examples", "coverage", "*.cjs", "*.mjs"],
  rules: {
    "@typescript-eslint/consistent-type-exports": "error",
    "@typescript-eslint/consistent-type-imports": "error",
    "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
    eqeqeq: "error",
    "no-console": "error",
  },
  overrides: [
    {
      files: ["rules/**/*.ts"],
      extends: ["plugin:eslint-plugin/recommended"],
      rules: {
        // Both look for the edits in the rule's own file; all rules make them in rules/report.ts.
        "eslint-plugin/require-meta-has-suggestions": "off",
        "eslint-plugin/require-meta-fixable": "off",
      },
    },
  ],
};
