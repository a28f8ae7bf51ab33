import { startTimer, stopTimer, type Timer } from "../timer.ts";
import type { ImplementedMajor } from "./implement.ts";
import { logToHost } from "./process/log-to-host.ts";

/**
 * Calls `close` of all majors that have one, and resolves when they have ended, or after `graceMs`. What goes wrong is
 * logged. Never rejects.
 */
export async function closeMajors(majors: readonly ImplementedMajor[], graceMs: number): Promise<void> {
  const closing = majors.filter(({ close }) => close !== undefined).map(closeMajor);
  if (closing.length === 0) return;
  let timer: Timer | undefined;
  const late = new Promise<void>((resolve) => {
    timer = startTimer(graceMs, () => {
      logToHost({
        level: "error",
        message: `close() of the plugin did not end within ${graceMs} ms, so the plugin ends without it: check what the disposal of its instances waits for`,
        fields: {},
      });
      resolve();
    });
  });
  await Promise.race([Promise.all(closing), late]);
  stopTimer(timer);
}

async function closeMajor(major: ImplementedMajor): Promise<void> {
  try {
    await major.close?.();
  } catch (error) {
    logToHost({ level: "error", message: "close() of the plugin failed", fields: { error } });
  }
}
