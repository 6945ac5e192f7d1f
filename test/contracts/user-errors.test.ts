import { expect, test } from "vitest";
import { checkUserContracts } from "../../src/contracts/index.js";

const mistakes: readonly [what: string, written: unknown, key: string, message: string][] = [
  ["nothing", null, "", "the contracts must be an object, not null"],
  ["a list", [], "", "the contracts must be an object, not a list"],
  ["a misspelt part", { functons: {} }, "functons", 'unknown key `functons`; did you mean "functions"?'],
  ["a part of the wrong type", { functions: [] }, "functions", "`functions` must be an object, not a list"],
  ["a misspelt key of a function", { functions: { f: { efects: [] } } }, "functions.f.efects", 'unknown key `functions.f.efects`; did you mean "effects"?'],
  ["a name that is no identifier", { functions: { "f-g": { efects: [] } } }, 'functions["f-g"].efects', 'unknown key `functions["f-g"].efects`; did you mean "effects"?'],
  ["an unknown kind", { functions: { f: { effects: [{ kind: "relase", param: 0 }] } } }, "functions.f.effects[0].kind", 'not "relase"; did you mean "release"?'],
  ["no kind", { functions: { f: { effects: [{ param: 0 }] } } }, "functions.f.effects[0]", "`functions.f.effects[0]` must have the key `kind`"],
  ["no argument", { functions: { f: { effects: [{ kind: "release" }] } } }, "functions.f.effects[0]", "`functions.f.effects[0]` must have the key `param`"],
  ["an argument in quotes", { functions: { f: { effects: [{ kind: "release", param: "0" }] } } }, "functions.f.effects[0].param", '`functions.f.effects[0].param` must be a whole number, not "0"'],
  ["a negative argument", { functions: { f: { effects: [{ kind: "release", param: -1 }] } } }, "functions.f.effects[0].param", "`functions.f.effects[0].param` must be >= 0"],
  ["a key of another kind", { functions: { f: { effects: [{ kind: "release", param: 0, owner: 0 }] } } }, "functions.f.effects[0].owner", "unknown key `functions.f.effects[0].owner`"],
  ["effects that are no list", { functions: { f: { effects: { kind: "release", param: 0 } } } }, "functions.f.effects", "`functions.f.effects` must be a list, not an object"],
  ["an unknown ownership", { functions: { f: { returns: { ownership: "ownd" } } } }, "functions.f.returns.ownership", 'must be one of "owned", "borrowed", "static", "unknown", not "ownd"; did you mean "owned"?'],
  ["no ownership", { functions: { f: { returns: { class: "X" } } } }, "functions.f.returns", "`functions.f.returns` must have the key `ownership`"],
  ["a class that is no name", { functions: { f: { returns: { ownership: "owned", class: 3 } } } }, "functions.f.returns.class", "`functions.f.returns.class` must be a string, not 3"],
  ["a parameter that is no class", { functions: { f: { params: [3] } } }, "functions.f.params[0]", "`functions.f.params[0]` must be a string or null, not 3"],
  ["an unknown NULL behaviour", { functions: { f: { null: { 0: "fine" } } } }, "functions.f.null[0]", 'must be one of "ok", "error", "crash", "tolerated", not "fine"'],
  ["a NULL behaviour by name", { functions: { f: { null: { ssl: "ok" } } } }, "functions.f.null.ssl", 'the keys of `functions.f.null` must be indices of arguments, not "ssl"'],
  ["an unknown success", { functions: { f: { success: "non-zero" } } }, "functions.f.success", 'not "non-zero"; did you mean "nonzero"?'],
  ["a target that is no argument", { functions: { f: { effects: [{ kind: "transfer", param: 0, to: "retrun" }] } } }, "functions.f.effects[0].to", '`functions.f.effects[0].to` must be a whole number or "return", not "retrun"'],
  ["an unknown certainty", { functions: { f: { effects: [{ kind: "invalidate", owner: 0, certainty: "maybe" }] } } }, "functions.f.effects[0].certainty", 'must be one of "always", "may", not "maybe"; did you mean "may"?'],
  ["no owner", { functions: { f: { effects: [{ kind: "invalidate" }] } } }, "functions.f.effects[0]", "`functions.f.effects[0]` must have the key `owner`"],
  ["an out without an argument", { functions: { f: { out: { class: "X" } } } }, "functions.f.out", "`functions.f.out` must have the key `param`"],
  ["an out of the wrong type", { functions: { f: { out: 4 } } }, "functions.f.out", "`functions.f.out` must be an object or a list, not 4"],
  ["a misspelt key of an out in a list", { functions: { f: { out: [{ param: 1, ownershp: "owned" }] } } }, "functions.f.out[0].ownershp", 'unknown key `functions.f.out[0].ownershp`; did you mean "ownership"?'],
  ["a misspelt key of a class", { classes: { X: { relese: "f" } } }, "classes.X.relese", 'unknown key `classes.X.relese`; did you mean "release"?'],
  ["a release that is no name", { classes: { X: { release: true } } }, "classes.X.release", "`classes.X.release` must be a string or null, not true"],
  ["a callback without parameters", { callbacks: { c: {} } }, "callbacks.c", "`callbacks.c` must have the key `params`"],
  ["an unknown ownership of a callback's argument", { callbacks: { c: { params: [{ class: "X", ownership: "owned" }] } } }, "callbacks.c.params[0].ownership", 'not "owned"'],
  ["a condition of the wrong type", { functions: { f: { effects: [{ kind: "retain", param: 0, ifArg: 1 }] } } }, "functions.f.effects[0].ifArg", "`functions.f.effects[0].ifArg` must be an object, not 1"],
];

test.each(mistakes)("%s", (_, written, key, message) => {
  const problems = checkUserContracts(written, "contracts.json");
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ source: "contracts.json", key });
  expect(problems[0]?.message).toContain(message);
});

test("every mistake is told, not the first one only", () => {
  const problems = checkUserContracts({ functons: {}, classes: { X: { relese: "f", retan: "g" } } }, "contracts.json");
  expect(problems.map((problem) => problem.key)).toEqual(["functons", "classes.X.relese", "classes.X.retan"]);
});
