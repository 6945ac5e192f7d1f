import { ts } from "ts-morph";
import type { Finding, Site } from "../findings.js";
import { removal } from "./layout.js";
import { proposal, type FixProposal } from "./proposal.js";
import { nodeAt, placeOf, unwrapped, type Source } from "./source.js";

/** Takes out the release that gives back what is not held. */
export function deleteRelease(source: Source, finding: Finding): FixProposal[] {
  const statement = releaseStatement(source, finding.primary);
  if (statement === undefined || finding.data.takenBy !== undefined) return [];
  const safe = finding.rule === "no-double-release" && followsInLine(source, finding, statement);
  return proposal(safe ? "fix" : "suggestion", "delete this release", [removal(source, statement)]);
}

/** Takes out the release that came first, where it is the one too many. */
export function deleteEarlierRelease(source: Source, finding: Finding): FixProposal[] {
  const earlier = earlierRelease(finding);
  const statement = earlier === undefined ? undefined : releaseStatement(source, earlier);
  const later = releaseStatement(source, finding.primary);
  return statement === undefined || (later !== undefined && followsInLine(source, finding, later)) ? [] : proposal("suggestion", "delete the earlier release", [removal(source, statement)]);
}

function releaseStatement(source: Source, site: Site): ts.ExpressionStatement | undefined {
  let current: ts.Node = nodeAt(source, site);
  while (!ts.isStatement(current) && !ts.isFunctionLike(current) && !ts.isSourceFile(current)) current = current.parent;
  return ts.isExpressionStatement(current) && ts.isCallExpression(unwrapped(current.expression)) ? current : undefined;
}

// In one list of statements, the first release always runs before the second.
function followsInLine(source: Source, finding: Finding, second: ts.Statement): boolean {
  const first = earlierRelease(finding);
  const place = first === undefined ? undefined : placeOf(nodeAt(source, first));
  const index = place?.list.findIndex((statement) => statement === second) ?? -1;
  return place !== undefined && index > place.index && ts.isExpressionStatement(place.statement) && unwrapped(place.statement.expression) === unwrapped(nodeAt(source, first ?? finding.primary));
}

function earlierRelease({ path, primary }: Finding): Site | undefined {
  return path.findLast(({ kind, site, depth }) => kind === "release" && depth === 0 && site.file === primary.file && site.start !== primary.start)?.site;
}
