import type { NullTest, SourceRange } from "../ir/types.js";
import type { Activation } from "./activation.js";
import { makeEvent } from "./engine.js";
import type { State } from "./state.js";
import { isNullConstant, type Value } from "./values.js";

/**
 * Notes that a value is tested for NULL. A test that can never be true for the pointer's binding is reported, unless
 * on another path the same test meets a plain null: then it tells a pointer that was never set from one that was.
 */
export function noteNullTest(act: Activation, state: State, value: Value, test: NullTest, range: SourceRange): void {
  const site = act.site(range);
  const key = `${site.file}:${site.start}`;
  if (isNullConstant(value)) {
    act.engine.plainNullTests.add(key);
    return;
  }
  if (value.kind !== "entity" || value.token === 0) return;
  const token = state.tokens.get(value.token);
  const object = state.objects.get(value.id);
  if (!token?.ref || token.kind === "retained" || !object || object.tested || !token.ref.ineffective.includes(test)) return;
  if (!act.engine.contracts.isTracked(object.class ?? "") && token.kind !== "interior") return;
  act.engine.nullTests.push({
    key,
    raw: { rule: "no-ineffective-null-test", fn: act.fn, primary: makeEvent("test", site, "this test is never true for NULL"), cause: null, token, object, trace: null, exceptional: "no", mayThrow: false, extra: { test, binding: token.ref.binding, workingTest: token.ref.workingTest } },
  });
}
