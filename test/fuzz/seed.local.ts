import fc from "fast-check";
import { compare } from "./compare.js";
import { programs } from "./grammar.js";
import { print } from "./syntax.js";
const [level, runs, seed] = [process.argv[2] as never, Number(process.argv[3]), Number(process.argv[4])];
const d = fc.check(fc.property(programs(level), (p) => compare(print(p)).kind !== "disagrees"), { numRuns: runs, seed });
if (d.failed && d.counterexample) { const files = print(d.counterexample[0]); console.log(files.get("main.js")); console.log(JSON.stringify(compare(files))); } else console.log("ok", d.numRuns);
