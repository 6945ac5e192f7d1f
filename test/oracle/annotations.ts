/** What the comments of a fixture say: how it is run, and what is found on which line. */
export interface Annotations {
  readonly preset: "recommended" | "strict" | "all";
  readonly classes: readonly string[] | "all";
  readonly checkThrowingCalls: boolean;
  readonly flush: "manual" | "observed";
  readonly only: readonly string[] | null;
}

export interface Expectation {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

export function annotationsOf(texts: readonly string[]): Annotations {
  const all = texts.join("\n");
  const value = (pattern: RegExp): string | undefined => pattern.exec(all)?.[1]?.trim();
  const preset = value(/^\s*\/\/ @preset (\w+)/m) ?? "recommended";
  const classes = value(/^\s*\/\/ @classes (.+)$/m) ?? "SSL_SESSION";
  const throwing = value(/^\s*\/\/ @option checkThrowingCalls=(\w+)/m);
  return {
    preset: preset === "strict" || preset === "all" ? preset : "recommended",
    classes: classes === "all" ? "all" : classes.split(",").map((name) => name.trim()),
    checkThrowingCalls: throwing === undefined ? preset !== "recommended" : throwing === "true",
    flush: value(/^\s*\/\/ @option flush=(\w+)/m) === "observed" ? "observed" : "manual",
    only: value(/^\s*\/\/ @only (.+)$/m)?.split(",").map((rule) => rule.trim()) ?? null,
  };
}

export function expectationsOf(file: string, text: string): Expectation[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const match = /\/\/ expect(-next-line|-wrong)?: (.+)$/.exec(content);
    if (match === null || match[1] === "-wrong") return [];
    const line = index + (match[1] === "-next-line" ? 2 : 1);
    const rules = (match[2] as string).replace(/"[^"]*"/g, "").split(",").map((rule) => rule.trim().split(/\s/)[0] as string);
    return rules.filter((rule) => rule !== "").map((rule) => ({ file, line, rule }));
  });
}
