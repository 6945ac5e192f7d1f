import { ts } from "ts-morph";
import type { Finding } from "../findings.js";
import { callAt, calleeFor } from "./callee.js";
import { holderOf, type Holder } from "./holder.js";
import { insertAfter } from "./layout.js";
import { proposal, type FixProposal, type TextEdit } from "./proposal.js";
import { beforeLeaving } from "./release-before-exit.js";
import { finallyEdits } from "./release-in-finally.js";
import { contains, functionAround, mayLeave, referencesTo, waits, type Source } from "./source.js";

/** Takes a reference instead of a borrow, and releases it after the last use. */
export function ownReference(source: Source, finding: Finding): FixProposal[] {
  const { release, ownedGetter } = finding.data;
  const holder = holderOf(source, finding.data.acquiredAt);
  const swap = ownedCallee(source, finding);
  const callee = release === undefined || holder === undefined ? undefined : calleeFor(source, release, holder.call, holder.call);
  if (holder === undefined || swap === undefined || callee === undefined) return [];
  const edits = releaseAfterUses(source, holder, callee);
  return edits === undefined ? [] : proposal("suggestion", `take a reference with \`${ownedGetter}\` and release it after the last use`, [swap, ...edits]);
}

/** Takes a reference where the code releases one already. */
export function ownReferenceOnly(source: Source, finding: Finding): FixProposal[] {
  const swap = ownedCallee(source, finding);
  return swap === undefined ? [] : proposal("suggestion", `take a reference with \`${finding.data.ownedGetter}\``, [swap]);
}

function ownedCallee(source: Source, { data }: Finding): TextEdit | undefined {
  const call = data.acquiredAt === undefined ? undefined : callAt(source, data.acquiredAt);
  const callee = call === undefined || data.ownedGetter === undefined ? undefined : calleeFor(source, data.ownedGetter, call, call);
  return call === undefined || callee === undefined ? undefined : { start: call.expression.getStart(source.file), end: call.expression.end, text: callee };
}

function releaseAfterUses(source: Source, holder: Holder, callee: string): TextEdit[] | undefined {
  const { place, name, scope } = holder;
  const uses = referencesTo(name, scope).filter((node) => node.pos > place.statement.end);
  if (uses.some((node) => functionAround(node) !== scope || !contains(place.block, node))) return undefined;
  const last = place.list.slice(place.index + 1).findLast((statement) => uses.some((node) => contains(statement, node)));
  if (last === undefined) return undefined;
  const between = place.list.slice(place.index + 1, place.list.indexOf(last));
  const interrupted = (statement: ts.Statement): boolean => mayLeave(statement) || waits(statement);
  if (between.some(interrupted) || (ts.isReturnStatement(last) ? waits(last) : interrupted(last))) return finallyEdits(source, holder, callee);
  const release = `${callee}(${name})`;
  return ts.isReturnStatement(last) ? beforeLeaving(source, last, name, release) : insertAfter(source, last, [release]);
}
