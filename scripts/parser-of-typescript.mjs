import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/**
 * A plugin of rolldown: of ts-morph the bundle takes the parser of the TypeScript in it, and no more. The whole is nine
 * megabytes that Node.js reads and looks through before the first file is parsed, for each thread anew; the parser is a
 * tenth. Where the type checker is needed, the code loads ts-morph itself.
 */
export function parserOfTypeScript() {
  return {
    name: "parser-of-typescript",
    resolveId: (id) => (id === "ts-morph" ? facade : id === parser ? id : null),
    load: (id) => (id === facade ? `export * as ts from ${JSON.stringify(parser)};` : id === parser ? parserModule() : null),
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "typescript.LICENSE.txt", source: readFileSync(createRequire(import.meta.url).resolve("typescript/LICENSE.txt"), "utf8") });
    },
  };
}

const facade = "\0ts-morph";
const parser = "\0typescript-parser";

// TypeScript is one file, in which its modules follow each other by their dependencies; a comment stands before each.
function parserModule() {
  const path = createRequire(createRequire(import.meta.url).resolve("ts-morph")).resolve("@ts-morph/common/dist/typescript.js");
  const text = readFileSync(path, "utf8");
  const license = text.slice(0, placeOf(text, "*/") + 2);
  const helpers = text.slice(placeOf(text, '"use strict";'), placeOf(text, "// src/typescript/typescript.ts"));
  const exported = text.slice(placeOf(text, "__export(typescript_exports, {"), placeOf(text, "module.exports = __toCommonJS(typescript_exports);"));
  const code = text.slice(placeOf(text, "// src/compiler/corePublic.ts"), placeOf(text, "// src/compiler/commandLineParser.ts"));
  const declared = new Set([...code.matchAll(/^(?:var|let|const|class|(?:async )?function\*?) ([\w$]+)/gm)].map(([, name]) => name));
  const names = [...exported.matchAll(/^ {2}([\w$]+): \(\) => ([\w$]+),?$/gm)].filter(([, , inner]) => declared.has(inner));
  return `${license}\nimport { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);\n${helpers}\n${code}\n${methods}\nexport { ${names.map(([, name, inner]) => `${inner} as ${name}`).join(", ")} };\n`;
}

function placeOf(text, mark) {
  const place = text.indexOf(mark);
  if (place < 0) throw new Error(`the TypeScript of ts-morph has no \`${mark}\`: scripts/parser-of-typescript.mjs has to be fitted to it`);
  return place;
}

// What the published types promise of each node is added to them by the language service, which is not part of this.
const methods = `
class PrivateIdentifier {
  constructor(kind, pos, end) {
    objectAllocator.getIdentifierConstructor().call(this, kind, pos, end);
  }
}
setObjectAllocator({ ...objectAllocator, getPrivateIdentifierConstructor: () => PrivateIdentifier });
for (const { prototype } of [objectAllocator.getNodeConstructor(), objectAllocator.getTokenConstructor(), objectAllocator.getIdentifierConstructor(), PrivateIdentifier]) {
  prototype.getSourceFile = function () { return getSourceFileOfNode(this); };
  prototype.getStart = function (source, withComment) { return getTokenPosOfNode(this, source, withComment); };
  prototype.getText = function (source = getSourceFileOfNode(this)) { return source.text.substring(getTokenPosOfNode(this, source), this.end); };
}
for (const { prototype } of [objectAllocator.getIdentifierConstructor(), PrivateIdentifier]) {
  Object.defineProperty(prototype, "text", { get() { return idText(this); } });
}`;
