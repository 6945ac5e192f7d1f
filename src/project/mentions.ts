/**
 * Tests texts for whole words of a set: names of native functions, with or without the `_` that Emscripten puts in
 * front. A declaration whose comment says what comes out of it needs no such name.
 */
export function wordTest(names: readonly string[]): (text: string) => boolean {
  const wanted = new Set(names);
  return (text) => {
    for (const [word] of text.matchAll(/[A-Za-z_$][\w$]*/g)) {
      if (wanted.has(word) || (word.startsWith("_") && wanted.has(word.slice(1)))) return true;
    }
    return givingTag.test(text);
  };
}

// The ownership tags by which a pointer comes to a program; the others speak of pointers that it has already.
const givingTag = /@returns(?:Owned|Borrowed)\b/;
