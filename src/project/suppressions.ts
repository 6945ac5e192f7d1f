import type { RuleId, Suppression } from "../findings.js";
import { ruleList, ruleNamed, rulePrefix } from "../rules.js";

/** A comment that hides findings, in our own spelling or in ESLint's. */
export interface SuppressionComment {
  readonly start: number;
  readonly end: number;
  /** The rules that it names; null: all. */
  readonly rules: readonly RuleId[] | null;
  /** What is wrong with the names in it. */
  readonly unknown: readonly string[];
  readonly justification: string | null;
  /** Rules of findings that it hid. */
  readonly used: Set<RuleId>;
}

export interface Suppressions {
  readonly comments: readonly SuppressionComment[];
  /** What hides a finding of the rule at the offset, or null. The comment counts as used from then on. */
  hiding(rule: RuleId, offset: number): Suppression | null;
}

/**
 * Reads `session-lint-disable-next-line`, `-disable-line`, `-disable` and `-enable` comments, and those of ESLint
 * that name a rule of ours, so that one comment serves both tools. Inside ESLint, its own comments are its business.
 */
export function readSuppressions(text: string, tools: readonly string[] = ["session-lint", "eslint"]): Suppressions {
  const comments: SuppressionComment[] = [];
  const scopes: Scope[] = [];
  if (text.includes("session-lint")) {
    for (const match of text.matchAll(commentPattern)) if (tools.includes(match[1] ?? match[4] ?? "")) readComment(match, text, comments, scopes);
  }
  return {
    comments,
    hiding(rule, offset) {
      const scope = scopes.find((candidate) => covers(candidate, rule, offset));
      if (scope === undefined) return null;
      scope.comment.used.add(rule);
      return { kind: "comment", justification: scope.comment.justification };
    },
  };
}

interface Scope {
  readonly comment: SuppressionComment;
  readonly rules: readonly RuleId[] | null;
  readonly from: number;
  to: number;
  /** A block is open until a comment ends it, for all rules or for some. */
  readonly ended: Map<RuleId, number>;
}

const commentPattern = /\/\/[ \t]*(session-lint|eslint)-(disable-next-line|disable-line|disable|enable)(?![\w-])([^\n\r]*)|\/\*\s*(session-lint|eslint)-(disable-next-line|disable-line|disable|enable)(?![\w-])([\s\S]*?)\*\//g;

function readComment(match: RegExpMatchArray, text: string, comments: SuppressionComment[], scopes: Scope[]): void {
  const [whole, lineTool, lineVerb, lineRest, blockTool, blockVerb, blockRest] = match;
  const verb = lineVerb ?? blockVerb;
  const start = match.index as number;
  const end = start + whole.length;
  const named = readNames(lineRest ?? blockRest ?? "", lineTool ?? blockTool ?? "");
  if (named === null) return;
  if (verb === "enable") {
    endBlocks(scopes, named.rules, start);
    return;
  }
  const comment: SuppressionComment = { start, end, ...named, used: new Set() };
  comments.push(comment);
  const [from, to] = verb === "disable" ? [end, text.length] : verb === "disable-line" ? lineAround(text, start) : lineAround(text, lineAround(text, end)[1] + 1);
  scopes.push({ comment, rules: named.rules, from, to, ended: new Map() });
}

// ESLint's comments count only where they name a rule of ours: without names they speak of ESLint's own run.
function readNames(rest: string, tool: string): Pick<SuppressionComment, "rules" | "unknown" | "justification"> | null {
  const [list = "", ...reason] = rest.split(/\s-{2,}\s|^-{2,}\s/);
  const justification = reason.join(" -- ").replace(/\s+/g, " ").trim() || null;
  const names = list.split(/[\s,]+/).filter((name) => name !== "" && (tool === "session-lint" || name.startsWith(rulePrefix)));
  if (names.length === 0) return tool === "session-lint" ? { rules: null, unknown: [], justification } : null;
  const rules = names.flatMap((name) => ruleNamed(name)?.id ?? []);
  const unknown = names.filter((name) => ruleNamed(name) === undefined).map((name) => `this comment names \`${name}\`, which is no rule; the rules are ${ruleList.map((rule) => rule.id).join(", ")}`);
  return { rules, unknown, justification };
}

function endBlocks(scopes: readonly Scope[], rules: readonly RuleId[] | null, at: number): void {
  for (const scope of scopes) {
    if (rules === null) scope.to = Math.min(scope.to, at);
    else for (const rule of rules) if (!scope.ended.has(rule)) scope.ended.set(rule, at);
  }
}

function covers(scope: Scope, rule: RuleId, offset: number): boolean {
  const to = Math.min(scope.to, scope.ended.get(rule) ?? scope.to);
  return (scope.rules === null || scope.rules.includes(rule)) && offset >= scope.from && offset < to;
}

// The line around an offset, from its first character to its end, which still belongs to it.
function lineAround(text: string, offset: number): [number, number] {
  const before = Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1));
  const rest = text.slice(offset).search(/\r\n|\n|\r/);
  const end = rest < 0 ? text.length : offset + rest;
  return [before + 1, text.startsWith("\r\n", end) ? end + 1 : end];
}
