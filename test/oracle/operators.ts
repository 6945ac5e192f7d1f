/** What the operators do that have no effect, on values that the program determines. */
export const operators: Readonly<Record<string, (left: never, right: never) => unknown>> = {
  "<": (a, b) => a < b, ">": (a, b) => a > b, "<=": (a, b) => a <= b, ">=": (a, b) => a >= b,
  "+": (a, b) => (a as number) + (b as number), "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "%": (a, b) => a % b, "**": (a, b) => a ** b,
  "|": (a, b) => a | b, "&": (a, b) => a & b, "^": (a, b) => a ^ b, "<<": (a, b) => a << b, ">>": (a, b) => a >> b, ">>>": (a, b) => a >>> b,
  in: (a, b) => (a as PropertyKey) in (b as object), instanceof: (a, b) => (a as object) instanceof (b as new () => object),
};
