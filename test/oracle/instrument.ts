import { ts } from "ts-morph";
import type { ModuleForms } from "./modules.js";
import { analyzeScopes, functionAround, isAmbient, isFunctionWithBody, isReference, type Scopes } from "./scopes.js";
import { bare, assignedInFunction, boundNames, calleeName, declaresName, defaultKeyword, isDerived, isExported, isParameterProperty, isPattern, isUsing, isUsingStatement, receiverOwner, skipWrappers, typeName, usedInFunction, usesThis, variableName } from "./syntax-facts.js";

/** What the runtime must know of a function of the program. */
export interface FunctionFacts {
  readonly id: number;
  readonly file: number;
  readonly name: string;
  readonly line: number;
  readonly generator: boolean;
  readonly async: boolean;
  /** Type name and whether there is a default, for each parameter; a rest parameter is the last, with `rest`. */
  readonly params: readonly { readonly type: string | null; readonly optional: boolean; readonly rest: boolean }[];
  /** Variables of functions around it, and whether it does something to each that may give a reference back. */
  readonly captures: readonly { readonly name: string; readonly mayRelease: boolean }[];
}

export interface InstrumentedModule {
  /** CommonJS text of a function `(exports, require, module, $o)`. */
  readonly code: string;
  /** All identifiers in the text: those that nobody declares become globals. */
  readonly identifiers: ReadonlySet<string>;
}

/**
 * Rewrites a module so that every test, comparison, call, await, loop, store, return and throw asks the
 * runtime `$o`, giving the activation `$f` it happens in and the line. Without `forms`, types and what else is
 * no plain JavaScript are left for the transpiler.
 */
export function instrument(source: ts.SourceFile, file: number, functions: FunctionFacts[], usesOnly: (callee: string) => boolean, forms: ModuleForms | null): InstrumentedModule {
  const { fileName } = source;
  const writer = new Instrumenter(source, file, functions, usesOnly, forms);
  const text = writer.module();
  const whole = (code: string): string => `(function (exports, require, module, $o) {${code}\n})`;
  if (forms !== null) return { code: whole(`"use strict";${text}\n${forms.end}`), identifiers: writer.identifiers };
  const output = ts.transpileModule(text, {
    fileName: fileName.endsWith("x") ? "module.tsx" : "module.ts",
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true, jsx: ts.JsxEmit.React, experimentalDecorators: true, alwaysStrict: true },
  });
  return { code: whole(output.outputText), identifiers: writer.identifiers };
}

const assignmentOperators = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.PlusEqualsToken, "+"], [ts.SyntaxKind.MinusEqualsToken, "-"], [ts.SyntaxKind.AsteriskEqualsToken, "*"], [ts.SyntaxKind.SlashEqualsToken, "/"],
  [ts.SyntaxKind.PercentEqualsToken, "%"], [ts.SyntaxKind.BarEqualsToken, "|"], [ts.SyntaxKind.AmpersandEqualsToken, "&"], [ts.SyntaxKind.CaretEqualsToken, "^"],
]);
const equality = new Set<ts.SyntaxKind>([ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.EqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken]);
const pureOperators = new Set<string>(["<", ">", "<=", ">=", "+", "-", "*", "/", "%", "**", "|", "&", "^", "<<", ">>", ">>>", "in", "instanceof"]);

class Instrumenter {
  readonly identifiers = new Set<string>();
  private readonly scopes: Scopes;
  private labels = 0;

  constructor(
    private readonly source: ts.SourceFile,
    private readonly file: number,
    private readonly functions: FunctionFacts[],
    private readonly usesOnly: (callee: string) => boolean,
    private readonly forms: ModuleForms | null,
  ) {
    this.scopes = analyzeScopes(source);
  }

  module(): string {
    const names: string[] = [];
    const mutable: string[] = [];
    for (const statement of this.source.statements) this.topLevelNames(statement, names, mutable);
    const values = names.map((name) => `() => ${name}`).join(", ");
    const setters = mutable.map((name) => `[${JSON.stringify(name)}, () => ${name}, ($v) => { ${name} = $v; }]`).join(", ");
    return `const $f = $o.module(${this.file}, () => [${values}], [${setters}]);${this.hoisted(this.source.statements)}\n${this.statements(this.source.statements)}`;
  }

