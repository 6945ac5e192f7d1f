/** Programs that run the same in JavaScript and as lowered code. Each logs what it does. */
export const programs: Readonly<Record<string, string>> = {
  "evaluation order of operands": `
    let a = 1; const o = { a: 1, f(x) { log("f", x, this.a); return x; } };
    log(a + (a = 5) + a, a++ + a++, [a, a = 2, a]);
    function g(...xs) { log(xs); return xs.length; }
    g(a, a = 7, a++); let h = g; h(h = null);
    o.f((o.a = 4)); let p = o; p.f(p = null); let k = "a"; log(o[k], o[(k = "f", "a")], k);
    let q = o; q[(q = null, "a")] = 9; log(o.a, q);`,
  "assignment operators": `
    let a = 1, n = null, z = 0, o = { x: 1, y: null };
    a += 2; a -= 1; a *= 5; a **= 2; a %= 7; a <<= 3; a |= 1; log(a);
    n ??= 3; z ||= 4; a &&= 5; log(n, z, a); n ??= log("not"); z ||= log("not"); 
    o.y ??= 7; o.x &&= 8; o.z ||= 9; o.x ??= log("not"); log(o); log(o.x++ + ++o.y, o);
    log((a = n = 3), a, n); const key = () => (log("key"), "x"); o[key()] += 1; o[key()] ??= 2; log(o, -a, +"3", ~a, !a, -1n);`,
  "short circuit and conditions": `
    const t = (x) => (log("t", x), x);
    log(t(1) && t(0) && t(2), t(0) || t(3) || t(4), t(null) ?? t(0) ?? t(5));
    if ((t(1) && !t(0)) || t(9)) log("yes"); if (!(t(0) || t(0)) && t(1) !== 2) log("yes2");
    log(t(0) ? 1 : t(1) ? 2 : 3, !t(1) && 4, t(1) === 1 || 5); t(0) && t(1); t(1) ? t(2) : t(3);
    while (t(0) || false) log("never"); if (t(1), t(0)) log("never"); log(void t(1), (t(1), t(2)));`,
  "optional chains": `
    const o = { a: { f() { log("this", this === o.a); return null; } }, n: null }; const t = (x) => (log("t", x), x);
    log(o?.a?.f(), o.n?.x.y.z(t(1)), o.a.f()?.[t(2)], o.nope?.(t(3)), o.n?.[t(4)]?.b, (o.n?.x)?.y, o?.["a"]?.["f"]?.());
    try { (o.n?.x).y; } catch { log("thrown"); } log(delete o?.a, delete o.n?.q, o);`,
  "destructuring": `
    const t = (x) => (log("t", x), x);
    const { a, b: { c = t(1), d: [e, , f = t(2)] = [] } = {}, ...rest } = { a: 1, b: { d: [5, 6] }, r: 7, s: 8 };
    log(a, c, e, f, rest); const [x, [y = t(3)] = [], ...zs] = [1, undefined, 3, 4]; log(x, y, zs);
    let p, q, o = {}; [p, q] = [1, 2]; [p, q] = [q, p]; log(p, q); ({ p, q: o.q = t(4), ["k" + 1]: o.k = 5, ...o.rest } = { p: 9, z: 1 }); log(p, o);
    [o.a, ...o.b] = [1, 2, 3]; log(o); function fn({ m, n = m + 1 } = { m: 1 }, [u] = [n], ...more) { log(m, n, u, more); } fn(); fn({ m: 5 }, [6], 7, 8);
    for (const { k, v: [w] } of [{ k: 1, v: [2] }]) log(k, w); for ([p, o.z] of [[3, 4]]) log(p, o.z); for (const k in { a: 1, b: 2 }) log(k);
    const { length } = "four"; log(length); try { const { z } = null; } catch { log("thrown"); } log(({ p } = { p: 1 }).p);`,
  "closures over loop variables": `
    const fs = []; for (let i = 0; i < 3; i++) { fs.push(() => i); if (i === 1) continue; i; } for (const x of [1, 2]) fs.push(() => x); for (var v = 0; v < 2; v++) fs.push(() => v);
    for (const k in { a: 1, b: 1 }) fs.push(() => k); let n = 0; while (n < 2) { const m = n++; let w; fs.push(() => [m, w]); w = m * 2; }
    log(fs.map((f) => f())); for (let i = 0, inc = () => i++; i < 3; inc(), i++) { log("i", i); if (i > 1) break; }`,
  "hoisting": `
    log(typeof f, f(), typeof v); var v = 1; function f() { return g(); function g() { return 2; } } 
    { function inBlock() { return 3; } } log(inBlock()); log(typeof later); var later = 2; var later; log(later);
    const even = (n) => n === 0 || odd(n - 1); const odd = (n) => n !== 0 && even(n - 1); log(even(4)); const fac = function self(n) { return n < 2 ? 1 : n * self(n - 1); }; log(fac(5));
    function params(a, b = () => a) { var a; log(a, b()); a = 9; log(arguments.length); } params(1);`,
  "switch": `
    for (const x of [0, 1, 2, 3, "1", null]) switch (x) { case 0: log("zero"); case log(1): log("one"); break; default: log("default"); case 2: log("two"); { if (x === 3) break; } log("end"); }
    a: switch (1) { case 1: for (;;) break a; } switch (true) { case 1 > 2: log("no"); break; case 2 > 1: log("yes"); } switch (3) { case 1: let q; } function s(x) { switch (x) { case 1: return "one"; default: return "other"; } } log(s(1), s(2));`,
  "finally": `
    function f(n) { try { if (n === 0) return log("r"); if (n === 1) throw 1; if (n === 2) return; log("body"); } catch (e) { log("caught", e); if (e === 1) throw 2; } finally { log("finally", n); if (n === 3) return "over"; } return "after"; }
    for (const n of [0, 1, 2, 3, 4]) try { log(f(n)); } catch (e) { log("out", e); }
    function g() { for (const x of [1, 2, 3]) { try { if (x === 1) continue; if (x === 2) break; } finally { log("fin", x); } } a: try { break a; } finally { log("a"); } b: for (;;) { try { try { continue b; } finally { log("1"); break b; } } finally { log("2"); } } try { try { throw 1; } finally { log("x"); } } catch (e) { return e; } } log(g());
    function h() { let x = 1; try { return x; } finally { x = 2; } } log(h()); function k() { try { throw 1; } catch { return 2; } finally { log("k"); } } log(k()); function m() { do { try { return 1; } finally { break; } } while (0); return 2; } log(m());`,
  "iterators are closed": `
    const make = (n) => ({ [Symbol.iterator]() { let i = 0; return { next: () => ({ done: i >= 3, value: i++ }), return() { log("closed", n); return {}; } }; } });
    for (const x of make(1)) log(x); for (const x of make(2)) break; out: for (const x of make(3)) for (const y of make(4)) { if (y) continue out; if (x) break out; }
    try { for (const x of make(5)) throw 1; } catch (e) { log(e); } function f() { for (const x of make(6)) try { return x; } finally { log("fin"); } } log(f());`,
  "generators": `
    function* g(n) { try { const got = yield n; log("got", got); yield* [1, 2]; try { yield 3; } catch (e) { log("caught", e); yield 4; } return 5; } finally { log("cleanup"); } }
    const it = g(0); log(it.next(), it.next("a"), it.next(), it.next(), it.throw(9), it.next(), it.next()); const other = g(1); log(other.next(), other.return(7), other.next());
    for (const x of g(2)) if (x === 1) break; log([...g(3)]); function* loop() { for (const x of g(8)) yield x; } const l = loop(); l.next(); l.return(); function* inf() { let i = 0; while (true) yield i++; } const [a, b] = [...take(inf(), 2)]; function* take(xs, n) { for (const x of xs) { if (n-- <= 0) return; yield x; } } log(a, b);`,
  "async": `
    const later = (x) => new Promise((resolve) => setTimer(() => resolve(x))); function setTimer(f) { Promise.resolve().then(f); }
    async function f() { log("start"); const a = await later(1); try { await Promise.reject(2); } catch (e) { log("caught", e); } finally { log(await later("fin")); } for await (const x of [later(3), 4]) log(x); for await (const y of ag()) { log(y); if (y === 6) break; } return a; }
    async function* ag() { try { yield 5; yield await later(6); yield 7; } finally { await null; log("closed"); } } const arrow = async () => { throw 8; };
    main = (async () => { log(await f()); try { await arrow(); } catch (e) { log(e); } log(await Promise.all([1, later(2)])); })();`,
  "classes": `
    const order = []; class A { x = log("x"); #p = 1; static s = log("static"); static { this.t = A.s + this.s; } constructor(y) { log("A", this.x, y); this.y = y; } get p() { return this.#p; } set p(v) { this.#p = v; } m() { return "A.m" + this.y; } static make(...args) { return new this(...args); } ["c" + 1]() { return 1; } bound = () => this.x; }
    class B extends A { z = log("z", this.y); constructor() { log("before"); super(7); log("after", this.z); } m() { return "B" + super.m(); } static make() { return super.make(); } get q() { return this.p + 1; } }
    class C extends B {} const b = B.make(); log(b.m(), b.p, b.q, (b.p = 5), b.p, A.t, new C().m(), b instanceof A, b.bound.call(null)); const E = class Inner { self() { return Inner === E; } }; log(new E().self()); const { bound } = new A(1); log(bound());`,
  "objects": `
    const k = "key"; const o = { a: 1, "b c": 2, 3: 3, [k + 1]: 4, k, m() { return this.a; }, get g() { return this.a + 1; }, set g(v) { this.a = v; }, ...{ a: 5, s: 6 }, ...null, f: () => 7 }; o.g = 10; log(o.g, o.m(), o.f(), o);
    log([1, ...[2, 3], 4, , 5].length, Math.max(...[1, 2], 3), { ...[1] }, "x" in o, typeof o, typeof undeclared, o instanceof Object); with_(1); function with_(x) { log(x); } globalThis.made = 3; implicit = 4; log(implicit);`,
  "receivers": `"use strict";
    const o = { v: 1, f() { const g = () => this.v; return [1].map(() => g() + this.v); }, h() { return (function () { return typeof this; })(); } }; log(o.f()); const { f } = o; try { log((0, o.f)()); } catch { log("no this"); } log((o.f)(), o["f"](), f.call({ v: 3 }), f.apply({ v: 4 }, []), f.bind({ v: 5 })());
    function Old(x) { this.x = x; } Old.prototype.get = function () { return this.x; }; log(new Old(3).get(), new Old().x); function args() { const inner = () => arguments[0]; return inner(9); } log(args(1));`,
};

