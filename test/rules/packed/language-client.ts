import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { pathToFileURL } from "node:url";
import { applyEdits } from "../../../src/fix/index.js";

export interface Diagnostic {
  readonly code?: string | number;
  readonly codeDescription?: { readonly href: string };
  readonly message: string;
  readonly range: Range;
}

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface CodeAction {
  readonly title: string;
  readonly command?: { readonly command: string; readonly arguments?: readonly unknown[] };
}

interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

interface WorkspaceEdit {
  readonly documentChanges?: readonly { readonly edits: readonly TextEdit[] }[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** An editor with one document open, as far as the ESLint language server can tell. */
export class LanguageClient {
  readonly #server: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #folder: string;
  readonly #settings: object;
  #buffer = Buffer.alloc(0);
  #next = 1;
  #version = 1;
  #uri = "";
  text = "";

  constructor(serverPath: string, folder: string, settings: object) {
    this.#folder = pathToFileURL(folder).href;
    this.#settings = settings;
    this.#server = spawn(process.execPath, [serverPath, "--stdio"], { cwd: folder });
    this.#server.stdout.on("data", (chunk: Buffer) => {
      this.#receive(chunk);
    });
  }

  async start(): Promise<void> {
    const workspaceFolders = [{ uri: this.#folder, name: "fresh" }];
    await this.#request("initialize", { processId: process.pid, rootUri: this.#folder, workspaceFolders, capabilities: { workspace: { configuration: true, workspaceFolders: true, applyEdit: true, workspaceEdit: { documentChanges: true }, diagnostics: { refreshSupport: true } }, textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source"] } } }, diagnostic: { dynamicRegistration: true } } } });
    this.#notify("initialized", {});
  }

  open(path: string, text: string): void {
    this.#uri = pathToFileURL(path).href;
    this.text = text;
    this.#notify("textDocument/didOpen", { textDocument: { uri: this.#uri, languageId: path.endsWith(".ts") ? "typescript" : "javascript", version: this.#version, text } });
  }

  /** Types another text, without saving. */
  type(text: string): void {
    this.text = text;
    this.#notify("textDocument/didChange", { textDocument: { uri: this.#uri, version: ++this.#version }, contentChanges: [{ text }] });
  }

  async diagnostics(): Promise<readonly Diagnostic[]> {
    const report = (await this.#request("textDocument/diagnostic", { textDocument: { uri: this.#uri } })) as { readonly items: readonly Diagnostic[] };
    return report.items;
  }

  async codeActions(diagnostic: Diagnostic): Promise<readonly CodeAction[]> {
    return (await this.#request("textDocument/codeAction", { textDocument: { uri: this.#uri }, range: diagnostic.range, context: { diagnostics: [diagnostic] } })) as readonly CodeAction[];
  }

  /** Runs a code action; the server answers with an edit of the document. */
  async run(action: CodeAction): Promise<void> {
    await this.#request("workspace/executeCommand", action.command ?? {});
  }

  async stop(): Promise<void> {
    await this.#request("shutdown", null);
    this.#notify("exit", null);
  }

  #request(method: string, params: unknown): Promise<unknown> {
    const id = this.#next++;
    this.#send({ id, method, params });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  #notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  #send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n(?:[^\r]+\r\n)*\r\n/u.exec(this.#buffer.toString("latin1"));
      const length = Number(header?.[1]);
      if (header === null || this.#buffer.length < header[0].length + length) return;
      const body = this.#buffer.subarray(header[0].length, header[0].length + length).toString("utf8");
      this.#buffer = this.#buffer.subarray(header[0].length + length);
      this.#handle(JSON.parse(body) as Message);
    }
  }

  #handle({ id, method, params, ...answer }: Message): void {
    if (id === undefined) return;
    if (method === undefined) {
      this.#waiting.get(id)?.({ id, ...answer });
      this.#waiting.delete(id);
      return;
    }
    this.#send({ id, result: this.#answer(method, params) });
  }

  // What the server asks of its editor.
  #answer(method: string, params: unknown): unknown {
    if (method === "workspace/configuration") return (params as { readonly items: readonly unknown[] }).items.map(() => ({ ...this.#settings, workspaceFolder: { uri: this.#folder, name: "fresh" } }));
    if (method === "workspace/applyEdit") {
      this.#apply((params as { readonly edit: WorkspaceEdit }).edit);
      return { applied: true };
    }
    if (method === "eslint/confirmESLintExecution") return 4;
    return null;
  }

  #apply({ documentChanges = [] }: WorkspaceEdit): void {
    const lines = this.text.split("\n");
    const offset = ({ line, character }: Position): number => lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + character;
    const edits = documentChanges.flatMap((change) => change.edits).map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), text: newText }));
    this.type(applyEdits(this.text, edits));
  }
}
