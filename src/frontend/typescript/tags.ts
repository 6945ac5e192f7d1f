import { ts } from "ts-morph";
import type { OwnershipTag } from "../../ir/types.js";

const TAGS = ["returnsOwned", "returnsBorrowed", "releases", "takes", "retains", "invalidates"] as const satisfies readonly OwnershipTag["tag"][];
const known: ReadonlySet<string> = new Set(TAGS);
const mentioned = new RegExp(`@(?:${TAGS.join("|")})\\b`);

/** False for a text in which no comment can have an ownership tag. */
export function mayHaveTags(text: string): boolean {
  return mentioned.test(text);
}

/** The ownership tags in the JSDoc comments of a declaration: `@releases s`, `@returnsBorrowed SSL_SESSION ssl`. */
export function ownershipTags(node: ts.Node): OwnershipTag[] {
  return ts.getJSDocTags(node).filter((tag) => known.has(tag.tagName.text)).map(toOwnershipTag);
}

function toOwnershipTag(tag: ts.JSDocTag): OwnershipTag {
  const comment = ts.getTextOfJSDocComment(tag.comment) ?? "";
  return {
    tag: tag.tagName.text as OwnershipTag["tag"],
    // A type in braces, as other tags have, says nothing here.
    words: comment.replace(/^\{[^}]*\}/, "").split(/\s+/).filter((word) => word !== ""),
    range: { start: tag.getStart(), end: tag.end },
  };
}
