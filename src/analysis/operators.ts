import type { TypeKind } from "../ir/language.js";
import type { Constant, VariableId } from "../ir/types.js";
import type { Activation } from "./activation.js";
import type { Counters } from "./counters.js";
import { hasField } from "./heap.js";
import { maxItems } from "./lists.js";
import { joined } from "./pointees.js";
import { noteStep, wholeOrder } from "./ranges.js";
import type { State } from "./state.js";
import { constant, expression, isNullConstant, leastOf, plainResult, undefinedValue, type FunctionInfo, type Value } from "./values.js";
import { countsReferences, listsPointers } from "./walks.js";

/** A pure operator: comparisons are put into one form, small numbers that index arrays are computed, the rest is an unknown that equal operands share. */
export function pure(act: Activation, state: State, operator: string, operands: readonly Value[], to: VariableId): Value {
  const [left, right] = operands;
  const whole = joined(operands);
  if (whole) return whole;
  switch (operator) {
    case ">":
      return pure(act, state, "<", [right!, left!], to);
    case ">=":
      return negated(pure(act, state, "<", operands, to));
    case "<=":
      return negated(pure(act, state, "<", [right!, left!], to));
    case "<":
      if (right?.kind === "constant" && isNumeric(right.value) && leastOf(left) >= Number(right.value)) return constant(false);
      if (left?.kind === "constant" && isNumeric(left.value) && Number(left.value) < leastOf(right)) return constant(true);
      if (left && right) {
        const known = isMinus(left) || isMinus(right) ? wholeOrder(state, left, right) : undefined;
        if (known !== undefined) return constant(known);
        const plain = isMinus(left) && right.kind === "constant" ? moved(left, right, (rest, number) => [rest, number]) : isMinus(right) && left.kind === "constant" ? moved(right, left, (rest, number) => [number, rest]) : null;
        if (plain) return pure(act, state, operator, plain, to);
      }
      // `p > 0` asks whether a pointer is not NULL.
      if (left?.kind === "constant" && isNullConstant(left) && right?.kind === "entity" && state.objects.get(right.id)?.nullable) return expression("not", [expression("isnull", [right], "> 0")]);
      if (left?.kind === "constant" && right?.kind === "constant" && isNumeric(left.value) && isNumeric(right.value)) return constant(left.value < right.value);
      break;
    case "void":
      return undefinedValue;
    case "+":
    case "-": {
      const sum = sumOf(act, state, operator, operands, to);
      if (operator === "+" && left && right?.kind === "constant" && right.value === 1 && state.tokens.size > 0) noteStep(state, left, sum);
      return sum;
    }
    case "typeof": {
      const kind = left?.kind === "function" || left?.kind === "class" ? "function" : left?.kind === "constant" && left.value !== null ? typeOf(left.value) : undefined;
      if (kind !== undefined) return constant(state.language.typeNames[kind]);
      break;
    }
    case "instanceof": {
      const known = isInstance(act, state, left!, right!);
      if (known !== undefined) return constant(known);
      break;
    }
    case "in": {
      const known = left?.kind === "constant" && right?.kind === "entity" ? hasField(act, state, right, String(left.value)) : undefined;
      if (known !== undefined) return constant(known);
      break;
    }
    default: {
      const bits = bitsOf(operator, left, right);
      if (bits !== undefined) return constant(bits);
      // Other arithmetic gives a new value each time, so that loops come to rest.
      if (operands.some((operand) => operand.kind === "expression" && depthOf(operand) > 3)) return state.unknown(plainResult);
    }
  }
  return operands.every((operand) => operand.kind !== "function" && depthOf(operand) < 4) ? expression(operator, operands) : state.unknown(plainResult);
}

// Flags in the bits of a number: there are as many values as the program sets bits, so that loops come to rest.
function bitsOf(operator: string, left: Value | undefined, right: Value | undefined): number | undefined {
  const [one, other] = [smallNumber(left), smallNumber(right)];
  if (one === undefined) return undefined;
  if (operator === "~") return ~one;
  if (other === undefined) return undefined;
  switch (operator) {
    case "&":
      return one & other;
    case "|":
      return one | other;
    case "^":
      return one ^ other;
    case "<<":
      return one === 1 && other >= 0 && other < 16 ? 1 << other : undefined;
    default:
      return undefined;
  }
}

function smallNumber(value: Value | undefined): number | undefined {
  return value?.kind === "constant" && typeof value.value === "number" && Number.isInteger(value.value) && Math.abs(value.value) <= 0xffff ? value.value : undefined;
}

export function isMinus(value: Value): value is Extract<Value, { kind: "expression" }> {
  return value.kind === "expression" && value.operator === "-";
}

// `n - 1 < 3` is the same question as `n < 4`.
function moved({ operands: [rest, less] }: Extract<Value, { kind: "expression" }>, { value }: Extract<Value, { kind: "constant" }>, order: (rest: Value, number: Value) => readonly Value[]): readonly Value[] | null {
  if (!rest || less?.kind !== "constant" || typeof less.value !== "number" || typeof value !== "number") return null;
  return order(rest, constant(value + less.value));
}

