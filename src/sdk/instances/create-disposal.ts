import { isThenable } from "../../handlers/is-thenable.ts";
import type { Logger } from "../../plugin/create-logger.ts";
import { startTimer, stopTimer, type Timer } from "../../timer.ts";

/**
 * Makes a function that disposes an instance and never rejects. What `dispose` throws is logged. So is a disposal that
 * takes longer than `disposeTimeoutMs`, which then counts as ended: it must hold up neither `close()` nor the count of
 * instances for ever.
 */
export function createDisposal<Instance>(
  dispose: (instance: Instance) => unknown,
  disposeTimeoutMs: number,
): (instance: Instance, log: () => Logger) => Promise<void> {
  return async (instance, log) => {
    let timer: Timer | undefined;
    try {
      const disposing = dispose(instance);
      if (!isThenable(disposing)) return;
      const late = new Promise<void>((resolve) => {
        timer = startTimer(disposeTimeoutMs, () => {
          log().error(
            `an instance was not disposed within ${disposeTimeoutMs} ms: check what its disposal waits for, or raise disposeTimeoutMs`,
          );
          resolve();
        });
      });
      await Promise.race([disposing, late]);
    } catch (reason) {
      log().error("an instance could not be disposed", { error: reason });
    } finally {
      stopTimer(timer);
    }
  };
}