  private topLevelNames(statement: ts.Statement, names: string[], mutable: string[]): void {
    if (isAmbient(statement)) return;
    if (ts.isVariableStatement(statement)) {
      const constant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
      for (const declaration of statement.declarationList.declarations) {
        for (const name of boundNames(declaration.name)) {
          if (isExported(statement) || usedInFunction(this.source, name)) names.push(name);
          if (!constant && assignedInFunction(this.source, name)) mutable.push(name);
        }
      }
    } else if ((ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) && statement.name !== undefined) names.push(statement.name.text);
  }

  // Function declarations are values from the start of their block on.
  private hoisted(statements: readonly ts.Statement[]): string {
    return statements
      .filter((s): s is ts.FunctionDeclaration & { name: ts.Identifier } => ts.isFunctionDeclaration(s) && s.body !== undefined && s.name !== undefined)
      .map((s) => `$o.fn($f, ${this.facts(s).id}, ${s.name.text}, ${this.captureThunk(s)});`)
      .join("");
  }

  private emit(node: ts.Node): string {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || isAmbient(node)) return node.getText(this.source);
    if (ts.isFunctionLike(node)) return isFunctionWithBody(node) ? this.functionLike(node) : node.getText(this.source);
    if (ts.isClassDeclaration(node)) return `${this.copy(node)}${node.name === undefined ? "" : ` $o.cls($f, ${node.name.text}, ${JSON.stringify(node.name.text)}, ${this.classFields(node)});`}`;
    if (ts.isClassExpression(node)) return `$o.cls($f, ${this.copy(node)}, ${JSON.stringify(node.name?.text ?? variableName(node))}, ${this.classFields(node)})`;
    if (ts.isStatement(node)) return this.statement(node);
    return this.expression(node);
  }

  private statement(node: ts.Statement): string {
    if (ts.isBlock(node) || ts.isModuleBlock(node)) return `{${this.hoisted(node.statements)}${this.statements(node.statements)}}`;
    if (ts.isReturnStatement(node)) return `return $o.ret($f, ${this.line(node)}, ${this.returned(node.expression)});`;
    if (ts.isThrowStatement(node)) return `throw $o.thr($f, ${this.line(node)}, ${this.emit(node.expression)});`;
    if (ts.isIfStatement(node)) {
      const otherwise = node.elseStatement === undefined ? "" : ` else {${this.emit(node.elseStatement)}}`;
      return `if (${this.test(node.expression)}) {${this.emit(node.thenStatement)}}${otherwise}`;
    }
    if (ts.isLabeledStatement(node) && ts.isIterationStatement(node.statement, false)) return this.loop(node.statement, `${node.label.text}: `);
    if (ts.isIterationStatement(node, false)) return this.loop(node, "");
    if (ts.isSwitchStatement(node)) return this.switchStatement(node);
    if (ts.isTryStatement(node)) return this.tryStatement(node);
    return this.copy(node);
  }

  private loop(node: ts.IterationStatement, label: string): string {
    const id = this.labels++;
    const body = `{$o.lp($f, ${id});${this.emit(node.statement)}}`;
    const start = `$o.ls($f, ${id});`;
    if (ts.isWhileStatement(node)) return `{${start}${label}while (${this.test(node.expression)}) ${body}}`;
    if (ts.isDoStatement(node)) return `{${start}${label}do ${body} while (${this.test(node.expression)});}`;
    if (ts.isForOfStatement(node)) {
      const iterate = node.awaitModifier === undefined ? `$o.it($f, ${this.emit(node.expression)}, ${this.line(node)})` : `$o.ait($f, ${this.line(node)}, ${this.emit(node.expression)})`;
      const keyword = node.awaitModifier === undefined ? "for" : "for await";
      const resume = node.awaitModifier === undefined ? "" : "$o.re($f);";
      const loop = `${label}${keyword} (${this.emit(node.initializer)} of ${iterate}) {${resume}$o.lp($f, ${id});${this.emit(node.statement)}}`;
      return `{${start}${loop}${resume}}`;
    }
    if (ts.isForInStatement(node)) return `{${start}${label}for (${this.emit(node.initializer)} in $o.keys($f, ${this.emit(node.expression)})) ${body}}`;
    const loop = node as ts.ForStatement;
    const initializer = loop.initializer === undefined ? "" : this.emit(loop.initializer);
    const condition = loop.condition === undefined ? "" : this.test(loop.condition);
    const step = loop.incrementor === undefined ? "" : this.emit(loop.incrementor);
    return `{${start}${label}for (${initializer}; ${condition}; ${step}) ${body}}`;
  }

  private switchStatement(node: ts.SwitchStatement): string {
    const subject = `$s${this.labels++}`;
    const clauses = node.caseBlock.clauses.map((clause) => {
      const head = ts.isDefaultClause(clause) ? "default:" : `case $o.eq($f, "===", ${subject}, ${this.emit(clause.expression)}):`;
      return `${head}${this.statements(clause.statements)}`;
    });
    return `{const ${subject} = ${this.emit(node.expression)}; switch (true) {${clauses.join("\n")}}}`;
  }

  private tryStatement(node: ts.TryStatement): string {
    const guarded = (text: string): string => `{$o.ti($f); try {${text}} finally {$o.to($f);}}`;
    const body = guarded(this.statements(node.tryBlock.statements));
    let handler = "";
    if (node.catchClause !== undefined) {
      const variable = node.catchClause.variableDeclaration;
      const bind = variable === undefined ? "" : `let ${this.emit(variable.name)} = $e;`;
      const block = this.emit(node.catchClause.block);
      // What throws in a handler meets the `finally` of the same statement.
      handler = ` catch ($e) {$o.caught($f, $e);${bind}${node.finallyBlock === undefined ? block : guarded(block)}}`;
    }
    return `try ${body}${handler}${node.finallyBlock === undefined ? "" : ` finally ${this.emit(node.finallyBlock)}`}`;
  }

  private expression(node: ts.Node): string {
    if (ts.isIdentifier(node)) this.identifiers.add(node.text);
    if (ts.isPrivateIdentifier(node)) return node.text.replace("#", "$p_");
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node)) return this.chain(node, (whole) => whole);
    if (ts.isNewExpression(node)) return `$o.make($f, ${this.line(node)}, ${this.emit(node.expression)}, ${this.args(node.arguments)}, ${JSON.stringify(calleeName(node.expression))})`;
    if (ts.isBinaryExpression(node)) return this.binary(node);
    if (ts.isConditionalExpression(node)) return `(${this.test(node.condition)} ? ${this.emit(node.whenTrue)} : ${this.emit(node.whenFalse)})`;
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return this.unary(node);
    if (ts.isAwaitExpression(node)) return `$o.re($f, await $o.aw($f, ${this.line(node)}, ${this.emit(node.expression)}))`;
    if (ts.isYieldExpression(node)) return this.yielded(node);
    if (ts.isNonNullExpression(node)) return `$o.nn($f, ${this.emit(node.expression)})`;
    if (ts.isTypeOfExpression(node)) return `$o.type($f, ${this.emit(node.expression)})`;
    if (ts.isTemplateExpression(node)) return `$o.text($f, [${node.templateSpans.map((s) => this.emit(s.expression)).join(", ")}])`;
    if (ts.isObjectLiteralExpression(node)) return this.objectLiteral(node);
    if (ts.isArrayLiteralExpression(node) && !isPattern(node)) return `$o.obj($f, ${this.copy(node)})`;
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined && isUsing(node)) return `${this.emit(node.name)} = $o.us($f, ${this.line(node)}, ${this.emit(node.initializer)}${this.forms === null ? "" : ", $u"})`;
    if (ts.isTaggedTemplateExpression(node)) return `$o.c($f, ${this.line(node)}, ${this.emit(node.tag)}, [[], ${ts.isTemplateExpression(node.template) ? this.argumentList(node.template.templateSpans.map((s) => s.expression)) : ""}], ${JSON.stringify(calleeName(node.tag))})`;
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return "$o.meta";
    return this.copy(node);
  }

  private yielded(node: ts.YieldExpression): string {
    if (node.asteriskToken !== undefined) return `$o.re($f, ${this.copy(node)})`;
    return `$o.re($f, yield $o.yl($f, ${this.line(node)}, ${this.returned(node.expression)}))`;
  }

  private binary(node: ts.BinaryExpression): string {
    const { left, right } = node;
    const operator = node.operatorToken.kind;
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken) return `($o.t($f, $o.g = ${this.emit(left)}) ? ${this.emit(right)} : $o.g)`;
    if (operator === ts.SyntaxKind.BarBarToken) return `($o.t($f, $o.g = ${this.emit(left)}) ? $o.g : ${this.emit(right)})`;
    if (operator === ts.SyntaxKind.QuestionQuestionToken) return `($o.n($f, $o.g = ${this.emit(left)}) ? ${this.emit(right)} : $o.g)`;
    if (operator === ts.SyntaxKind.EqualsToken) return isPattern(left) ? `(${this.copy(left)} = $o.pat($f, ${this.line(node)}, ${this.emit(right)}))` : this.assign(left, this.emit(right), node);
    if (operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken) return `($o.t($f, $o.g = ${this.emit(left)}) ? ${this.assign(left, this.emit(right), node)} : $o.g)`;
    if (operator === ts.SyntaxKind.BarBarEqualsToken) return `($o.t($f, $o.g = ${this.emit(left)}) ? $o.g : ${this.assign(left, this.emit(right), node)})`;
    if (operator === ts.SyntaxKind.QuestionQuestionEqualsToken) return `($o.n($f, $o.g = ${this.emit(left)}) ? ${this.assign(left, this.emit(right), node)} : $o.g)`;
    const compound = assignmentOperators.get(operator);
    if (compound !== undefined) return this.assign(left, `$o.bin($f, ${JSON.stringify(compound)}, ${this.emit(left)}, ${this.emit(right)})`, node);
    const text = node.operatorToken.getText(this.source);
    if (equality.has(operator)) return `$o.eq($f, ${JSON.stringify(text)}, ${this.emit(left)}, ${this.emit(right)})`;
    if (text === "in" && ts.isPrivateIdentifier(left)) return `$o.bin($f, "in", ${JSON.stringify(left.text.replace("#", "$p_"))}, ${this.emit(right)})`;
    if (pureOperators.has(text)) return `$o.bin($f, ${JSON.stringify(text)}, ${this.emit(left)}, ${this.emit(right)})`;
    return this.copy(node);
  }

  private assign(target: ts.Expression, value: string, node: ts.Node): string {
    const place = bare(target);
    if (ts.isPropertyAccessExpression(place) && place.expression.kind !== ts.SyntaxKind.SuperKeyword) {
      return `$o.st($f, ${this.line(node)}, ${this.emit(place.expression)}, ${JSON.stringify(place.name.text.replace("#", "$p_"))}, ${value})`;
    }
    if (ts.isElementAccessExpression(place)) return `$o.st($f, ${this.line(node)}, ${this.emit(place.expression)}, ${this.emit(place.argumentExpression)}, ${value})`;
    if (ts.isIdentifier(place)) {
      this.identifiers.add(place.text);
      const around = functionAround(place);
      const outer = !ts.isSourceFile(around) && (this.scopes.isOuter(place.text, around) || !this.isDeclared(place.text, around));
      return outer ? `(${place.text} = $o.out($f, ${this.line(node)}, ${value}))` : `(${place.text} = ${value})`;
    }
    return `(${this.emit(place)} = ${value})`;
  }

  private isDeclared(name: string, around: ts.Node): boolean {
    return !this.scopes.captures(around).includes(name) && declaresName(around, name);
  }

  private unary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): string {
    const operand = bare(node.operand);
    if (node.operator === ts.SyntaxKind.ExclamationToken) return `!${this.test(operand)}`;
    if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken) {
      const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? '"+"' : '"-"';
      const next = `$o.bin($f, ${operator}, ${this.emit(operand)}, 1)`;
      if (ts.isPrefixUnaryExpression(node)) return this.assign(operand, next, node);
      return `$o.first(${this.emit(operand)}, ${this.assign(operand, next, node)})`;
    }
    return `$o.unary($f, ${JSON.stringify(ts.tokenToString(node.operator))}, ${this.emit(operand)})`;
  }

  // An optional chain is undefined as a whole where its head is nullish, so the rest goes inside the test.
  private chain(node: ts.Expression, wrap: (whole: string) => string): string {
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const access = (base: string): string => (ts.isPropertyAccessExpression(node) ? `${base}.${node.name.text.replace("#", "$p_")}` : `${base}[${this.emit(node.argumentExpression)}]`);
      const read = (base: string): string => (base === "super" || node.questionDotToken !== undefined ? access(base) : access(`$o.l($f, ${this.line(node)}, ${base})`));
      return this.link(node.expression, node.questionDotToken !== undefined, (base) => wrap(read(base)));
    }
    if (!ts.isCallExpression(node)) return wrap(this.emit(node));
    const callee = bare(node.expression);
    const line = this.line(node);
    if (callee.kind === ts.SyntaxKind.SuperKeyword) return this.superCall(node);
    if (callee.kind === ts.SyntaxKind.ImportKeyword) return wrap(`$o.import($f, ${this.argumentList(node.arguments)}, require)`);
    if ((ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)) && callee.expression.kind !== ts.SyntaxKind.SuperKeyword) {
      const key = ts.isPropertyAccessExpression(callee) ? JSON.stringify(callee.name.text.replace("#", "$p_")) : this.emit(callee.argumentExpression);
      const optionalCall = node.questionDotToken !== undefined;
      return this.link(callee.expression, callee.questionDotToken !== undefined, (base) => wrap(`$o.m($f, ${line}, ${base}, ${key}, ${this.args(node.arguments)}, ${optionalCall})`));
    }
    if (ts.isPropertyAccessExpression(callee)) return wrap(`($o.l($f, ${line}), ${this.copy(callee)}(${this.argumentList(node.arguments)}))`);
    return this.link(callee, node.questionDotToken !== undefined, (base) => wrap(`$o.c($f, ${line}, ${base}, ${this.args(node.arguments)}, ${JSON.stringify(calleeName(callee))})`));
  }

  private superCall(node: ts.CallExpression): string {
    const around = functionAround(node);
    const properties = ts.isConstructorDeclaration(around) ? this.parameterProperties(around) : [];
    return `(super(${this.argumentList(node.arguments)}), $o.self($f, this)${properties.map((assign) => `, ${assign.replace(";", "")}`).join("")})`;
  }

  private parameterProperties(node: ts.FunctionLikeDeclaration): string[] {
    return node.parameters.filter(isParameterProperty).map((p) => `this.${p.name.getText(this.source)} = ${p.name.getText(this.source)};`);
  }

  private link(head: ts.Expression, optional: boolean, wrap: (base: string) => string): string {
    if (head.kind === ts.SyntaxKind.SuperKeyword) return wrap("super");
    const tested = optional ? (base: string): string => `($o.n($f, $o.g = ${base}) ? undefined : ${wrap("$o.g")})` : wrap;
    return (head.flags & ts.NodeFlags.OptionalChain) !== 0 ? this.chain(head, tested) : tested(this.emit(head));
  }

  private objectLiteral(node: ts.ObjectLiteralExpression): string {
    if (isPattern(node)) return this.copy(node);
    const properties = node.properties.map((property) => {
      if (!ts.isMethodDeclaration(property)) return this.emit(property);
      const key = ts.isComputedPropertyName(property.name) ? `[${this.emit(property.name.expression)}]` : property.name.getText(this.source);
      return `${key}: $o.fn($f, ${this.facts(property).id}, $o.only({${this.emit(property)}}), ${this.captureThunk(property)})`;
    });
    return `$o.obj($f, {${properties.join(", ")}})`;
  }

  private functionLike(node: ts.FunctionLikeDeclaration & { readonly body: ts.ConciseBody }): string {
    const facts = this.facts(node);
    const arrow = ts.isArrowFunction(node);
    const derived = ts.isConstructorDeclaration(node) && isDerived(node);
    const receiver = arrow || derived ? "undefined" : "this";
    const args = arrow ? `[${node.parameters.flatMap((p) => boundNames(p.name)).join(", ")}]` : "[...arguments]";
    const inside = node.parameters.some((p) => p.initializer !== undefined || !ts.isIdentifier(p.name) || isParameterProperty(p)) && !ts.isSetAccessor(node);
    const properties = derived ? "" : this.parameterProperties(node).join("");
    const bind = inside ? `let [${node.parameters.map((p) => this.parameter(p)).join(", ")}] = $a;${properties}` : "";
    const enter = `const $f = $o.in(${facts.id}, ${receiver}, ${inside ? "$a" : args}, ${this.captureThunk(node)});`;
    const block = ts.isBlock(node.body) ? `${this.hoisted(node.body.statements)}${this.statements(node.body.statements)}` : `return $o.ret($f, ${this.line(node.body)}, ${this.returned(node.body)});`;
    const body = `{${enter}try {${bind}${block}} catch ($e) {throw $o.thrown($f, $e);} finally {$o.ex($f);}}`;
    const unnamed = ts.isFunctionDeclaration(node) && node.name === undefined;
    const start = unnamed ? defaultKeyword(node).end : node.getStart(this.source);
    const head = inside ? this.headWithoutParameters(node, start) : this.copyRange(node, start, node.body.getStart(this.source), node.body);
    const whole = `${head}${body}`;
    if (unnamed) return `export default $o.fn($f, ${facts.id}, (${whole}), ${this.captureThunk(node)})`;
    return arrow || ts.isFunctionExpression(node) ? `$o.fn($f, ${facts.id}, ${ts.isFunctionExpression(node) ? `(${whole})` : whole}, ${this.captureThunk(node)})` : whole;
  }

  // Defaults and patterns are evaluated inside the activation, so that what they do belongs to it.
  private headWithoutParameters(node: ts.FunctionLikeDeclaration & { readonly body: ts.ConciseBody }, start: number): string {
    const first = node.parameters[0] as ts.ParameterDeclaration;
    const head = this.copyRange(node, start, first.getFullStart(), null, first.getFullStart());
    const open = ts.isArrowFunction(node) && !head.includes("(") ? "(" : "";
    return `${head}${open}...$a)${ts.isArrowFunction(node) ? " => " : " "}`;
  }

  private parameter(node: ts.ParameterDeclaration): string {
    return `${node.dotDotDotToken === undefined ? "" : "..."}${this.emit(node.name)}${node.initializer === undefined ? "" : ` = ${this.emit(node.initializer)}`}`;
  }

  private readonly known = new Map<ts.Node, FunctionFacts>();

  private facts(node: ts.SignatureDeclaration): FunctionFacts {
    let facts = this.known.get(node);
    if (facts !== undefined) return facts;
    const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
    facts = {
      id: this.functions.length,
      file: this.file,
      name: node.name?.getText(this.source) ?? variableName(node),
      line: this.line(node),
      generator: "asteriskToken" in node && node.asteriskToken !== undefined,
      async: modifiers.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword),
      params: node.parameters.map((p) => ({ type: typeName(p.type), optional: p.initializer !== undefined || p.questionToken !== undefined, rest: p.dotDotDotToken !== undefined })),
      captures: this.scopes.captures(node).map((name) => ({ name, mayRelease: this.mayRelease(node, name) })),
    };
    this.functions.push(facts);
    this.known.set(node, facts);
    return facts;
  }

  private captureThunk(node: ts.SignatureDeclaration): string {
    const self = ts.isArrowFunction(node) && !ts.isSourceFile(receiverOwner(node)) && usesThis(node) ? "() => this" : "";
    const names = this.scopes.captures(node).map((name) => `() => ${name}`);
    return `[${[...names, self].filter((part) => part !== "").join(", ")}]`;
  }

  // Anything but a plain use by a native function may end in a release.
  private mayRelease(node: ts.Node, name: string): boolean {
    let found = false;
    const visit = (child: ts.Node): void => {
      if (ts.isIdentifier(child) && child.text === name && isReference(child)) {
        const parent = skipWrappers(child);
        if ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.arguments?.some((a) => bare(a) === child)) found ||= !this.usesOnly(calleeName(parent.expression));
        else if (ts.isPropertyAccessExpression(parent)) found ||= ts.isCallExpression(parent.parent) || ts.isCallExpression(skipWrappers(parent));
        else if (ts.isReturnStatement(parent) || ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent) || ts.isArrayLiteralExpression(parent) || ts.isArrowFunction(parent) || ts.isVariableDeclaration(parent)) found = true;
        else if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.right === child) found = true;
        else if (ts.isCallExpression(parent) && parent.expression === child) found = true;
      }
      ts.forEachChild(child, visit);
    };
    visit(node);
    return found;
  }

  private classFields(node: ts.ClassLikeDeclaration): string {
    const fields = node.members.flatMap((m) => (ts.isPropertyDeclaration(m) && m.type !== undefined ? [`${JSON.stringify(m.name.getText(this.source).replace("#", "$p_"))}: ${JSON.stringify(typeName(m.type))}`] : []));
    const methods = node.members.flatMap((m) => (isFunctionWithBody(m) && !ts.isConstructorDeclaration(m) ? [`[${this.facts(m).id}, ${this.methodKey(m.name)}, ${(ts.getModifiers(m) ?? []).some((x) => x.kind === ts.SyntaxKind.StaticKeyword)}, ${JSON.stringify(ts.isGetAccessor(m) ? "get" : ts.isSetAccessor(m) ? "set" : "method")}]`] : []));
    const constructor = node.members.find((m): m is ts.ConstructorDeclaration & { body: ts.Block } => ts.isConstructorDeclaration(m) && m.body !== undefined);
    return `{fields: {${fields.join(", ")}}, methods: [${methods.join(", ")}], make: ${constructor === undefined ? -1 : this.facts(constructor).id}}`;
  }

  private methodKey(name: ts.PropertyName | undefined): string {
    if (name === undefined) return '""';
    if (ts.isComputedPropertyName(name)) return this.emit(name.expression);
    return JSON.stringify(ts.isStringLiteral(name) ? name.text : name.getText(this.source).replace("#", "$p_"));
  }

  private test(node: ts.Expression): string {
    return `$o.t($f, ${this.emit(node)})`;
  }

  private returned(node: ts.Expression | undefined): string {
    return node === undefined ? "undefined" : this.emit(node);
  }

  private args(list: readonly ts.Expression[] | undefined): string {
    return `[${this.argumentList(list ?? [])}]`;
  }

  private argumentList(list: readonly ts.Expression[]): string {
    return list.map((argument) => this.emit(argument)).join(", ");
  }

  private statements(list: readonly ts.Statement[]): string {
    // What comes after a `using` declaration runs as in a `try`: the disposal happens on every way out.
    const using = list.findIndex(isUsingStatement);
    const text = (part: readonly ts.Statement[]): string => part.map((statement) => this.whole(statement)).join(";\n");
    if (using < 0) return text(list);
    const rest = list.some((statement) => ts.isFunctionDeclaration(statement)) ? [] : list.slice(using + 1);
    const guarded = rest.length === 0 ? "" : `;\n$o.ti($f); try {${this.statements(rest)}} finally {$o.to($f);}`;
    if (this.forms === null) return rest.length === 0 ? text(list) : text(list.slice(0, using + 1)) + guarded;
    const holding = this.whole(list[using] as ts.Statement).replace(/^using\b/, "const");
    return `${text(list.slice(0, using))};\nconst $u = $o.scope(); try {${holding}${guarded}} catch ($e) {$o.failed($u, $e);} finally {$o.leaveScope($u);}`;
  }

  private whole(node: ts.Statement): string {
    const text = this.emit(node);
    return this.forms === null || !ts.isSourceFile(node.parent) ? text : this.forms.statement(node, text);
  }

  private copy(node: ts.Node): string {
    return this.copyRange(node, node.getStart(this.source), node.end, null);
  }

  private copyRange(node: ts.Node, start: number, end: number, without: ts.Node | null, before = Infinity): string {
    const text = this.source.text;
    let output = "";
    let position = start;
    ts.forEachChild(node, (child) => {
      if (child === without || child.getStart(this.source) >= before || child.getStart(this.source) < position || child.kind === ts.SyntaxKind.EndOfFileToken) return;
      const name = ts.isIdentifier(child) && !isReference(child);
      output += text.slice(position, child.getStart(this.source)) + (name ? child.text : this.emit(child));
      position = child.end;
    });
    return output + text.slice(position, end);
  }

  private line(node: ts.Node): number {
    return this.source.getLineAndCharacterOfPosition(node.getStart(this.source)).line + 1;
  }
}
