import vm from "node:vm";
import { posix } from "node:path";
import { ts } from "ts-morph";
import type { RuleId } from "../../src/findings.js";
import { Environment } from "./environment.js";
import { fieldUses } from "./fields.js";
import { discover, nothingDiscovered, type Discovery } from "./discovery.js";
import { callEntry, entriesOf, runDeferred } from "./entries.js";
import { instrument, type FunctionFacts } from "./instrument.js";
import { plainProgram } from "./modules.js";
import { ProgramRealm } from "./realm.js";
import { Runtime } from "./runtime.js";
import { withTags } from "./tags.js";
import type { Settings } from "./settings.js";
import { explore, Tape } from "./tape.js";
import { Pointer, Stop, type Unknown } from "./values.js";
import { World, type Event } from "./world.js";

/** The rules that running a program can decide. */
export const decidedRules: readonly RuleId[] = ["no-use-after-invalidate", "require-release", "no-use-after-release", "no-double-release", "no-release-borrowed"];

export interface OracleError {
  readonly rule: RuleId;
  /** Rules that say the same in this case. */
  readonly rules: readonly RuleId[];
  readonly file: string;
  readonly line: number;
  /** All places that would say the same, its own among them. */
  readonly places: readonly { readonly file: string; readonly line: number }[];
}

export interface Verdict {
  /** The first error of an object on some path. */
  readonly sure: readonly OracleError[];
  /** Everything that goes wrong on some path, the sure errors among it. */
  readonly possible: readonly OracleError[];
  readonly runs: number;
  /** False when not every path was run: then more may be possible. */
  readonly complete: boolean;
  /** What the program did that cannot be stood in for. */
  readonly unsupported: readonly string[];
}

/** Runs a program (name -> text) on every path and tells what goes wrong. */
export function judge(files: ReadonlyMap<string, string>, settings: Settings, realm = new ProgramRealm()): Verdict {
  return new Program(files, settings, realm).judge();
}

type ModuleFunction = (exports: object, require: (specifier: string) => unknown, module: { exports: unknown }, runtime: Runtime) => unknown;

class Program {
  private readonly names: string[];
  private readonly functions: FunctionFacts[] = [];
  private readonly modules: ModuleFunction[];
  private readonly environment: Environment;
  private readonly assigned: ReadonlySet<string>;
  private readonly globals = new Map<string, unknown>();
  private readonly sure = new Map<string, OracleError>();
  private readonly possible = new Map<string, OracleError>();
  private readonly releasedFields = new Set<string>();
  private readonly leftInFields = new Map<string, { readonly names: readonly string[]; readonly error: OracleError }>();
  private readonly unsupported = new Set<string>();
  private readonly boundGlobals = new Map<string, unknown>();
  private discovery: Discovery = nothingDiscovered;
  private readonly settings: Settings;
  private runtime!: Runtime;

