import type { Finding, RuleId } from "../findings.js";
import { bindExportedName } from "./binding-name.js";
import { deleteEarlierRelease, deleteRelease } from "./delete-release.js";
import { disposeOf } from "./dispose.js";
import { explicitName } from "./explicit-name.js";
import { moveEnd, moveUse } from "./move-use.js";
import { guardAgainstNull, workingNullTest } from "./null-tests.js";
import { ownReference, ownReferenceOnly } from "./own-reference.js";
import type { FixProposal } from "./proposal.js";
import { releaseBeforeExit } from "./release-before-exit.js";
import { releaseInFinally } from "./release-in-finally.js";
import { sourceOf, type Source } from "./source.js";

type Maker = (source: Source, finding: Finding) => FixProposal[];

/** The ways to repair a finding that its file's text allows, best first. Whether they do repair it is for `verifiedProposals` to say. */
export function editsFor(finding: Finding, text: string): FixProposal[] {
  const source = sourceOf(finding.primary.file, text);
  return makers[finding.rule].flatMap((make) => make(source, finding));
}

const makers: Readonly<Record<RuleId, readonly Maker[]>> = {
  "no-use-after-invalidate": [moveUse, moveEnd, ownReference],
  "require-release": [releaseBeforeExit, releaseInFinally, disposeOf],
  "no-use-after-release": [moveUse, moveEnd],
  "no-double-release": [deleteRelease, deleteEarlierRelease],
  "no-release-borrowed": [deleteRelease, ownReferenceOnly],
  "no-borrow-escape": [ownReferenceOnly],
  "no-borrow-across-suspension": [ownReference],
  "no-cross-context": [],
  "session-callback-contract": [],
  "require-null-check": [guardAgainstNull],
  "no-ineffective-null-test": [workingNullTest],
  "no-unresolvable-binding": [bindExportedName],
  "prefer-explicit-ownership": [explicitName],
};
