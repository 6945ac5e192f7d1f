import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How many functions of a relevant file handle sessions, and how many shapes of plain code stand beside them. */
export interface Mixture {
  readonly native?: number;
  readonly plain?: number;
}

/** Writes a tree of programs, of which `relevant` call native functions, spread evenly. */
export function writeTree(folder: string, files: number, relevant: number, mixture: Mixture = {}): void {
  for (let index = 0; index < files; index++) {
    const parent = join(folder, `area${index % 50}`, `part${index % 7}`);
    mkdirSync(parent, { recursive: true });
    const hit = relevant > 0 && Math.floor((index * relevant) / files) !== Math.floor(((index + 1) * relevant) / files);
    writeFileSync(join(parent, `file${index}.ts`), hit ? nativeCode(index, mixture) : plainCode(index));
  }
}

/** About ten lines a shape that have nothing to do with native code. */
export function plainCode(seed: number, shapes = 10): string {
  const parts = Array.from({ length: shapes }, (_, index) => `
export interface Shape${index} { readonly name: string; readonly size: number; readonly tags: readonly string[] }

export function total${index}(shapes: readonly Shape${index}[], least = ${seed % 13}): number {
  let sum = 0;
  for (const { size, tags } of shapes) {
    if (size < least || tags.includes("skip")) continue;
    sum += size * ${index + 1};
  }
  return sum > 100 ? sum - ${seed} : sum;
}`);
  return `// file ${seed}\n${parts.join("\n")}\n`;
}

/** About a hundred lines, half of which handle sessions unless a mixture says otherwise; all right. */
export function nativeCode(seed: number, { native = 5, plain = 5 }: Mixture = {}): string {
  const parts = Array.from({ length: native }, (_, index) => `
export async function resume${index}(ssl: bigint, send: (time: number) => Promise<void>): Promise<boolean> {
  const session = SSL_get1_session(ssl);
  if (session === null) return false;
  try {
    if (SSL_SESSION_get_time(session) > ${seed + index}) await send(SSL_SESSION_get_timeout(session));
    return SSL_SESSION_get_time(session) > 0;
  } finally {
    SSL_SESSION_free(session);
  }
}`);
  const head = `declare function SSL_get1_session(ssl: bigint): bigint | null;
declare function SSL_SESSION_free(session: bigint): void;
declare function SSL_SESSION_get_time(session: bigint): number;
declare function SSL_SESSION_get_timeout(session: bigint): number;`;
  return `${head}\n${parts.join("\n")}\n${plainCode(seed, plain)}`;
}
