import type { PluginError } from "../../errors.ts";

/** Interrupts of a supervised plugin: reloads, and the final stop. */
export interface Interrupts {
  /** Aborted from an interrupt until the interrupt is taken. */
  readonly signal: () => AbortSignal;
  readonly raiseReload: (reason: PluginError) => void;
  /** Raises the final interrupt, which is never taken. */
  readonly raiseEnd: (reason: PluginError) => void;
  /** The reason of the interrupt; call it only after one was raised. */
  readonly reason: () => PluginError | undefined;
  /** The reason of the final stop, if it was raised. */
  readonly endReason: () => PluginError | undefined;
  /** Returns the reason of a raised reload, once. */
  readonly takeReload: () => PluginError | undefined;
}

export function createInterrupts(): Interrupts {
  let controller = new AbortController();
  let reload: PluginError | undefined;
  let end: PluginError | undefined;
  return {
    signal: () => controller.signal,
    raiseReload: (reason) => {
      reload = reason;
      controller.abort(reason);
    },
    raiseEnd: (reason) => {
      end ??= reason;
      controller.abort(reason);
    },
    reason: () => end ?? reload,
    endReason: () => end,
    takeReload: () => {
      const taken = reload;
      if (taken === undefined || end !== undefined) return undefined;
      reload = undefined;
      controller = new AbortController();
      return taken;
    },
  };
}
