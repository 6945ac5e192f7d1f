import { Worker } from "node:worker_threads";
import type { ProgramInput } from "./analyze.js";
import type { ContainedResult } from "./contained.js";
import type { AnalysisSettings } from "./settings.js";

/** Analyses programs on worker threads. The results come in the order of the programs, whichever thread is first. */
export async function analyzeInParallel(programs: readonly ProgramInput[], settings: AnalysisSettings, threads: number, done: (count: number) => void): Promise<ContainedResult[]> {
  const results: ContainedResult[] = [];
  // The largest first: otherwise one that comes last keeps all others waiting.
  const order = programs.map((program, index) => ({ index, size: sizeOf(program) })).sort((left, right) => right.size - left.size || left.index - right.index);
  let next = 0;
  let finished = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: settings });
    try {
      for (let job = order[next++]; job !== undefined; job = order[next++]) {
        results[job.index] = await ask(worker, programs[job.index] as ProgramInput);
        done((finished += 1));
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, programs.length) }, work));
  return results;
}

function ask(worker: Worker, program: ProgramInput): Promise<ContainedResult> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(error);
    worker.once("error", fail);
    worker.once("message", (result: ContainedResult) => {
      worker.off("error", fail);
      resolve(result);
    });
    worker.postMessage(program);
  });
}

export function sizeOf(program: ProgramInput): number {
  return program.sources.reduce((sum, { text }) => sum + text.length, 0);
}
