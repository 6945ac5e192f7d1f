import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { CountReporter } from "./scripts/count-reporter.js";

export default defineConfig({
  resolve: {
    alias: [
      // `require` knows no TypeScript: what is shipped loads lazily, what is tested does not.
      { find: /^\.(?:\.\/src\/project)?\/lazy\.js$/u, replacement: fileURLToPath(new URL("test/support/lazy.ts", import.meta.url)) },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", new CountReporter()],
    // Many tests analyse whole programs or start processes, and two cores may be all there are.
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
