import type { Finding } from "../findings.js";
import type { lowerModule, OutlineOptions } from "../frontend/typescript/index.js";
import type { SourceText } from "./analyze.js";
import { editorIndexFor, type EditorIndex } from "./editor-index.js";
import { withoutMark } from "./file-system.js";
import { loadAnalyzer } from "./lazy.js";
import { linksOf } from "./links.js";
import { displayPath } from "./paths.js";
import type { AnalysisSettings } from "./settings.js";

export interface EditorFile {
  /** Absolute path; the file need not exist. */
  readonly path: string;
  /** What is in the editor, saved or not. */
  readonly text: string;
  readonly cwd: string;
  readonly settings: AnalysisSettings;
}

/** The findings in one text, in the light of the other files of its project as they are on disk. Synchronous, for ESLint. */
export function analyzeFileForEditor({ path, text: given, cwd, settings }: EditorFile): readonly Finding[] {
  const text = withoutMark(given);
  const index = editorIndexFor(path, cwd, settings);
  const files = index.programOf(path, text);
  if (files === null) return [];
  const own = displayPath(cwd, path);
  const sources = files.map((file) => ({ path: displayPath(cwd, file), text: file === path ? text : index.text(file) }));
  return findingsIn(sources, new Map(files.map((file) => [displayPath(cwd, file), file])), index, settings).filter((finding) => finding.primary.file === own);
}

/** Whether a text can have findings at all: it mentions a native function, or is tied to a file that does. */
export function isRelevantForEditor({ path, text, cwd, settings }: EditorFile): boolean {
  return editorIndexFor(path, cwd, settings).programOf(path, withoutMark(text)) !== null;
}

interface Analysed {
  readonly settings: string;
  readonly sources: readonly SourceText[];
  readonly findings: readonly Finding[];
}

let lastAnalysed: readonly Analysed[] = [];

// The files of one program are linted one after the other, and mostly are what they were: the last few results are kept.
function findingsIn(sources: readonly SourceText[], paths: ReadonlyMap<string, string>, index: EditorIndex, settings: AnalysisSettings): readonly Finding[] {
  const key = JSON.stringify(settings);
  const known = lastAnalysed.find((entry) => entry.settings === key && sameSources(entry.sources, sources));
  if (known !== undefined) return known.findings;
  const links = linksOf(sources, (from, specifier) => {
    const target = index.resolve(paths.get(from) ?? from, specifier);
    return target === null ? null : ([...paths].find(([, path]) => path === target)?.[0] ?? null);
  });
  const { analyzeSources, outlineOptions } = loadAnalyzer();
  const outline = outlineOptions(sources, settings);
  const lower = (path: string, text: string): Lowered => lowerOnce(path, text, outline, key);
  const { findings } = analyzeSources({ sources, links }, settings, lower);
  lastAnalysed = [{ settings: key, sources, findings }, ...lastAnalysed].slice(0, 4);
  return findings;
}

function sameSources(left: readonly SourceText[], right: readonly SourceText[]): boolean {
  return left.length === right.length && left.every(({ path, text }, index) => path === right[index]?.path && text === right[index].text);
}

type Lowered = ReturnType<typeof lowerModule>;

interface LoweredText {
  readonly text: string;
  /** The settings, and whether the module stands alone: both decide what is left out. */
  readonly key: string;
  readonly result: Lowered;
}

const lowered = new Map<string, LoweredText>();

// While one file is edited, the others of its program stay as they are.
function lowerOnce(path: string, text: string, outline: OutlineOptions, settings: string): Lowered {
  const key = `${outline.isImported} ${settings}`;
  const known = lowered.get(path);
  if (known?.text === text && known.key === key) return known.result;
  const result = loadAnalyzer().lowerModule(path, text, outline);
  lowered.delete(path);
  lowered.set(path, { text, key, result });
  const [oldest] = lowered.keys();
  if (lowered.size > 200 && oldest !== undefined) lowered.delete(oldest);
  return result;
}