  constructor(files: ReadonlyMap<string, string>, given: Settings, private readonly realm: ProgramRealm) {
    this.names = [...files.keys()].filter((name) => !/\.d\.[cm]?ts$/.test(name));
    const sources = [...files].map(([name, text]) => ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true));
    const settings = { ...given, contracts: withTags(given.contracts, sources) };
    this.settings = settings;
    const usesOnly = (callee: string): boolean => usesItsArguments(settings, callee);
    const modules = sources.filter(({ fileName }) => this.names.includes(fileName));
    const forms = plainProgram(modules);
    const instrumented = modules.map((source, index) => instrument(source, index, this.functions, usesOnly, forms?.[index] ?? null));
    realm.clear();
    this.modules = instrumented.map((module) => realm.evaluate(module.code.includes("await") ? withTopLevelAwait(module.code) : module.code) as ModuleFunction);
    const fields = fieldUses(sources, usesOnly);
    this.assigned = fields.assigned;
    this.environment = new Environment(settings.contracts, realm.own, fields);
    this.defineGlobals(new Set(instrumented.flatMap((module) => [...module.identifiers])));
    this.discovery = this.discover();
  }

  judge(): Verdict {
    let runs = 0;
    let complete = true;
    const deadline = performance.now() + this.settings.maxMilliseconds;
    const entries: (number | null)[] = [null];
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index] as number | null;
      const explored = explore(this.settings.maxRuns, deadline, (tape) => {
        this.run(tape, entry);
        if (index === 0) for (const id of entriesOf(this.runtime)) if (!entries.includes(id)) entries.push(id);
      });
      runs += explored.runs;
      complete &&= explored.complete;
    }
    const left = [...this.leftInFields.values()].filter(({ names }) => !names.some((name) => this.releasedFields.has(name)));
    return { sure: [...this.sure.values()], possible: [...this.possible.values(), ...left.map(({ error }) => error)], runs, complete, unsupported: [...this.unsupported] };
  }

  private run(tape: Tape, entry: number | null): void {
    const world = this.renew(tape);
    const ended = this.evaluate(() => this.load());
    if (entry !== null && ended) {
      world.current = null;
      const finished = this.evaluate(() => callEntry(this.runtime, entry, this.assigned));
      if (finished) this.evaluate(() => runDeferred(this.runtime));
    }
    this.record(world);
  }

  /** Forgets everything that the last run did. */
  private renew(tape: Tape): World {
    this.globals.clear();
    for (const [name, value] of this.boundGlobals) this.globals.set(name, value);
    const world: World = new World(
      this.settings,
      tape,
      {
        capturesOf: (fn) => this.runtime.functions.get(fn),
        contentOf: (value): readonly unknown[] | null => {
          const unknown = world.unknownOf(value);
          if (unknown !== undefined) return contentOfUnknown(unknown);
          const bound = this.runtime.boundArguments.get(value);
          const frame = this.runtime.asyncFrames.get(value);
          return bound === undefined && frame === undefined ? null : [...(bound ?? []), frame?.result];
        },
      },
      (key) => this.environment.nativeByName(key),
      (fn, receiver, args) => this.runtime.unseen(receiver, args, world.unknownOf(fn)?.name ?? ""),
    );
    this.runtime = new Runtime(world, this.functions, this.environment, this.discovery);
    this.environment.runtime = this.runtime;
    return world;
  }

  // What is bound to none of the library's functions is remembered as such: the name then says nothing.
  private discover(): Discovery {
    this.renew(new Tape());
    this.evaluate(() => this.load());
    this.runtime.stopped = null;
    let discovery = nothingDiscovered;
    this.evaluate(() => {
      discovery = discover(this.runtime, (value) => this.environment.isNative(value) || this.runtime.world.unknownOf(value)?.foreign === true);
      return undefined;
    });
    for (const [name, value] of this.globals) if (this.environment.isNative(value) && !this.settings.contracts.has(name)) this.boundGlobals.set(name, value);
    const foreign = this.environment.foreignFunction;
    for (const names of [discovery.fields, discovery.statics]) for (const bound of names.values()) for (const [key, value] of bound) if (!this.environment.isNative(value)) bound.set(key, foreign);
    return discovery;
  }

  /** Runs something in the program's realm until nothing is left to do; false when the path was cut off. */
  private evaluate(action: () => Promise<unknown> | undefined): boolean {
    const runtime = this.runtime;
    let pending = false;
    this.realm.run(() => {
      try {
        const result = action();
        if (result !== undefined) {
          pending = true;
          const end = (): void => {
            pending = false;
          };
          void this.environment.when(result, end, (error: unknown) => {
            this.note(error);
            end();
          });
        }
      } catch (error) {
        this.note(error);
      }
    });
    while (pending && runtime.stopped === null && runtime.waiting.length > 0) {
      const waiter = runtime.waiting.shift();
      this.realm.run(() => {
        if (runtime.world.tape.choose(2) === 0) waiter?.resolve(runtime.world.unknown("settled"));
        else waiter?.reject(runtime.error("reject"));
      });
    }
    runtime.waiting.length = 0;
    return runtime.stopped === null;
  }

  private note(error: unknown): void {
    const runtime = this.runtime;
    if (error instanceof Stop) runtime.stopped ??= error;
    else if (!runtime.world.thrownKinds.has(error) && this.environment.isMistake(error) && runtime.stopped === null) runtime.stopped = new Stop("unsupported", error instanceof Object ? String(Reflect.get(error, "stack")) : String(error));
  }

  private load(): Promise<unknown> | undefined {
    const loaded = new Map<number, { exports: unknown }>();
    const pending: Promise<unknown>[] = [];
    const require = (from: string) => (specifier: string): unknown => {
      const index = this.resolve(from, specifier);
      return index === -1 ? this.outsideModule(specifier) : load(index).exports;
    };
    const load = (index: number): { exports: unknown } => {
      const known = loaded.get(index);
      if (known !== undefined) return known;
      const module = { exports: {} as unknown };
      loaded.set(index, module);
      const world = this.runtime.world;
      const outer = world.current;
      world.current = null;
      const fn = this.modules[index] as ModuleFunction;
      let result: unknown;
      try {
        result = fn(module.exports as object, require(this.names[index] as string), module, this.runtime);
      } catch (error) {
        this.note(error);
        if (this.runtime.stopped === null) this.leaveModule(index, module, true);
        throw error;
      }
      if (result instanceof this.environment.promise) {
        pending.push(
          this.environment.when(
            result as Promise<unknown>,
            () => this.leaveModule(index, module, false),
            (error: unknown) => {
              this.note(error);
              if (this.runtime.stopped === null) this.leaveModule(index, module, true);
            },
          ),
        );
      } else this.leaveModule(index, module, false);
      world.current = outer;
      return module;
    };
    this.names.forEach((_, index) => load(index));
    return pending.length === 0 ? undefined : this.environment.promise.all(pending);
  }

  private leaveModule(index: number, module: { exports: unknown }, failed: boolean): void {
    const frame = this.runtime.moduleFrames.get(index);
    if (frame !== undefined) this.runtime.leaveModule(frame, module.exports, failed);
  }

  private outsideModule(specifier: string): unknown {
    const key = `module ${specifier}`;
    if (!this.globals.has(key)) this.globals.set(key, this.runtime.world.unknown(specifier));
    return this.globals.get(key);
  }

  private resolve(from: string, specifier: string): number {
    if (!specifier.startsWith(".")) return -1;
    const base = posix.join(posix.dirname(from), specifier);
    const stem = base.replace(/\.[cm]?jsx?$/, "");
    const candidates = [base, ...["ts", "tsx", "mts", "cts", "js", "mjs", "cjs", "jsx"].flatMap((ext) => [`${stem}.${ext}`, `${base}/index.${ext}`])];
    return this.names.findIndex((name) => candidates.includes(name));
  }

  private record(world: World): void {
    if (this.runtime.stopped?.reason === "unsupported") this.unsupported.add(this.runtime.stopped.detail);
    if (this.runtime.stopped?.reason === "infeasible") return;
    world.end();
    for (const name of world.releasedFields) this.releasedFields.add(name);
    for (const { names, event } of world.leftInFields) {
      const error = this.error(event);
      this.leftInFields.set(`${names.join()}:${keyOf(error)}`, { names, error });
    }
    for (const event of world.events) {
      const error = this.error(event);
      const key = keyOf(error);
      if (event.first && !this.sure.has(key)) this.sure.set(key, error);
      if (!this.possible.has(key)) this.possible.set(key, error);
    }
  }

  private error({ rule, rules, place, others }: Event): OracleError {
    const places = [place, ...others].map((at) => ({ file: this.names[at.file] as string, line: at.line }));
    return { rule, rules, file: this.names[place.file] as string, line: place.line, places };
  }

  // Whatever nobody declares is a global of the run time, a native function, or unknown.
  private defineGlobals(identifiers: ReadonlySet<string>): void {
    const replaced = new Set(["BigInt", "String", "Number", "Boolean", "console"]);
    for (const name of identifiers) {
      if ((this.realm.isBuiltIn(name) && !replaced.has(name)) || isWord(name)) continue;
      const get = (): unknown => {
        if (!this.globals.has(name)) this.globals.set(name, this.environment.global(name));
        return this.globals.get(name);
      };
      this.realm.define(name, get, (value) => this.globals.set(name, value));
    }
  }
}

// The same release may be a borrowed one on one path and a second one on another.
function keyOf(error: OracleError): string {
  return `${error.places.map((at) => `${at.file}:${at.line}`).join()}:${error.rules.join()}`;
}

function contentOfUnknown(unknown: Unknown): unknown[] {
  const native = unknown.object === undefined ? [] : [new Pointer(unknown.object, null, null, null)];
  return [...unknown.members.values(), ...native];
}

function isWord(name: string): boolean {
  return !/^[A-Za-z_$][\w$]*$/.test(name) || ["arguments", "await", "default", "yield", "let", "static", "async", "of", "get", "set"].includes(name);
}

function withTopLevelAwait(code: string): string {
  try {
    new vm.Script(code);
    return code;
  } catch {
    return code.replace(/^\(function/, "(async function");
  }
}

/** True for a native function that does nothing to what it is given but use it. */
function usesItsArguments(settings: Settings, callee: string): boolean {
  const contract = settings.contracts.function(callee);
  return contract !== undefined && !contract.effects.some((effect) => effect.kind === "release" || effect.kind === "transfer" || effect.kind === "keep");
}
