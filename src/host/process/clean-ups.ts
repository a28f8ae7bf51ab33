/** What has to be undone when a start fails, and when a plugin ends. */
export interface CleanUps {
  /** Adds a step. After `run` it is taken at once. */
  readonly add: (step: () => unknown) => void;
  /** Takes all steps, the latest first, whatever one of them throws. Resolves when all have ended; safe twice. */
  readonly run: () => Promise<void>;
}

/** A stack of clean-ups: each thing that is made adds how it is removed, so that nothing is forgotten on any way out. */
export function createCleanUps(): CleanUps {
  const steps: (() => unknown)[] = [];
  let running: Promise<void> | undefined;
  const takeAll = async (): Promise<void> => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step();
      } catch {
        // The error of the start is the one that counts, and the other steps have to be taken.
      }
    }
  };
  return {
    add: (step) => {
      steps.push(step);
      if (running !== undefined) running = running.then(takeAll);
    },
    run: () => {
      running ??= takeAll();
      return running;
    },
  };
}