/** Programs in TypeScript: compared with what the TypeScript compiler makes of them. */
export const typedPrograms: Readonly<Record<string, string>> = {
  "using declarations": `
    const make = (name: string) => ({ name, [Symbol.dispose]() { log("dispose", name); } });
    function f(n: number): unknown { using a = make("a"); log(a.name); if (n === 0) return "early"; using b = n === 1 ? null : make("b"), c = make("c"); if (n === 2) throw 2; { using d = make("d"); log("inner"); } return b; }
    for (const n of [0, 1, 2, 3]) try { log(typeof f(n)); } catch (e) { log("thrown", e); }
    for (using x of [make("x"), make("y")]) { if (x.name === "x") continue; log(x.name); break; } for (using once = make("once"); ; ) { break; }
    function g() { try { using a = make("a"); return "g"; } finally { log("finally"); } } log(g()); function* gen() { using a = make("gen"); yield 1; yield 2; } for (const v of gen()) { log(v); break; }`,
  "await using declarations": `
    const later = (name: string) => ({ async [Symbol.asyncDispose]() { await null; log("async", name); } }); const plain = (name: string) => ({ [Symbol.dispose]() { log("plain", name); } });
    async function f(n: number) { await using a = later("a"); await using b = plain("b"); using c = plain("c"); await using none = null; if (n) throw n; log("body"); return n; }
    globalThis.main = (async () => { log(await f(0)); try { await f(1); } catch (e) { log("thrown", e); } for await (await using x of [later("x")]) log("loop"); })();`,
  "enums and namespaces": `
    enum E { A, B = 5, C, D = B << 1, F = "f".length } log(E.A, E.B, E.C, E.D, E.F); const enum K { X = 1 } log(K.X); enum E { Z = 9 } log(E.Z, E.A);
    namespace N { export let x = 1; export function inc() { x++; return y; } const y = 2; export namespace M { export const z = x + y; } export class C { get() { return x; } } export enum Q { One = 1 } }
    N.inc(); log(N.x, N.M.z, new N.C().get(), N.Q.One, Object.keys(N).sort()); namespace N { export const w = M.z; } log(N.w); namespace A.B.C { export const deep = 3; } log(A.B.C.deep); import D = A.B; log(D.C.deep); function fn() {} namespace fn { export const p = 1; } log(fn.p);`,
  "parameter properties and types": `
    class P { c = 3; constructor(private a: number, readonly b = a + 1, d?: string) { log(this.a, this.b, this.c, d); } m(this: P, x: number) { return x + this.a; } } class Q extends P { constructor(public e: string) { super(1); log(this.e); } declare f: number; abstract?: string; }
    log(new Q("e").m(4)); let v = <number>(5 as unknown); log(v!, (v satisfies number)); function over(a: string): void; function over(a: number): void; function over(a: unknown) { log(a); } over(1); type T = number; interface I { x: T } const i: I = { x: 1 }; log(i!.x!); declare const nowhere: number; abstract class R { abstract m(): void; n() { return this.m(); } } class S extends R { m() { log("m"); } } new S().n(); const id = <T,>(x: T) => x; log(id<number>(7));`,
};
