import { ts } from "ts-morph";
import type { OwnershipTag } from "../../ir/types.js";

const TAGS: ReadonlySet<string> = new Set<OwnershipTag["tag"]>(["returnsOwned", "returnsBorrowed", "releases", "takes", "retains", "invalidates"]);

/** The ownership tags in the JSDoc comments of a declaration: `@releases s`, `@returnsBorrowed SSL_SESSION ssl`. */
export function ownershipTags(node: ts.Node): OwnershipTag[] {
  return ts.getJSDocTags(node).filter((tag) => TAGS.has(tag.tagName.text)).map(toOwnershipTag);
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
