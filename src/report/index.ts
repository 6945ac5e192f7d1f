import type { Reporter } from "./model.js";

/** The output formats. Each is loaded when it is asked for. */
export const reporters = {
  pretty: async () => (await import("./pretty.js")).pretty,
  json: async () => (await import("./json.js")).json,
} satisfies Record<string, () => Promise<Reporter>>;

export type FormatName = keyof typeof reporters;

export const formatNames = Object.keys(reporters) as FormatName[];