// Outside loops numbers are added up. In a loop positions are counted while there is an array of known elements to walk
// over, and what is compared to small numbers up to these: what comes then is more, and nobody knows how much.
function sumOf(act: Activation, state: State, operator: "+" | "-", operands: readonly Value[], to: VariableId): Value {
  const [left, right] = operands;
  if (left?.kind === "constant" && typeof left.value === "string" && right?.kind === "constant" && right.value === "") return left;
  if (operands.length !== 2 || right?.kind !== "constant" || typeof right.value !== "number") return state.unknown(plainResult);
  const counts = (countsReferences(state) || listsPointers(state)) && isCounter(act.engine.counters(act.fn), to);
  if (operator === "-" && counts && left && left.kind !== "constant") return lessBy(state, left, right.value);
  // `n - 1` is the last number below `n`.
  if (operator === "-" && right.value === 1 && left?.kind === "entity" && left.token === 0 && !state.objects.has(left.id) && !state.records.has(left.id)) return expression("-", operands);
  if (left?.kind === "expression") {
    if (operator === "-" && left.operator === "length") return expression("-", operands);
    return operator === "+" && right.value > 0 && left.operator === "beyond" ? expression("beyond", [left.operands[0]!, state.unknown()]) : state.unknown(plainResult);
  }
  if (left?.kind !== "constant" || typeof left.value !== "number") return state.unknown(plainResult);
  const sum = operator === "+" ? left.value + right.value : left.value - right.value;
  // A function that calls itself with a count is entered for small counts alone, or it would never come to rest.
  if (!act.graph.inLoop[act.position.block]) return Math.abs(sum) > maxRecursion && Math.abs(sum) > Math.abs(left.value) && callsItself(act.fn) ? state.unknown() : constant(sum);
  const { positions, compared } = act.engine.counters(act.fn);
  const bound = act.engine.relevant.has(act.fn) ? compared.get(to) : undefined;
  const walks = positions.has(to) && [...state.records.values()].some((record) => record.kind === "array" && !record.shared && record.items.length > 0);
  if ((bound === undefined && !walks && !counts) || sum < -1) return state.unknown(plainResult);
  const most = Math.max(bound ?? 0, walks || counts ? maxItems : 0);
  if (sum <= most) return constant(sum);
  return bound === undefined && !counts ? state.unknown() : expression("beyond", [constant(most), state.unknown()]);
}

function isCounter({ tested, positions }: Counters, variable: VariableId): boolean {
  return tested.has(variable) || positions.has(variable);
}

// An unknown number that is counted down, as far as references are counted.
function lessBy(state: State, value: Value, number: number): Value {
  const [rest, less] = isMinus(value) ? value.operands : [value, constant(0)];
  if (!rest || less?.kind !== "constant" || typeof less.value !== "number" || depthOf(rest) > 2) return state.unknown(plainResult);
  return less.value + number > maxItems ? state.unknown() : expression("-", [rest, constant(less.value + number)]);
}

const maxRecursion = maxItems + 1;

const recursive = new WeakMap<FunctionInfo, boolean>();

function callsItself(fn: FunctionInfo): boolean {
  const known = recursive.get(fn);
  if (known !== undefined) return known;
  const own = fn.ir.name.slice(fn.ir.name.lastIndexOf(".") + 1);
  const found = fn.ir.blocks.some((block) => block.instructions.some((instruction) => instruction.op === "call" && instruction.calleeName === own));
  recursive.set(fn, found);
  return found;
}

// A native pointer is an instance of no class of the program; an object that the path made, of its own class and those above.
function isInstance(act: Activation, state: State, value: Value, type: Value): boolean | undefined {
  if (type.kind !== "class") return undefined;
  if (value.kind === "constant") return false;
  if (value.kind !== "entity") return undefined;
  if (state.objects.has(value.id)) return false;
  const record = act.record(state, value.id);
  if (!record || record.kind === "open") return undefined;
  for (let current: Value | null = record.class; current; current = current.superclass) {
    if (current.kind !== "class") return undefined;
    if (current.ir === type.ir) return true;
  }
  return false;
}

export function depthOf(value: Value): number {
  return value.kind === "expression" ? 1 + Math.max(0, ...value.operands.map(depthOf)) : 0;
}

function negated(value: Value): Value {
  return value.kind === "constant" ? constant(!value.value) : expression("not", [value]);
}

function typeOf(value: NonNullable<Constant> | undefined): TypeKind {
  switch (typeof value) {
    case "string":
      return "text";
    case "boolean":
      return "truth";
    case "number":
      return "number";
    case "bigint":
      return "integer";
    default:
      return "nothing";
  }
}

function isNumeric(value: Constant): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
