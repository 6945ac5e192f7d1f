import { describe, expect, test } from "vitest";
import { programsOf } from "../fixtures/programs.js";
import { compareFixture } from "./fixtures.js";

/** Why running cannot judge some fixtures, and which. Each must still fail to agree, so that the list shrinks when it can. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  "what an object is follows from its type": [
    "projects/types-say-what-it-is",
    "projects/independent-cyclic-services",
    "projects/independent-decorated-service",
    "themes/classes/told-by-types.ts",
    "themes/classes/whole-field-of-two-classes.ts",
  ],
  "hooks and the tests of a test runner are called by others": [
    "projects/independent-hook-module",
    "themes/independent/frida-hook-pair-late-read.js",
    "themes/independent/hooks-with-helpers.js",
    "themes/real-shapes/assert-after-the-owned-by-default.js",
  ],
  "a generator that is left at a yield, or whose body a loop runs": [
    "themes/generators/coroutines-clean.ts",
    "themes/generators/coroutines.ts",
    "themes/generators/lent-and-given-elements.ts",
  ],
  "functions in lists of a module, bound or on prototypes": [
    "themes/independent/bound-methods.ts",
    "themes/independent/plugin-list-of-module.ts",
    "themes/independent/prototype-methods.js",
  ],
  "imports resolved by configuration": [
    "projects/independent-monorepo-frida",
    "projects/independent-package-exports",
    "projects/independent-paths-barrel",
    "projects/independent-mixed-cjs-esm",
    "projects/independent-reexport-chain-cjs",
    "projects/conditional-exports",
    "projects/monorepo",
    "projects/package-imports",
    "projects/package-main-folder",
    "projects/tsconfig-baseurl",
    "projects/tsconfig-paths",
    "projects/whole-package-exports",
    "projects/whole-tsconfig-paths",
  ],
  "exports of compiled modules are written by helpers of the compiler": [
    "projects/cjs-compiled-by-tsc",
    "projects/whole-babel-output",
    "projects/whole-tslib-output",
  ],
  "what a closure does is told from its own text, not from the helpers it calls": [
    "themes/closures/looked-at-later.ts",
    "projects/closure-helper-looks",
    "projects/whole-looker-by-namespace",
    "projects/whole-looker-by-require",
    "themes/giving-away/closure-calls-helper-that-looks.ts",
  ],
  "a field's content follows from its declared type, or from the constructor alone": [
    "projects/typed-field-call",
    "projects/whole-class-in-field",
    "themes/classes/whole-composition.js",
    "projects/relevance-instance-export",
    "projects/relevance-closure-in-table",
    "themes/classes/field-holds-visible-object.js",
    "themes/classes/field-holds-visible-object.ts",
  ],
  "a declaration without code that another module hands on": [
    "projects/whole-reexported-as",
  ],
  "a form of binding that is not stood in for": [
    "themes/bindings/ctypes.js",
    "themes/bindings/ffi-rs.ts",
    "themes/bindings/field-named-otherwise.ts",
    "themes/bindings/frida-apiresolver.js",
    "themes/bindings/mocks-of-other-makers.ts",
    "themes/bindings/null-ffi-napi.js",
    "themes/callback-contracts/cb-get-copy-left.ts",
    "themes/callback-contracts/cb-get-copy0.ts",
    "themes/callback-contracts/cb-new-switch-fallthrough.js",
    "themes/callback-contracts/cb-psk-use.ts",
    "themes/callback-contracts/counts-not-pointers.ts",
    "themes/callback-contracts/decorated-callback-wrong.ts",
    "themes/callback-contracts/decorated-callback.ts",
    "themes/callback-contracts/field-bound-method.ts",
    "themes/independent/ffi-rs-load.js",
    "themes/independent/koffi-async-callback.js",
    "themes/independent/deno-nonblocking-await.ts",
    "themes/independent/frida-class-agent.ts",
    "themes/independent/namespace-and-enum.ts",
    "themes/independent/default-parameter-source.ts",
    "themes/indirections/compiled-import.js",
    "projects/deno-library-exported",
    "rules/no-borrow-escape/hook-record.ts",
    "rules/require-release/bind-bun-clean.ts",
    "rules/require-release/bind-emscripten-clean.js",
    "rules/require-release/bind-ffi-napi-clean.js",
    "rules/require-release/bind-ffi-napi.js",
    "rules/require-release/bind-ffi-rs.ts",
    "rules/require-release/bind-koffi-async.ts",
    "rules/require-release/bind-node-ffi.mjs",
    "rules/require-release/bind-renaming.ts",
    "themes/async/koffi-async-callback.js",
    "themes/flow/bind-deno-odd.ts",
    "themes/flow/bind-ffi-rs-odd.js",
    "themes/flow/bind-frida-odd.ts",
    "themes/flow/bind-koffi-odd.mjs",
    "themes/flow/bind-node-ffi-odd.mjs",
    "themes/flow/machine-word.js",
    "themes/flow/resume-handshake.mjs",
    "themes/indirections/compiled-interop.js",
    "themes/real-shapes/assert-of-the-run-time.js",
    "themes/async/deno-promise-not-awaited.ts",
    "themes/independent/ffirs-load.ts",
    "themes/independent/i2d-roundtrip.js",
    "themes/independent/koffi-async-promisify.ts",
    "themes/independent/koffi-odd-protos.mjs",
    "themes/independent/quickjs-call.js",
    "themes/functions-inside/class-expression.ts",
    "themes/functions-inside/commonjs-wrapper.js",
    "themes/functions-inside/java-perform-then.js",
  ],
  "an object of a class answers for one reference, not for two": [
    "themes/real-shapes/counted-wrapper.ts",
  ],
  "an object of a class answers for what it holds, though the class releases nothing": [
    "themes/classes/object-without-a-release.ts",
    "themes/helpers/result-classes.ts",
  ],
  "what a stack moved into a field holds": [
    "themes/using/stack-moved-on-success.ts",
    "themes/using/stack-moved-on-success-clean.ts",
  ],
  "extra arguments of a timer": [
    "themes/async/scheduled-once.ts",
  ],
  "pointers in memory that native code writes": [
    "rules/no-use-after-invalidate/out-parameter-points-inside.js",
    "themes/real-shapes/pair-of-places.ts",
    "rules/require-release/out-parameter-frida.js",
    "rules/require-release/out-parameter-others.js",
  ],
  "the table of addresses is filled by nobody": [
    "rules/no-use-after-invalidate/real-fritap-wrong.js",
    "rules/no-use-after-invalidate/wolfssl.js",
    "rules/require-release/bind-frida-address-map.ts",
    "rules/require-release/bind-frida-variable.js",
    "themes/indirections/i19-conditional-binding.js",
    "themes/independent/frida-table-loader.ts",
  ],
  "more paths than can be run": [
    "themes/async/async-recursion.ts",
    "themes/budget/state-machine-of-twelve-lost.ts",
    "themes/budget/twelve-callbacks-lost.ts",
  ],
  "needs more rounds of a loop": [
    "themes/feasible/flags-and-masks-wrong.ts",
    "themes/flow/switches-in-loops-wrong.ts",
    "rules/require-release/combined-loops.ts",
  ],
  "needs a component library": [
    "projects/tsx-component",
    "rules/require-release/jsx.tsx",
    "themes/independent/react-effect.tsx",
  ],
  "comments that hide findings": [
    "rules/require-release/comments-hide.ts",
    "themes/independent/suppress.ts",
  ],
  "a type rules out a value that JavaScript allows": [
    "rules/no-use-after-invalidate/choices.ts",
    "themes/feasible/instance-of-and-typeof.ts",
    "themes/feasible/logical-assignment.ts",
    "themes/helpers/loops-by-index.js",
  ],
  "conditions in contracts of other classes are not followed": [
    "rules/no-use-after-invalidate/other-owners.ts",
    "rules/no-use-after-release/connections.js",
    "rules/require-release/chain-certificates.js",
    "rules/require-release/stacks-of-certificates.ts",
    "themes/other-classes/certificate-chain.ts",
    "themes/other-classes/certificate-freed-after-transfer.ts",
    "themes/independent/ctx-use-key.ts",
    "themes/independent/x509-key.ts",
    "themes/independent/transferred-use.ts",
  ],
  "fails when it is really run": [
    "themes/independent/event-target-class.ts",
    "themes/independent/weakmap-private-state.js",
    "rules/prefer-explicit-ownership/named-well.ts",
    "rules/prefer-explicit-ownership/strict.mjs",
    "rules/require-release/class-corners.ts",
    "themes/flow/prefer-names.ts",
    "themes/independent/reduce-oldest.js",
    "themes/independent/expect-tests.ts",
    "themes/independent/cli-leak.ts",
    "themes/independent/cli-main.ts",
  ],
  "a store by a function of the library": [
    "themes/giving-away/object-assign-unreleased.js",
    "themes/giving-away/map-never-drained.ts",
  ],
  "a promise that nobody here makes": [
    "themes/independent/with-resolvers.ts",
    "themes/async/then-chain-carries-and-loses.ts",
    "themes/independent/allsettled.ts",
    "themes/independent/async-iife.js",
  ],
  "a counted borrow is put where nobody is seen to release it": [
    "themes/independent/weakref-observer.ts",
    "themes/flow/put-into-unknown.js",
  ],
  "what pure functions answer is not remembered": [
    "themes/flow/switches-in-loops.ts",
    "themes/flow/pure-calls-again.js",
    "themes/independent/string-conditions.ts",
  ],
  "functions combined by functions": [
    "themes/helpers/compose-and-pipe.ts",
  ],
  "namespaces, and loops over containers": [
    "themes/records/arrays-of-references.ts",
    "rules/require-release/array-from-length-lost.js",
    "rules/require-release/syntax-typescript.ts",
    "rules/require-release/stacks-and-queues.js",
  ],
  "released when an object is collected": [
    "themes/independent/finalization.js",
  ],
  "each comparison of two unknowns is decided on its own": [
    "themes/feasible/ranges-of-numbers.ts",
    "themes/feasible/chains-of-conditions.ts",
    "themes/feasible/chains-of-conditions-wrong.ts",
  ],
  "a context that is asked of a connection is an object of its own": [
    "themes/contexts/context-by-getter.ts",
  ],
  "what is returned or handed on around or inside an object is not taken to use it": [
    "themes/records/dangling-inside-what-goes-out-wrong.ts",
    "themes/anchors/pointers-inside-wrong.ts",
  ],
  "errors are of one class": [
    "themes/flow/finally-overrides-wrong.ts",
  ],
  "what runs on in an asynchronous function is told at its call": [
    "themes/async/used-after-the-call-returned-wrong.ts",
    "themes/async/used-after-the-call-returned.ts",
  ],
  "methods in a prototype": [
    "themes/independent/proto-class.js",
    "themes/independent/proto-object-literal.js",
  ],
};
const exceptions = new Map(Object.entries(reasons).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)));

describe.each(["rules", "themes", "projects"] as const)("fixtures/%s agree with what happens when they run", (kind) => {
  const programs = programsOf(kind);
  test.each(programs.map((program) => [program.name, program] as const))("%s", (name, program) => {
    const comparison = compareFixture(program, 2000);
    if (exceptions.has(name)) expect(comparison.kind, `${name} can be judged now: take it from the list (${exceptions.get(name)})`).not.toBe("agrees");
    else expect(comparison).toMatchObject({ kind: "agrees" });
  });
});
