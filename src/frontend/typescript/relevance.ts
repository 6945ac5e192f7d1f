/** A scan for the names of native functions; made once for a set of names, used on many files. */
export interface Relevance {
  /** Whether the text mentions one of the names as a whole word (a leading `_` aside). */
  mentions(text: string | Buffer): boolean;
}
