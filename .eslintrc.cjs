/** Run with ESLint 9 in eslintrc mode: `npm run lint`. */
module.exports = {
  root: true,
  parser: "@typescript-eslint/parser",
  parserOptions: { project: "./tsconfig.json", tsconfigRootDir: __dirname },
  // The plugin is this repository's own, as `npm run build` last made it.
  plugins: ["@typescript-eslint", "session-lint"],
  extends: ["eslint:recommended", "plugin:@typescript-eslint/strict-type-checked", "plugin:@typescript-eslint/stylistic-type-checked", "plugin:session-lint/legacy-all"],
  reportUnusedDisableDirectives: true,
  ignorePatterns: ["dist", "node_modules", "fixtures", "examples", "coverage", "*.cjs", "*.mjs"],
  rules: {
    "@typescript-eslint/consistent-type-exports": "error",
    "@typescript-eslint/consistent-type-imports": "error",
    "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
    // A call that gives nothing may be the short form of a function that gives nothing.
    "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
    // `record["key"]` says that the key is no declared property.
    "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
    // It asks for the `!` that no-non-null-assertion forbids.
    "@typescript-eslint/non-nullable-type-assertion-style": "off",
    eqeqeq: "error",
    "no-console": "error",
  },
  overrides: [
    {
      // Tests and benchmarks make wrong values on purpose, and know what is at an index.
      files: ["test/**/*.ts", "bench/**/*.ts"],
      rules: {
        "no-console": "off",
        "@typescript-eslint/no-non-null-assertion": "off",
        "@typescript-eslint/no-unsafe-argument": "off",
        "@typescript-eslint/no-unsafe-assignment": "off",
        "@typescript-eslint/no-unsafe-call": "off",
        "@typescript-eslint/no-unsafe-member-access": "off",
        "@typescript-eslint/no-unsafe-return": "off",
        "@typescript-eslint/only-throw-error": "off",
        "@typescript-eslint/unbound-method": "off",
      },
    },
    {
      // The engine looks things up under numbers that it gave itself; an empty text stands for "none"; a switch over one
      // operation of many says what the others do after it.
      files: ["src/analysis/**/*.ts"],
      rules: {
        "@typescript-eslint/no-non-null-assertion": "off",
        "@typescript-eslint/prefer-nullish-coalescing": "off",
        "@typescript-eslint/switch-exhaustiveness-check": "off",
      },
    },
    {
      // Escape sequences of terminals are control characters; tests for NULL are tried as a program would write them; a
      // property that an error in the text left without a name has none, whatever its type says.
      files: ["scripts/terminal-svg.ts", "test/frontend/bindings/nullness.test.ts", "src/frontend/typescript/bindings/**/*.ts", "test/oracle/index.ts"],
      rules: { "no-control-regex": "off", "@typescript-eslint/no-implied-eval": "off", "@typescript-eslint/no-unnecessary-condition": "off" },
    },
    {
      // The tests for NULL are tried out as they are written.
      files: ["**/bindings/nullness.ts", "test/oracle/unknowns.ts"],
      rules: { eqeqeq: "off" },
    },
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
