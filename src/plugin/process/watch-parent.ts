import { isAlive } from "../../goplugin/is-alive.ts";
import { launchersAbove, parentOf } from "./launchers.ts";

/** What tells this process's parents; the defaults are those of this process. */
export interface ParentWatch {
  /** Name of the magic cookie, by which launchers between the host and this process are known. */
  readonly cookieKey: string;
  readonly platform?: NodeJS.Platform | undefined;
  readonly parent?: number | undefined;
}

/**
 * Calls `onGone` when the host that started this process has ended, or a launcher between the two (Linux): a plugin
 * whose host was killed is of no use to anyone. Compares every parent with the one at the start, not with 1, because in a
 * container the host may be process 1. Windows gives an orphan no other parent, so there it looks whether the parent
 * lives. Does not keep the process alive.
 *
 * @returns ends the watch
 */
export function watchParent(
  onGone: () => void,
  { cookieKey, platform = process.platform, parent = process.ppid }: ParentWatch,
): () => void {
  const launchers = platform === "linux" ? launchersAbove(parent, cookieKey) : [];
  const isAsItWas = (): boolean =>
    process.ppid === parent && launchers.every((link) => (parentOf(link.pid) ?? link.parent) === link.parent);
  const timer = setInterval(() => {
    if (platform === "win32" ? isAlive(parent) : isAsItWas()) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
  return () => clearInterval(timer);
}
