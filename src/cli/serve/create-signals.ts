import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";

/** The signals of a process that serves. */
export interface Signals {
  /** Aborted by the first signal that ends the process. */
  readonly ended: AbortSignal;
  readonly whenEnded: Promise<void>;
  /** Sets what SIGHUP does; until then it does nothing. */
  readonly onReload: (reload: () => void) => void;
  readonly stop: () => void;
}

/**
 * Listens to SIGINT and SIGTERM, which end the process in order, and at once when a second one comes; and to SIGHUP, which
 * reads the configuration again. SIGHUP because the terminal was closed ends the process, too.
 *
 * @param onEnding is told the name of the first signal
 */
export function createSignals(onEnding: (signal: NodeJS.Signals) => void): Signals {
  const end = new AbortController();
  const { promise: whenEnded, resolve } = Promise.withResolvers<void>();
  let reload = (): void => {};
  const onEnd = (signal: NodeJS.Signals): void => {
    // Plugins end with this process, because each has a watchdog.
    if (end.signal.aborted) process.exit(128 + constants.signals[signal]);
    onEnding(signal);
    end.abort();
    resolve();
  };
  const hadTerminal = hasTerminal();
  const onHangUp = (): void => {
    if (hadTerminal && !hasTerminal()) onEnd("SIGHUP");
    else reload();
  };
  process.on("SIGINT", onEnd).on("SIGTERM", onEnd).on("SIGHUP", onHangUp);
  return {
    ended: end.signal,
    whenEnded,
    onReload: (next) => {
      reload = next;
    },
    stop: () => {
      process.off("SIGINT", onEnd).off("SIGTERM", onEnd).off("SIGHUP", onHangUp);
    },
  };
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
