/** Tests texts for whole words of a set: names of native functions, with or without the `_` that Emscripten puts in front. */
export function wordTest(names: readonly string[]): (text: string) => boolean {
  const wanted = new Set(names);
  return (text) => {
    for (const [word] of text.matchAll(/[A-Za-z_$][\w$]*/g)) {
      if (wanted.has(word) || (word.startsWith("_") && wanted.has(word.slice(1)))) return true;
    }
    return false;
  };
}
