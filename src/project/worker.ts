import { parentPort, workerData } from "node:worker_threads";
import { analyzeSources, type ProgramInput } from "./analyze.js";
import type { AnalysisSettings } from "./settings.js";

/** A worker thread: gets programs, gives results. */
const settings = workerData as AnalysisSettings;
parentPort?.on("message", (program: ProgramInput) => parentPort?.postMessage(analyzeSources(program, settings)));
