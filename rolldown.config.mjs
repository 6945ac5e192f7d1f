import { readFileSync } from "node:fs";
import { defineConfig } from "rolldown";

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));

/**
 * The command line in few files: what every run needs in one, the rest in pieces that are loaded where they are
 * needed. Node.js takes longer to find and link thirty small modules than to run them. They are CommonJS, which starts
 * sooner than a graph of modules and takes TypeScript without looking through it for names first.
 */
export default defineConfig({
  input: { main: "dist/src/cli/main.js", worker: "dist/src/project/worker.js" },
  platform: "node",
  external: Object.keys(dependencies).filter((name) => name !== "ts-morph"),
  plugins: [onlyTypeScript()],
  output: { dir: "dist/cli", format: "cjs", cleanDir: true, entryFileNames: "[name].js", chunkFileNames: "[name].js" },
});

// Of ts-morph nothing is used but the TypeScript in it: its own code and the library texts beside it need not be loaded.
function onlyTypeScript() {
  const source = `
    import { createRequire } from "node:module";
    export const ts = createRequire(createRequire(import.meta.url).resolve("ts-morph"))("@ts-morph/common/dist/typescript.js");
  `;
  return {
    name: "only-typescript",
    resolveId: (id) => (id === "ts-morph" ? "\0typescript" : null),
    load: (id) => (id === "\0typescript" ? source : null),
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "package.json", source: '{ "type": "commonjs" }\n' });
    },
  };
}
