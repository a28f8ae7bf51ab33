import { isAlive } from "../../goplugin/is-alive.ts";

/**
 * Calls `onGone` when the process that started this one has ended: a plugin whose host was killed is
 * of no use to anyone. Compares with the parent at the start, not with 1, because in a container the
 * host may be process 1. Windows gives an orphan no other parent, so there it looks whether the parent lives.
 * Does not keep the process alive.
 *
 * @returns ends the watch
 */
export function watchParent(
  onGone: () => void,
  platform: NodeJS.Platform = process.platform,
  parent: number = process.ppid,
): () => void {
  const timer = setInterval(() => {
    if (platform === "win32" ? isAlive(parent) : process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
  return () => clearInterval(timer);
}
