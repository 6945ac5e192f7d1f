import { readFileSync } from "node:fs";
import { defineConfig } from "rolldown";
import { parserOfTypeScript } from "./scripts/parser-of-typescript.mjs";

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const external = Object.keys(dependencies).filter((name) => name !== "ts-morph");

/**
 * The command line and the plugin in few files: what every run needs in one, the rest in pieces that are loaded where
 * they are needed. Node.js takes longer to find and link thirty small modules than to run them.
 */
export default defineConfig([
  // CommonJS starts sooner than a graph of modules, and takes TypeScript without looking through it for names first.
  {
    input: { main: "dist/src/cli/main.js", worker: "dist/src/project/worker.js", analyzer: "dist/src/project/analyzer.js" },
    platform: "node",
    external,
    plugins: [parserOfTypeScript(), asCommonJs()],
    treeshake: { propertyReadSideEffects: false, unknownGlobalSideEffects: false, manualPureFunctions: ["diag"] },
    output: { dir: "dist/bundle", format: "cjs", cleanDir: true, entryFileNames: "[name].js", chunkFileNames: "[name].js" },
  },
  // The plugin is imported. The analyzer above is what it requires when a file is worth it; the library lies beside it.
  {
    input: { plugin: "dist/rules/index.js", "plugin-and-library": "dist/rules/commonjs.js" },
    platform: "node",
    external: [...external, /src\/index\.js$/],
    checks: { ineffectiveDynamicImport: false },
    output: { dir: "dist/bundle", format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "[name].mjs" },
  },
]);

function asCommonJs() {
  return {
    name: "as-commonjs",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "package.json", source: '{ "type": "commonjs" }\n' });
    },
  };
}
