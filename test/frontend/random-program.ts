/** A program of nested loops, labels, switches, try statements and jumps; equal seeds give equal programs. It always ends. */
export function randomProgram(seed: number): string {
  const random = generator(seed);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  let names = 0;
  const isGenerator = random() < 0.4;

  // `loops`: labels that `continue` may name; `labels`: those that `break` may name.
  const statement = (depth: number, loops: readonly string[], labels: readonly string[]): string => {
    const leaves = ["log", "log", "tick", "jump", "throw", "return", "logical", ...(isGenerator ? ["yield"] : [])];
    const kind = depth <= 0 ? pick(leaves) : pick([...leaves, "if", "while", "for", "forOf", "try", "try", "finally", "finally", "both", "switch", "block", "do"]);
    const inner = (newLoops = loops, newLabels = labels): string => block(depth - 1, newLoops, newLabels);
    const name = `L${names++}`;
    switch (kind) {
      case "log":
        return `log(${names}, i);`;
      case "tick":
        return pick(["i++;", "i += 2;", "x = i++ + (i = i + 1);", "y ??= log(i);", "x ||= i % 3;", "y = null;"]);
      case "yield":
        return `x = yield i;`;
      case "logical":
        return pick(["log(x && y || i, !x);", "x = i % 2 ? log(7) : y ?? 8;", "(i % 3 && x) || log(9);", "log(o?.a, y?.a?.b.c);", "x = y?.[log(3)];"]);
      case "throw":
        return `if (chance(${Math.floor(random() * 4)})) throw ${names};`;
      case "return":
        return `if (chance(${Math.floor(random() * 4)})) return ${names};`;
      case "jump": {
        const plain = loops.length > 0 ? ["break;", "continue;"] : labels.length > 0 ? [`break ${pick(labels)};`] : ["i++;"];
        const labelled = [...loops.map((label) => `continue ${label};`), ...labels.map((label) => `break ${label};`)];
        return `if (chance(${Math.floor(random() * 3)})) ${pick([...plain, ...labelled])}`;
      }
      case "if":
        return `if (chance(1)${pick(["", " && x", " || !y", " && (i % 3 || y)"])}) ${inner()} else ${inner()}`;
      case "while":
        return `${name}: while (fuel() && i % 7) ${inner([...loops, name], [...labels, name])}`;
      case "do":
        return `${name}: do ${inner([...loops, name], [...labels, name])} while (fuel() && chance(1));`;
      case "for":
        return `${name}: for (let k = 0; k < 3 && fuel(); k++) { fs.push(() => k); ${statement(depth - 1, [...loops, name], [...labels, name])} }`;
      case "forOf":
        return `${name}: for (${pick(["const k", "let [k = 1]", `var v${names}`])} of iter(${names})) ${inner([...loops, name], [...labels, name])}`;
      case "try":
        return `try ${inner()} catch (e) ${inner()}`;
      case "finally":
        return `try ${inner()} finally ${inner()}`;
      case "both":
        return `try ${inner()} catch { log("caught"); ${statement(depth - 1, loops, labels)} } finally ${inner()}`;
      case "switch":
        return `${name}: switch (i % 4) { case 0: ${statement(depth - 1, loops.length > 0 ? loops : [], [...labels, name])} case log(1): ${pick(["", `break ${name};`])} default: ${statement(depth - 1, [], [...labels, name])} case 3: log("three"); }`;
      default:
        return `${name}: ${inner(loops, [...labels, name])}`;
    }
  };
  const block = (depth: number, loops: readonly string[], labels: readonly string[]): string => {
    const count = 1 + Math.floor(random() * 3);
    return `{ ${Array.from({ length: count }, () => statement(depth, loops, labels)).join(" ")} }`;
  };

  const body = block(4, [], []);
  const call = isGenerator ? "let n = 0; for (const v of f()) { log('yielded', v); if (n++ > 3) break; }" : "log('result', f());";
  return `${prelude}
function${isGenerator ? "*" : ""} f() ${body}
for (let round = 0; round < 5; round++) {
  i = round; fuelLeft = 60;
  try { ${call} } catch (e) { log('thrown', e); }
  log(fs.map((g) => g()));
}`;
}

// Plain functions that both sides run: chance that does not depend on the machine, and an iterable that shows its closing.
const prelude = `
var i = 0, x = 0, y = null, o = { a: { b: 2 } }, fs = [], fuelLeft = 60, state = 1;
function fuel() { return fuelLeft-- > 0; }
function chance(n) { state = (state * 31 + i * 7 + n) % 97; return state % (n + 2) === 0; }
function iter(n) {
  let at = 0;
  return { [Symbol.iterator]() { return this; }, next() { log('next', n); i++; return { done: at >= 3 || !fuel(), value: [at++] }; }, return() { log('closed', n); return {}; } };
}`;

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A program of expressions whose parts assign each other's variables; it shows every value and the order of what happens. */
export function randomExpressions(seed: number): string {
  const random = generator(seed);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  const name = (): string => pick(["a", "b", "c", "g"]);
  const expression = (depth: number): string => {
    const e = (): string => expression(depth - 1);
    if (depth <= 0) return pick([name, name, name, () => "n", () => String(Math.floor(random() * 4)), () => "null", () => "undefined", () => "o.p", () => "o.q?.r"])();
    return pick<() => string>([
      () => `(${e()} ${pick(["+", "-", "*", "<", "===", "!=", "&", ","])} ${e()})`,
      () => `((${e()}) ${pick(["&&", "||", "??"])} (${e()}))`,
      () => `(${name()} ${pick(["=", "+=", "-=", "??=", "||=", "&&="])} ${e()})`,
      () => `(o.${pick(["p", "q"])} ${pick(["=", "+=", "??=", "||=", "&&="])} ${e()})`,
      () => `o[${pick(["'p'", "(k = 'q', k)", "k"])}]`,
      // Lowered code does not turn other values into numbers first: this variable always holds one.
      () => pick(["n++", "n--", "++n", "--n", `(n = +(${e()}))`]),
      () => `log(${e()}, ${e()}, ${e()})`,
      () => `(${e()} ? ${e()} : ${e()})`,
      () => `!${e()}`,
      () => `[${e()}, ${e()}, ...[${e()}]]`,
      () => `({ x: ${e()}, [${pick(["'y'", "k"])}]: ${e()} })`,
      () => `o.m?.(${e()}, ${e()})`,
      () => `o.z?.[${e()}]`,
      () => `bump(${e()})`,
      () => `([${name()}, ${name()} = ${e()}] = [${e()}, undefined, ${e()}])`,
      () => `({ x: ${name()}, y: ${name()} = ${e()} } = { x: ${e()} })`,
      () => `(() => ${e()})()`,
      () => `-(${e()})`,
      () => `typeof ${e()}`,
    ])();
  };
  const statements = Array.from({ length: 8 }, () => `log("=", ${expression(3)}, a, b, c, g, n);`).join("\n  ");
  return `
var g = 1;
function f(a) {
  let b = 2, k = "p", n = 0; var c = 3; const o = { p: 1, q: null, m(x, y) { b = y; return this.p + x; } };
  const bump = (x) => { a = x; g = x; return n++; };
  try { ${statements} } catch (e) { log("thrown", a, b, c, g); }
  return [a, b, c, k, o.p, o.q];
}
log(f(1)); log(f(null));`;
}
