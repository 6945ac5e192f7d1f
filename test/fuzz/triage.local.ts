import fc from "fast-check";
import { appendFileSync, writeFileSync } from "node:fs";
import { compare } from "./compare.js";
import { levels, programs } from "./grammar.js";
import { print } from "./syntax.js";
const wanted = (process.argv[2] ?? "").split(",").filter((l) => l !== "");
const runs = Number(process.argv[3] ?? 400), seed = Number(process.argv[4] ?? 1), fails = Number(process.argv[5] ?? 6);
const skipPairs = process.argv[6] === "pairs";
const counts: Record<string, number> = {};
function rule(s: string) { return s.split(" ")[1] as string; }
function bad(files: ReadonlyMap<string,string>): string | null {
  const o = compare(files);
  counts[o.kind] = (counts[o.kind] ?? 0) + 1;
  if (o.kind !== "disagrees") return null;
  const d = o.disagreement;
  if (d.crash) return "crash " + d.crash.split("\n").slice(0, 4).join(" | ");
  let missed = [...d.missed], unf = [...d.unfounded];
  if (skipPairs) for (const m of [...missed]) { const tw = m.replace("no-release-borrowed", "no-double-release"); if (tw !== m && unf.includes(tw)) { unf = unf.filter(x => x !== tw); missed = missed.filter(x => x !== m); } }
  const key = [...missed.map((m) => "missed " + m), ...unf.map((m) => "unfounded " + m)].join("; ");
  return key === "" ? null : key;
}
for (const level of wanted.length ? wanted : levels) {
  const t = Date.now(); let found = 0;
  for (let done = 0, b = 0; done < runs && found < fails; b++) {
    const d = fc.check(fc.property(programs(level as never), (p) => bad(print(p)) === null), { numRuns: Math.min(250, runs - done), seed: seed * 1000 + b });
    done += d.numRuns;
    if (d.failed && d.counterexample) { found++;
      const files = print(d.counterexample[0]);
      console.log(`\n### ${level} seed ${seed * 1000 + b}: ${bad(files)}`);
      for (const [n, t] of files) if (n === "main.js") console.log(t.trimEnd().split("\n").map((l, i) => [i + 1, l] as const).filter(([, l]) => !/^\/\*|^  let (a|k)|const box = \{ x|^import koffi|^const lib/.test(l)).map(([i, l]) => `${String(i).padStart(3)}  ${l}`).join("\n"));
    }
  }
  console.log(`## ${level} ${JSON.stringify(counts)} ${Date.now() - t} ms`);
}
