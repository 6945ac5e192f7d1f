import { packageVersion } from "../src/shipped.js";

/** Who the plugin is, for caches and for `extends: ["session-lint/recommended"]`. */
export const meta = { name: "session-lint", version: packageVersion(), namespace: "session-lint" } as const;
