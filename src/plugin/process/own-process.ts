import { logToHost } from "./log-to-host.ts";
import { watchParent } from "./watch-parent.ts";

/**
 * Ties the plugin to the life of its process: every request to end the process calls `requestEnd`, and `onExit` runs at
 * any exit except SIGKILL.
 *
 * @returns removes the handlers
 */
export function ownProcess(options: {
  readonly signal: AbortSignal | undefined;
  readonly requestEnd: () => void;
  /** True if a host started this process: SIGINT is ignored, and the plugin exits when its parent exits. */
  readonly hasHost: boolean;
  /** Name of the magic cookie that the host sends. */
  readonly cookieKey: string;
  readonly onExit: () => void;
}): () => void {
  const { signal, requestEnd, hasHost, cookieKey, onExit } = options;
  const ignore = (): void => {};
  const stopWatching = hasHost ? watchParent(requestEnd, { cookieKey }) : ignore;
  const onInterrupt = hasHost ? ignore : requestEnd;
  process.on("SIGTERM", requestEnd);
  process.on("SIGINT", onInterrupt);
  process.on("exit", onExit);
  process.on("uncaughtExceptionMonitor", logCrash);
  signal?.addEventListener("abort", requestEnd);
  // Logging to a host that is gone must not end the plugin before its clean-up.
  process.stderr.on("error", ignore);
  return () => {
    stopWatching();
    process.off("SIGTERM", requestEnd);
    process.off("SIGINT", onInterrupt);
    process.off("exit", onExit);
    process.off("uncaughtExceptionMonitor", logCrash);
    signal?.removeEventListener("abort", requestEnd);
    process.stderr.off("error", ignore);
  };
}

/** Node prints the stack as plain lines, which hosts treat as debug output; this line has level error. */
function logCrash(error: Error): void {
  logToHost({ level: "error", message: "plugin crashed", fields: { error } });
}
