import { isAlive } from "../goplugin/is-alive.ts";
import type { SocketAddress } from "../transport/socket-transport.ts";
import { isReachable } from "./is-reachable.ts";

/** An eye on a plugin that this process did not start. */
export interface AttachedWatch {
  /** Resolves with words for how the end was noticed. */
  readonly gone: Promise<string>;
  /** Looks at once, at the process and at the socket: something went wrong with the connection. */
  readonly look: () => Promise<void>;
  readonly stop: () => void;
}

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
  const stop = (): void => clearInterval(timer);
  const end = (how: string): void => {
    stop();
    onGone(how);
  };
  const look = async (): Promise<void> => {
    if (pid !== undefined && !isAlive(pid)) end(`process ${pid} has ended`);
    // A process may outlive its socket, and a process id gets used again.
    else if (!(await isReachable(address))) end("nobody listens there any more");
  };
  const timer = setInterval(() => {
    if (pid === undefined) void look();
    else if (!isAlive(pid)) end(`process ${pid} has ended`);
  }, intervalMs);
  timer.unref();
  return { gone, look, stop };
}
