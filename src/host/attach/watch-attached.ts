import { isAlive } from "../../go-plugin/is-alive.ts";
import { processStartTime } from "../../go-plugin/read-process.ts";
import { pause } from "../../timer.ts";

/** Watches a plugin that this process did not start. */
interface AttachedWatch {
  /** Resolves with a text that says how the end was noticed. */
  readonly gone: Promise<string>;
  /** Checks the process now. */
  readonly look: () => void;
  /** Ends the watch because the connection was lost: the server that listens there now may be another one. */
  readonly onLost: () => void;
  /** Resolves when the plugin is gone, including its process if that is known, or after `ms`. */
  readonly untilGone: (ms: number) => Promise<void>;
  readonly stop: () => void;
}

/**
 * Waits for the end of the connection, and checks the process every `intervalMs` if `pid` is known, as go-plugin does.
 * Does not keep the event loop alive.
 *
 * @param startTime of the process, when it is known: a later process with the same id is another one
 */
export function watchAttached(
  pid: number | undefined,
  startTime: number | undefined = pid === undefined ? undefined : processStartTime(pid),
  intervalMs: number = 1000,
): AttachedWatch {
  let onGone: (how: string) => void;
  let isGone = false;
  const gone = new Promise<string>((resolve) => {
    onGone = resolve;
  });
  const stop = (): void => clearInterval(timer);
  const end = (how: string): void => {
    isGone = true;
    stop();
    onGone(how);
  };
  const isThere = (): boolean => pid !== undefined && describeEnded(pid, startTime) === undefined;
  const look = (): void => {
    const how = pid === undefined ? undefined : describeEnded(pid, startTime);
    if (how !== undefined) end(how);
  };
  const timer = setInterval(look, intervalMs);
  timer.unref();
  return {
    gone,
    look,
    onLost: () => end("its connection was lost"),
    untilGone: async (ms) => {
      const limit = performance.now() + ms;
      while ((!isGone || isThere()) && performance.now() < limit) await pause(20);
    },
    stop,
  };
}

/** Says why a process is not the expected one; `undefined` while it is. */
export function describeEnded(pid: number, startTime: number | undefined): string | undefined {
  if (!isAlive(pid)) return `there is no process ${pid}`;
  const now = startTime === undefined ? undefined : processStartTime(pid);
  return now === undefined || now === startTime ? undefined : `process ${pid} is another one by now`;
}
