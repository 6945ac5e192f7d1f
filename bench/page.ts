import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../docs/performance.md", import.meta.url));

/** Puts figures between two comments of docs/performance.md; the words around them are written by hand. */
export function fill(name: string, content: string): void {
  const text = readFileSync(page, "utf8");
  const pattern = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- end -->)`);
  writeFileSync(page, text.replace(pattern, (_, start: string, end: string) => `${start}\n${content}\n${end}`));
}
