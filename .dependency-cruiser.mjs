/** Which folder may import which: `npm run lint:imports`. docs/architecture.md has the picture. */

/** Allowed imports; the reason is the message. */
const layers = [
  { name: "contracts", folder: "^src/contracts/", may: ["^src/shipped\\.ts$"], reason: "what the library promises is data: it knows nothing of programs" },
  { name: "ir", folder: "^src/ir/", may: ["^src/contracts/model\\.ts$"], reason: "the intermediate language belongs to no source language and no analysis" },
  { name: "findings", folder: "^src/(?:findings|rules)\\.ts$", may: ["^src/(?:findings|rules)\\.ts$"], reason: "a finding is plain data that everybody may read" },
  { name: "frontend", folder: "^src/frontend/", may: ["^src/contracts/", "^src/ir/"], reason: "a front end lowers syntax; what it means is for the analysis" },
  { name: "analysis", folder: "^src/analysis/", may: ["^src/contracts/", "^src/ir/", "^src/findings\\.ts$"], reason: "analysis never sees a syntax node, a file or a terminal" },
  { name: "fix", folder: "^src/fix/", may: ["^src/(?:findings|rules)\\.ts$"], reason: "edits are made from findings and text alone, so that every front end can use them" },
  { name: "report", folder: "^src/report/", may: ["^src/(?:findings|rules|shipped)\\.ts$", "^src/fix/"], reason: "a report is a function of findings and never sees a state" },
  { name: "project", folder: "^src/project/", may: ["^src/contracts/", "^src/ir/", "^src/frontend/", "^src/analysis/", "^src/fix/", "^src/(?:findings|rules|shipped)\\.ts$"], reason: "the project brings files to the analysis and writes no output" },
  { name: "cli", folder: "^src/cli/", may: ["^src/"], reason: "the command line drives everything but the plugin" },
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...layers.map(({ name, folder, may, reason }) => ({
      name: `${name}-imports`,
      severity: "error",
      comment: reason,
      from: { path: folder },
      to: { path: "^(?:src|rules)/", pathNot: [folder, ...may] },
    })),
    {
      name: "one-bridge",
      severity: "error",
      comment: "rules reach the analysis through rules/bridge.ts, so that all rules of a file share one run of it",
      from: { path: "^rules/", pathNot: ["^rules/(?:bridge|settings|commonjs)\\.ts$"] },
      to: { path: "^src/(?:contracts|ir|frontend|analysis|project|report|cli)/" },
    },
    {
      name: "nothing-imports-the-plugin",
      severity: "error",
      comment: "the plugin is a front end: what it shares with the command line lies below both",
      from: { path: "^src/" },
      to: { path: "^rules/" },
    },
    {
      name: "only-the-front-end-parses",
      severity: "error",
      comment: "syntax trees stay in the front end and in the makers of edits",
      from: { path: "^(?:src|rules)/", pathNot: ["^src/frontend/", "^src/fix/", "^src/project/", "^src/contracts/"] },
      to: { path: "ts-morph" },
    },
    {
      name: "no-cycles-between-folders",
      severity: "error",
      comment: "folders depend on each other in one direction",
      scope: "folder",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "no-test-code",
      severity: "error",
      comment: "shipped code does not depend on tests",
      from: { path: "^(?:src|rules)/" },
      to: { path: "^(?:test|bench|fixtures)/" },
    },
    {
      name: "no-undeclared-packages",
      severity: "error",
      comment: "what is imported must be a dependency in package.json",
      from: { path: "^(?:src|rules)/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown", "npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "^sarif$" },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "an import that leads nowhere fails when the program starts",
      from: { path: "^(?:src|rules)/" },
      to: { couldNotResolve: true, pathNot: "^sarif$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"], extensions: [".ts", ".js", ".json"] },
  },
};
