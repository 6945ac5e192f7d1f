/** Something that the user can mend: each line says what is wrong, where, and how to put it right. No stack is shown. */
export class UserError extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join("\n"));
    this.name = "UserError";
  }
}
