import { logToHost } from "./log-to-host.ts";
import { watchParent } from "./watch-parent.ts";

/**
 * Ties the plugin to the life of its process: every way in which the process can be asked to end leads
 * to `requestEnd`, and `onExit` runs however it ends (but for SIGKILL).
 *
 * @returns unties it again
 */
export function ownProcess(options: {
  readonly signal: AbortSignal | undefined;
  readonly requestEnd: () => void;
  /** A host started the process: SIGINT is its affair, and its end is the end of this process. */
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
  // Logging to a host that has gone must not end the plugin before it has cleaned up.
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

/** Node prints the stack as plain lines, which hosts take for debug output; this line is an error for them. */
function logCrash(error: Error): void {
  logToHost({ level: "error", message: "plugin crashed", fields: { error } });
}
