/** Replaces the text of a half-open range of UTF-16 offsets. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One way to repair a finding. */
export interface FixProposal {
  /** What it does, as an instruction: lower case, no final period. */
  readonly title: string;
  /** `fix` changes nothing but the bug; a `suggestion` needs a reader's eye. */
  readonly kind: "fix" | "suggestion";
  /** Sorted, without overlaps, all in the file of the finding. */
  readonly edits: readonly TextEdit[];
}

/** The text after some edits. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return sorted(edits).reduceRight((result, { start, end, text: insert }) => result.slice(0, start) + insert + result.slice(end), text);
}

/** A proposal, or nothing when two of its edits touch the same text. Two ways out may ask for the same edit. */
export function proposal(kind: FixProposal["kind"], title: string, edits: readonly TextEdit[]): FixProposal[] {
  const ordered = sorted(edits).filter((edit, index, all) => !sameEdit(edit, all[index - 1]));
  const apart = ordered.every((edit, index) => index === 0 || (ordered[index - 1]?.end ?? 0) <= edit.start);
  return apart && ordered.length > 0 ? [{ kind, title, edits: ordered }] : [];
}

/** True when some edit of one list touches the text of one of the other, or inserts at the same place. */
export function overlap(left: readonly TextEdit[], right: readonly TextEdit[]): boolean {
  return left.some((one) => right.some((other) => one.start <= other.end && other.start <= one.end));
}

// Stable: of two insertions at one place the first stays first.
function sorted(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((left, right) => left.start - right.start || left.end - right.end);
}

function sameEdit(left: TextEdit, right: TextEdit | undefined): boolean {
  return left.start === right?.start && left.end === right.end && left.text === right.text;
}
