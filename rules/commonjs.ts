/**
 * What `require("session-lint")` gives: the library, and the plugin besides. ESLint's `.eslintrc` looks for a plugin at
 * the root of a package, which `npm i -D eslint-plugin-session-lint@npm:session-lint` makes this one.
 */
export * from "../src/index.js";
export { configs, meta, rules } from "./index.js";
