import type { TestContext } from "node:test";

const tasksByTest = new WeakMap<TestContext, (() => unknown)[]>();

/**
 * Runs `task` when the test has ended, the latest first: what was built last goes first, and checks
 * that were asked for at the beginning see the result. Every task runs, also after one that fails.
 */
export function atEnd(t: TestContext, task: () => unknown): void {
  const known = tasksByTest.get(t);
  if (known !== undefined) {
    known.push(task);
    return;
  }
  const tasks = [task];
  tasksByTest.set(t, tasks);
  t.after(async () => {
    const failures: unknown[] = [];
    for (const each of tasks.reverse()) {
      try {
        await each();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  });
}
