export type FlagGroup = "Configuration" | "Rules" | "Files" | "Contracts" | "Output" | "Baseline" | "Fixing" | "Speed" | "Looking inside" | "Exit";

export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** `switch`: no value; `value`: one; `values`: may be given several times; `optional`: a value only as `--flag=value`. */
  readonly kind: "switch" | "value" | "values" | "optional";
  /** Name of the value in the help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly group: FlagGroup;
  readonly help: string;
}

/** Every flag of the command line, in the order of the help. */
export const flags = [
  { name: "config", short: "c", kind: "value", value: "file", group: "Configuration", help: "use this configuration" },
  { name: "no-config", kind: "switch", group: "Configuration", help: "use no configuration file" },
  { name: "print-config", kind: "switch", group: "Configuration", help: "show the settings in force" },
  { name: "init", kind: "switch", group: "Configuration", help: "write a first configuration" },
  { name: "preset", kind: "value", value: "name", choices: ["recommended", "strict", "all"], group: "Rules", help: "recommended, strict or all" },
  { name: "rule", kind: "values", value: "id=level", group: "Rules", help: "set a rule to off, warn or error" },
  { name: "only", kind: "values", value: "rule", group: "Rules", help: "run no other rule" },
  { name: "list-rules", kind: "switch", group: "Rules", help: "show all rules" },
  { name: "explain", kind: "value", value: "rule", group: "Rules", help: "show a rule's page" },
  { name: "ignore-pattern", kind: "values", value: "glob", group: "Files", help: "leave files out" },
  { name: "no-ignore", kind: "switch", group: "Files", help: "look at files in .gitignore too" },
  { name: "show-files", kind: "switch", group: "Files", help: "list what would be looked at" },
  { name: "changed", kind: "optional", value: "ref", group: "Files", help: "only files changed since ref (HEAD)" },
  { name: "stdin", kind: "switch", group: "Files", help: "read one file from standard input" },
  { name: "stdin-filename", kind: "value", value: "path", group: "Files", help: "its name" },
  { name: "contracts", kind: "values", value: "file", group: "Contracts", help: "add contracts for a library" },
  { name: "classes", kind: "values", value: "names", group: "Contracts", help: "classes to follow, or all" },
  { name: "dialect", kind: "value", value: "name", group: "Contracts", help: "boringssl, wolfssl, …" },
  { name: "print-contracts", kind: "optional", value: "name", group: "Contracts", help: "show contracts in force" },
  { name: "format", short: "f", kind: "values", value: "name[:file]", group: "Output", help: "pretty, json, compact, sarif, github, gitlab, junit, html" },
  { name: "output-file", short: "o", kind: "value", value: "file", group: "Output", help: "write the report there" },
  { name: "render", kind: "value", value: "file", group: "Output", help: "show a saved JSON report again" },
  { name: "quiet", kind: "switch", group: "Output", help: "errors only" },
  { name: "max-warnings", kind: "value", value: "n", group: "Output", help: "fail above n warnings" },
  { name: "color", kind: "switch", group: "Output", help: "with colours, or --no-color" },
  { name: "no-color", kind: "switch", group: "Output", help: "" },
  { name: "stats", kind: "switch", group: "Output", help: "count files, functions, calls" },
  { name: "verbose", kind: "switch", group: "Output", help: "also what was not fully analysed" },
  { name: "baseline", kind: "value", value: "file", group: "Baseline", help: "hide the findings listed there" },
  { name: "update-baseline", kind: "switch", group: "Baseline", help: "write all findings there" },
  { name: "prune-baseline", kind: "switch", group: "Baseline", help: "drop entries that are gone" },
  { name: "fix", kind: "switch", group: "Fixing", help: "apply safe fixes" },
  { name: "fix-suggestions", kind: "switch", group: "Fixing", help: "apply suggestions too" },
  { name: "fix-dry-run", kind: "switch", group: "Fixing", help: "show the changes as a diff" },
  { name: "cache", kind: "switch", group: "Speed", help: "keep results between runs" },
  { name: "cache-location", kind: "value", value: "dir", group: "Speed", help: "where (.session-lint-cache)" },
  { name: "threads", kind: "value", value: "n", group: "Speed", help: "analyse on n threads" },
  { name: "watch", kind: "switch", group: "Speed", help: "run again on every change" },
  { name: "timings", kind: "switch", group: "Speed", help: "time of each stage" },
  { name: "graph", kind: "value", value: "file[:function]", group: "Looking inside", help: "control flow; -f text, dot, svg, mermaid" },
  { name: "dump", kind: "value", value: "what", choices: ["ir", "cfg", "state"], group: "Looking inside", help: "ir, cfg or state of the given files" },
  { name: "trace", kind: "value", value: "file:line", group: "Looking inside", help: "what is known at a line" },
  { name: "env-info", kind: "switch", group: "Looking inside", help: "versions, for bug reports" },
  { name: "exit-zero", kind: "switch", group: "Exit", help: "exit 0 in spite of findings" },
  { name: "no-error-on-unmatched", kind: "switch", group: "Exit", help: "a path without files is no error" },
  { name: "help", short: "h", kind: "switch", group: "Exit", help: "this text" },
  { name: "version", short: "v", kind: "switch", group: "Exit", help: "the version" },
] as const satisfies readonly Flag[];

export type FlagName = (typeof flags)[number]["name"];
