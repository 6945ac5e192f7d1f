import { extremes } from "./extremes.js";
import { survive } from "./survive.js";
const [name, text] = extremes()[Number(process.argv[2])]!;
process.stdout.write(name + ": ");
const s = survive("extreme.ts", text);
console.log(Math.round(s.milliseconds), "ms", s.crash?.split("\n").slice(0, 3).join(" | ") ?? "", s.incomplete);
