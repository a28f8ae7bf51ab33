/** Steps to undo when a start fails or a plugin ends. */
export interface CleanUps {
  /** Adds a step. After `run` it is run at once. */
  readonly add: (step: () => unknown) => void;
  /** Runs all steps, the latest first, even if one throws. Resolves when all have ended; safe to call twice. */
  readonly run: () => Promise<void>;
}

/** Makes a stack of clean-up steps: each resource adds its removal, so that no exit path forgets one. */
export function createCleanUps(): CleanUps {
  const steps: (() => unknown)[] = [];
  let running: Promise<void> | undefined;
  const takeAll = async (): Promise<void> => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step();
      } catch {
        // The error of the start is the one to report, and the other steps still have to run.
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
