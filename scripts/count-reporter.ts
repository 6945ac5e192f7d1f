import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/** Ends the output of a test run with one plain line: how many tests passed, and how many things failed. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const passed = tests.filter((test) => stateOf(test) === "passed").length;
    // A file that cannot be loaded, or an error outside of every test, fails the run too.
    const failed = tests.filter((test) => stateOf(test) === "failed").length + modules.filter((module) => module.errors().length > 0).length + unhandledErrors.length;
    // Other reporters write their summaries in the same turn.
    process.once("exit", () => {
      process.stdout.write(`${String(passed)} passed, ${String(failed)} failed\n`);
    });
  }
}

function stateOf(test: TestCase): "passed" | "failed" | "skipped" | "pending" {
  return test.result().state;
}
