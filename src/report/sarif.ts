import type { Location, Log, Notification, Region, ReportingDescriptor, Result, ThreadFlowLocation } from "sarif";
import type { StepKind } from "../findings.js";
import { projectUrl, rulePrefix, ruleList, ruleUrl, type RuleInfo } from "../rules.js";
import type { Range, Report, Reporter, ReportFinding, ReportProblem, Suggestion } from "./model.js";
import { bareId } from "./rule-id.js";
import { stepsInOrder, type ShownStep } from "./steps.js";

/** SARIF 2.1.0, for code scanning platforms and SARIF viewers. */
export const sarif: Reporter = (report) => {
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "session-lint",
            version: report.tool.version,
            semanticVersion: report.tool.version,
            informationUri: projectUrl,
            rules: ruleList.map(descriptor),
            notifications: notificationKinds,
          },
        },
        automationDetails: { id: "session-lint/" },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [sourceRoot]: { description: { text: "The folder in which session-lint was run." } } },
        invocations: [{ executionSuccessful: !report.problems.some((problem) => problem.kind !== "unused-suppression"), toolExecutionNotifications: notifications(report) }],
        results: [...report.findings, ...report.suppressed].map((finding) => result(finding, report.baseline === true)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

const sourceRoot = "SRCROOT";

function descriptor(rule: RuleInfo): ReportingDescriptor {
  const sentence = `${rule.description.charAt(0).toUpperCase()}${rule.description.slice(1)}.`;
  const url = ruleUrl(rule.id);
  return {
    id: `${rulePrefix}${rule.id}`,
    name: rule.id.replace(/(?:^|-)(\w)/g, (_whole, letter: string) => letter.toUpperCase()),
    shortDescription: { text: sentence },
    fullDescription: { text: `${sentence} The path that leads to the place is given as a code flow.` },
    help: { text: `${sentence} See ${url}`, markdown: `${sentence}\n\n[What the rule is about, with examples](${url})` },
    helpUri: url,
    defaultConfiguration: { level: level(rule.severity.strict), enabled: rule.severity.recommended !== "off" },
    properties: {
      precision: rule.precision,
      "problem.severity": rule.type === "problem" ? "error" : "recommendation",
      tags: rule.type === "problem" ? ["correctness", "memory-safety", "native"] : ["maintainability", "native"],
    },
  };
}

const notificationKinds: ReportingDescriptor[] = [
  { id: "SL0001", name: "CouldNotAnalyze", shortDescription: { text: "A file could not be read or parsed." } },
  { id: "SL0002", name: "NotFullyAnalyzed", shortDescription: { text: "A function was not followed to its end." } },
  { id: "SL0003", name: "UnusedSuppression", shortDescription: { text: "A comment hides no finding." } },
];

function notifications(report: Report): Notification[] {
  const problems = report.problems.map((problem): Notification => ({
    descriptor: problem.kind === "unused-suppression" ? { id: "SL0003", index: 2 } : { id: "SL0001", index: 0 },
    level: level(problem.severity),
    message: { text: sentence(problem.message) },
    locations: [problemLocation(problem)],
  }));
  const incomplete = report.summary.incomplete.map((entry): Notification => ({
    descriptor: { id: "SL0002", index: 1 },
    level: "note",
    message: { text: sentence(`\`${entry.function}\` was not fully analysed: ${entry.reason}`) },
    locations: [{ physicalLocation: { artifactLocation: artifact(entry.file) }, logicalLocations: [{ fullyQualifiedName: entry.function, kind: "function" }] }],
  }));
  return [...problems, ...incomplete];
}

function problemLocation(problem: ReportProblem): Location {
  return { physicalLocation: { artifactLocation: artifact(problem.file), ...(problem.range === undefined ? {} : { region: region(problem.range) }) } };
}

function result(finding: ReportFinding, baseline: boolean): Result {
  const steps = stepsInOrder(finding);
  const others = steps.filter((step) => !step.primary);
  const links = others.map((step, index) => `[${plainText(step.message)}](${index + 1})`);
  const { suppression } = finding;
  return {
    ruleId: finding.ruleId,
    ruleIndex: ruleList.findIndex((rule) => rule.id === bareId(finding.ruleId)),
    level: level(finding.severity),
    message: { text: sentence([plainText(finding.message), ...(links.length === 0 ? [] : [links.join(", ")])].join(": ")) },
    locations: [{ ...location(finding.file, finding.range), logicalLocations: [{ fullyQualifiedName: finding.function, kind: "function" }] }],
    relatedLocations: others.map((step, index) => ({ id: index + 1, ...location(step.file, step.range), message: { text: sentence(plainText(step.message)) } })),
    codeFlows: [{ message: { text: sentence(plainText(finding.message)) }, threadFlows: [{ locations: steps.map(flowLocation) }] }],
    partialFingerprints: { "sessionLint/v1": finding.fingerprint },
    suppressions: suppression === undefined ? [] : [{ kind: suppression.kind === "comment" ? "inSource" : "external", status: "accepted", ...(suppression.justification === null ? {} : { justification: suppression.justification }) }],
    ...(baseline ? { baselineState: suppression?.kind === "baseline" ? ("unchanged" as const) : ("new" as const) } : {}),
    ...(finding.suggestions.length === 0 ? {} : { fixes: finding.suggestions.map(fix) }),
  };
}

function flowLocation(step: ShownStep, index: number): ThreadFlowLocation {
  const kinds = kindsOf[step.kind];
  return {
    location: { ...location(step.file, step.range), message: { text: sentence(plainText(step.message)) } },
    ...(kinds === undefined ? {} : { kinds: [kinds] }),
    nestingLevel: step.depth + 1,
    executionOrder: index + 1,
    importance: step.primary ? "essential" : "important",
  };
}

const kindsOf: Readonly<Partial<Record<StepKind, string>>> = {
  acquire: "acquire",
  borrow: "acquire",
  retain: "acquire",
  release: "release",
  invalidate: "release",
  branch: "branch",
  test: "branch",
  call: "call",
  return: "return",
  exit: "return",
  throw: "return",
};

function fix(suggestion: Suggestion): NonNullable<Result["fixes"]>[number] {
  const files = [...new Set(suggestion.edits.map((edit) => edit.file))];
  return {
    description: { text: sentence(suggestion.title) },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifact(file),
      replacements: suggestion.edits.filter((edit) => edit.file === file).map((edit) => ({ deletedRegion: region(edit.range), insertedContent: { text: edit.text } })),
    })),
  };
}

function location(file: string, range: Range): Location {
  return { physicalLocation: { artifactLocation: artifact(file), region: region(range) } };
}

function artifact(file: string): { uri: string; uriBaseId: string } {
  return { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: sourceRoot };
}

function region({ start, end }: Range): Region {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function level(severity: "off" | "warn" | "error"): "none" | "warning" | "error" {
  return severity === "error" ? "error" : severity === "warn" ? "warning" : "none";
}

// In a message, `[text](1)` is a link; brackets that are none are escaped.
function plainText(text: string): string {
  return text.replace(/[[\]\\]/g, "\\$&");
}


// Validators ask for messages that end with a period.
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
