import type { PluginError } from "../../errors.ts";

/** What breaks into the life of a supervised plugin: a reload, or the end. */
export interface Interrupts {
  /** Aborted from an interrupt on until it is taken. */
  readonly signal: () => AbortSignal;
  readonly raiseReload: (reason: PluginError) => void;
  /** Final: it is never taken. */
  readonly raiseEnd: (reason: PluginError) => void;
  /** Why it was interrupted; not defined when it was not. */
  readonly reason: () => PluginError | undefined;
  /** Why it has to end, when it has to. */
  readonly endReason: () => PluginError | undefined;
  /** Gives the reason of a reload that was raised, once. */
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
