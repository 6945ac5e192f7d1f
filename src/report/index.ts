import type { Reporter } from "./model.js";

/** The output formats. Each is loaded when it is asked for. */
export const reporters = {
  pretty: async () => (await import("./pretty.js")).pretty,
  json: async () => (await import("./json.js")).json,
  compact: async () => (await import("./compact.js")).compact,
  sarif: async () => (await import("./sarif.js")).sarif,
  github: async () => (await import("./github.js")).github,
  gitlab: async () => (await import("./gitlab.js")).gitlab,
  html: async () => (await import("./html.js")).html,
  junit: async () => (await import("./junit.js")).junit,
} satisfies Record<string, () => Promise<Reporter>>;

export type FormatName = keyof typeof reporters;

export const formatNames = Object.keys(reporters) as FormatName[];
