import { isAlive } from "../../go-plugin/is-alive.ts";
import { launchersAbove, parentOf } from "./launchers.ts";

/** How parents are found; by default those of this process. */
interface ParentWatch {
  /** Name of the magic cookie, by which launchers between host and plugin are recognised. */
  readonly cookieKey: string;
  /**
   * Whether a host reads go-plugin's stdio: while it does, its end is seen by {@link WatchedParent.checkSoon}. Default:
   * never.
   */
  readonly isHostReading?: (() => boolean) | undefined;
  readonly platform?: NodeJS.Platform | undefined;
  readonly parent?: number | undefined;
}

/** A running watch. */
export interface WatchedParent {
  /** Looks at the parents soon, because the host may have gone. */
  readonly checkSoon: () => void;
  readonly stop: () => void;
}

/** Interval between two checks of the parents, while nothing else would show that the host has gone. */
const soonMs = 500;
/** While the host reads stdio: for launchers that end alone, and for a reader that is not the host. */
const seldomMs = 10_000;

/**
 * Calls `onGone` when the host that started this process has exited, or (Linux) a launcher between the two, so that no
 * plugin outlives a killed host. Compares every parent with the one at the start, not with 1, because in a container
 * the host may be process 1. On Windows an orphan keeps its parent's id, so there it checks whether the parent is
 * alive. Does not keep the process alive.
 *
 * Node has no event for the end of a parent (no pidfd, no PR_SET_PDEATHSIG), and stdin of a plugin is /dev/null. The
 * stream of stdio, which go-plugin's hosts read all the time, ends with the host. So the parents are polled often only
 * while nobody reads it: each look costs a wake-up of the process.
 */
export function watchParent(
  onGone: () => void,
  { cookieKey, isHostReading = () => false, platform = process.platform, parent = process.ppid }: ParentWatch,
): WatchedParent {
  const launchers = platform === "linux" ? launchersAbove(parent, cookieKey) : [];
  const isAsItWas = (): boolean =>
    process.ppid === parent && launchers.every((link) => (parentOf(link.pid) ?? link.parent) === link.parent);
  let seldom: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    clearTimeout(seldom);
    clearTimeout(soon);
  };
  const checkSoon = (): void => {
    // A client that opens and ends streams all the time does not put the check off.
    if (soon === undefined && !isStopped) soon = setTimeout(check, soonMs).unref();
  };
  const check = (): void => {
    clearTimeout(seldom);
    soon = undefined;
    if (platform === "win32" ? !isAlive(parent) : !isAsItWas()) {
      stop();
      onGone();
    } else if (isHostReading()) seldom = setTimeout(check, seldomMs).unref();
    else checkSoon();
  };
  checkSoon();
  return { checkSoon, stop };
}
