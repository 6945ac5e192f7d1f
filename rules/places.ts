import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Finding, PathStep, Site } from "../src/findings.js";

interface PlaceContext {
  readonly cwd: string;
  readonly filename: string;
  readonly sourceCode: { getLocFromIndex(index: number): { readonly line: number } };
}

const shown = 5;

/** The places of a finding's path besides the reported one, in words: ESLint shows a single place. */
export function otherPlaces(finding: Finding, context: PlaceContext): string {
  const places = [...new Set(finding.path.filter((step) => !isPrimary(step, finding)).map((step) => placeOf(step, finding, context)))];
  if (places.length === 0) return "";
  const left = places.length - shown;
  return ` (${places.slice(0, shown).join("; ")}${left > 0 ? `; and ${left} more` : ""})`;
}

function isPrimary({ site }: PathStep, { primary }: Finding): boolean {
  return site.file === primary.file && site.start === primary.start && site.end === primary.end;
}

function placeOf({ site, message }: PathStep, finding: Finding, context: PlaceContext): string {
  if (site.file === finding.primary.file) return `line ${context.sourceCode.getLocFromIndex(site.start).line}: ${message}`;
  return `${relative(context.cwd, resolve(context.cwd, site.file)).replaceAll("\\", "/")} line ${lineInFile(site, context.cwd)}: ${message}`;
}

function lineInFile({ file, start }: Site, cwd: string): number {
  const text = readFileSync(resolve(cwd, file), "utf8").replace(/^\uFEFF/u, "");
  return text.slice(0, start).split(/\r\n|[\n\r\u2028\u2029]/u).length;
}
