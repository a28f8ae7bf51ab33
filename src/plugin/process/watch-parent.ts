import { isAlive } from "../../go-plugin/is-alive.ts";
import { launchersAbove, parentOf } from "./launchers.ts";

/** How parents are found; by default those of this process. */
interface ParentWatch {
  /** Name of the magic cookie, by which launchers between host and plugin are recognised. */
  readonly cookieKey: string;
  readonly platform?: NodeJS.Platform | undefined;
  readonly parent?: number | undefined;
}

/**
 * Calls `onGone` when the host that started this process has exited, or (Linux) a launcher between the two, so that no
 * plugin outlives a killed host. Compares every parent with the one at the start, not with 1, because in a container
 * the host may be process 1. On Windows an orphan keeps its parent's id, so there it checks whether the parent is
 * alive. Does not keep the process alive.
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
