import { isAlive } from "../../goplugin/is-alive.ts";
import { pause } from "../../timer.ts";
import type { SocketAddress } from "../../transport/socket-transport.ts";
import { isReachable } from "../connection/is-reachable.ts";

/** An eye on a plugin that this process did not start. */
export interface AttachedWatch {
  /** Resolves with words for how the end was noticed. */
  readonly gone: Promise<string>;
  /** Looks at once, at the process and at the socket. */
  readonly look: () => Promise<void>;
  /**
   * Looks at once and a few times more: a connection broke, and a process that dies closes its connections before its
   * socket and its id are gone.
   */
  readonly lookClosely: () => Promise<void>;
  readonly stop: () => void;
}

/** How often and how long a close look goes on: a tenth of a second, as the calls wait for it. */
const closeLooks = 10;
const closeLookMs = 10;

/**
 * Looks every `intervalMs` whether the plugin is still there: at its process when `pid` is known, as go-plugin does,
 * else at its socket. Does not keep the event loop alive.
 */
export function watchAttached(
  address: SocketAddress,
  pid: number | undefined,
  intervalMs: number = 1000,
): AttachedWatch {
  let onGone: (how: string) => void;
  const gone = new Promise<string>((resolve) => {
    onGone = resolve;
  });
  let hasStopped = false;
  const stop = (): void => {
    hasStopped = true;
    clearInterval(timer);
  };
  const end = (how: string): void => {
    stop();
    onGone(how);
  };
  const look = async (): Promise<void> => {
    if (pid !== undefined && !isAlive(pid)) end(`process ${pid} has ended`);
    // A process may outlive its socket, and a process id gets used again.
    else if (!(await isReachable(address))) end("nobody listens there any more");
  };
  let closeLook: Promise<void> | undefined;
  const lookOften = async (): Promise<void> => {
    for (let times = 0; times < closeLooks && !hasStopped; times++) {
      if (times > 0) await pause(closeLookMs);
      await look();
    }
    closeLook = undefined;
  };
  const lookClosely = (): Promise<void> => {
    closeLook ??= lookOften();
    return closeLook;
  };
  const timer = setInterval(() => {
    if (pid === undefined) void look();
    else if (!isAlive(pid)) end(`process ${pid} has ended`);
  }, intervalMs);
  timer.unref();
  return { gone, look, lookClosely, stop };
}
