import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { ProgramInput } from "./analyze.js";
import { analyzeContained, type ContainedResult } from "./contained.js";
import type { AnalysisSettings } from "./settings.js";

interface Job {
  readonly index: number;
  readonly size: number;
}

/** Characters of program text that are handed to a thread at once. */
const batchSize = 60_000;

/**
 * Analyses programs on this thread and others. The results come in the order of the programs, whichever thread is first.
 * The others begin with the largest, of which one that came last would keep all waiting; this thread, which also hands
 * out the work, begins with the smallest.
 */
export async function analyzeInParallel(programs: readonly ProgramInput[], settings: AnalysisSettings, threads: number, done: (count: number) => void): Promise<ContainedResult[]> {
  const results: ContainedResult[] = [];
  const jobs = programs.map((program, index): Job => ({ index, size: sizeOf(program) })).sort((left, right) => right.size - left.size || left.index - right.index);
  let first = 0;
  let last = jobs.length;
  let finished = 0;
  const finish = (index: number, result: ContainedResult): void => {
    results[index] = result;
    done((finished += 1));
  };
  const nextBatch = (): Job[] => {
    const batch: Job[] = [];
    for (let size = 0; first < last && size < batchSize; first++) {
      const job = jobs[first] as Job;
      batch.push(job);
      size += job.size;
    }
    return batch;
  };
  const workHere = async (): Promise<void> => {
    while (first < last) {
      const { index } = jobs[--last] as Job;
      finish(index, analyzeContained(programs[index] as ProgramInput, settings));
      await setImmediate();
    }
  };
  const others = Array.from({ length: Math.min(threads, programs.length) - 1 }, () => workThere({ settings, programs, nextBatch, finish }));
  await Promise.all([...others, workHere()]);
  return results;
}

interface Share {
  readonly settings: AnalysisSettings;
  readonly programs: readonly ProgramInput[];
  readonly nextBatch: () => readonly Job[];
  readonly finish: (index: number, result: ContainedResult) => void;
}

// A thread has a batch waiting while it works on another: this one may be busy when it is done.
async function workThere({ settings, programs, nextBatch, finish }: Share): Promise<void> {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: settings });
  try {
    await new Promise<void>((resolve, reject) => {
      const underWay: (readonly Job[])[] = [];
      const send = (): void => {
        const batch = nextBatch();
        if (batch.length === 0) return;
        underWay.push(batch);
        worker.postMessage(batch.map(({ index }) => programs[index]));
      };
      worker.once("error", reject);
      worker.on("message", (results: readonly ContainedResult[]) => {
        underWay.shift()?.forEach(({ index }, place) => finish(index, results[place] as ContainedResult));
        send();
        if (underWay.length === 0) resolve();
      });
      send();
      send();
      if (underWay.length === 0) resolve();
    });
  } finally {
    await worker.terminate();
  }
}

export function sizeOf(program: ProgramInput): number {
  return program.sources.reduce((sum, { text }) => sum + text.length, 0);
}
