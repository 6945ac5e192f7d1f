import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: [
      // `require` knows no TypeScript: what is shipped loads lazily, what is tested does not.
      { find: /^\.(?:\.\/src\/project)?\/lazy\.js$/u, replacement: fileURLToPath(new URL("test/support/lazy.ts", import.meta.url)) },
    ],
  },
});
