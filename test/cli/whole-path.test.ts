import { expect, test } from "vitest";
import { library, Project } from "./project.js";

const files = {
  "library.ts": library,
  "release.ts": 'import { SSL_SESSION_free } from "./library.js";\nexport function release(session: unknown): void {\n  SSL_SESSION_free(session);\n}\n',
  "drop.ts": 'import { release } from "./release.js";\nexport function drop(session: unknown): void {\n  release(session);\n}\n',
  "finish.ts": 'import { drop } from "./drop.js";\nexport const finish = (session: unknown): void => drop(session);\n',
  "main.ts":
    'import { SSL_get1_session, SSL_SESSION_get_time } from "./library.js";\nimport { finish } from "./finish.js";\nexport function age(ssl: unknown): unknown {\n' +
    "  const session = SSL_get1_session(ssl);\n  if (session === null) return 0;\n  finish(session);\n  return SSL_SESSION_get_time(session);\n}\n",
};

/** Where the path goes, from the call that obtained the pointer down through three helpers in three files. */
const way = ["main.ts:4", "main.ts:6", "finish.ts:2", "drop.ts:3", "release.ts:3"];

test("json shows the whole path through three helpers in three files", async () => {
  const { findings } = await new Project(files).report();
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(["session-lint/no-use-after-release"]);
  const steps = findings[0]!.related.filter(({ kind }) => kind !== "branch");
  expect(steps.map(({ file, range }) => `${file}:${range.start.line}`)).toEqual(way);
  expect(steps.map(({ depth }) => depth)).toEqual([0, 0, 1, 2, 3]);
});

test("pretty shows the whole path through three helpers in three files", async () => {
  const { out } = await new Project(files).run([]);
  for (const place of ["--> main.ts:7", "finish.ts:2", "drop.ts:3", "release.ts:3"]) expect(out).toContain(place);
  expect(out).toContain("SSL_SESSION_free(session);");
});
