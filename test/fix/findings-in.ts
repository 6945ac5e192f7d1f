import { resolve } from "node:path";
import { analysisSettings } from "../../rules/settings.js";
import { analyzeFileForEditor } from "../../src/project/editor.js";
import type { Finding } from "../../src/findings.js";
import type { PresetName } from "../../src/rules.js";

/** What the analysis finds in a text, as the editor would show it. */
export function findingsIn(text: string, { preset = "recommended", file = "example.ts" }: { readonly preset?: PresetName; readonly file?: string } = {}): readonly Finding[] {
  return analyzeFileForEditor({ path: resolve(file), text, cwd: resolve("."), settings: analysisSettings({ "session-lint": { preset, classes: "all" } }, {}) });
}
