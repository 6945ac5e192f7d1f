import { parentPort, workerData } from "node:worker_threads";
import type { ProgramInput } from "./analyze.js";
import { analyzeContained } from "./contained.js";
import type { AnalysisSettings } from "./settings.js";

/** A worker thread: gets programs, gives results. */
const settings = workerData as AnalysisSettings;
parentPort?.on("message", (programs: readonly ProgramInput[]) => parentPort?.postMessage(programs.map((program) => analyzeContained(program, settings))));
