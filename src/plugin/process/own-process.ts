import { stackOf } from "../../handlers/stack-of.ts";
import { logToHost } from "./log-to-host.ts";
import { type WatchedParent, watchParent } from "./watch-parent.ts";

/** A process that a plugin owns. */
interface OwnedProcess {
  /** Looks soon whether the host is still there. */
  readonly checkHost: () => void;
  /** Removes the handlers. */
  readonly release: () => void;
}

/**
 * Ties the plugin to the life of its process: every request to end the process calls `requestEnd`, and `onExit` runs at
 * any exit except SIGKILL.
 */
export function ownProcess(options: {
  readonly signal: AbortSignal | undefined;
  readonly requestEnd: () => void;
  /** True if a host started this process: SIGINT is ignored, and the plugin exits when its parent exits. */
  readonly hasHost: boolean;
  /** Name of the magic cookie that the host sends. */
  readonly cookieKey: string;
  /** Whether a host reads go-plugin's stdio now; call `checkHost` when it stops. Default: never. */
  readonly isHostReading?: (() => boolean) | undefined;
  readonly onExit: () => void;
}): OwnedProcess {
  const { signal, requestEnd, hasHost, cookieKey, isHostReading, onExit } = options;
  const ignore = (): void => {};
  const parent: WatchedParent = hasHost
    ? watchParent(requestEnd, { cookieKey, isHostReading })
    : { checkSoon: ignore, stop: ignore };
  const onInterrupt = hasHost ? ignore : requestEnd;
  process.on("SIGTERM", requestEnd);
  process.on("SIGINT", onInterrupt);
  process.on("exit", onExit);
  process.on("uncaughtExceptionMonitor", logCrash);
  process.on("unhandledRejection", logRejection);
  signal?.addEventListener("abort", requestEnd);
  // Logging to a host that is gone must not end the plugin before its clean-up.
  process.stderr.on("error", ignore);
  const release = (): void => {
    parent.stop();
    process.off("SIGTERM", requestEnd);
    process.off("SIGINT", onInterrupt);
    process.off("exit", onExit);
    process.off("uncaughtExceptionMonitor", logCrash);
    process.off("unhandledRejection", logRejection);
    signal?.removeEventListener("abort", requestEnd);
    process.stderr.off("error", ignore);
  };
  return { checkHost: parent.checkSoon, release };
}

/**
 * A promise that a handler has forgotten must not end the calls of all others, as it does without a listener. A plugin
 * with a listener of its own decides itself.
 */
function logRejection(reason: unknown): void {
  if (process.listenerCount("unhandledRejection") > 1) return;
  logToHost({
    level: "error",
    message: "a promise was rejected, and nothing handles it: await it, or catch what it rejects with",
    fields: { error: stackOf(reason) },
  });
}

/** Node prints the stack as plain lines, which hosts treat as debug output; this line has level error. */
function logCrash(error: Error): void {
  logToHost({ level: "error", message: "plugin crashed", fields: { error } });
}
