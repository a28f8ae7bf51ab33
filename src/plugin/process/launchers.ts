import { readFileSync } from "node:fs";
import { hostEnvironmentNames } from "../../go-plugin/handshake/environment.ts";
import { readProcess } from "../../go-plugin/read-process.ts";

/** A process and its parent at some moment. */
interface ParentLink {
  readonly pid: number;
  readonly parent: number;
}

/** Bound on the search, above any real number of launchers. */
const maxLaunchers = 32;

/**
 * The launchers between this process and its host, nearest first, such as a shell script that starts the plugin without
 * `exec`. A launcher has the host's variables for this process in its environment; the host does not, or has other
 * values if it is a plugin itself. Empty without `/proc`.
 *
 * @param parent of this process
 * @param cookieKey name of the magic cookie
 */
export function launchersAbove(parent: number, cookieKey: string): readonly ParentLink[] {
  const own = environmentOf("self");
  const links: ParentLink[] = [];
  for (let pid = parent; links.length < maxLaunchers && isLauncher(pid, own, cookieKey); ) {
    const above = parentOf(pid);
    if (above === undefined) break;
    links.push({ pid, parent: above });
    pid = above;
  }
  return links;
}

/** The current parent of a process; `undefined` if it is unknown. */
export function parentOf(pid: number): number | undefined {
  return readProcess(pid)?.parent;
}

function isLauncher(pid: number, own: ReadonlyMap<string, string>, cookieKey: string): boolean {
  const seen = environmentOf(pid);
  const cookie = own.get(cookieKey);
  if (cookie === undefined || seen.get(cookieKey) !== cookie) return false;
  return hostEnvironmentNames.every((name) => seen.get(name) === own.get(name));
}

/** The environment with which the process was started. */
function environmentOf(pid: number | "self"): ReadonlyMap<string, string> {
  const entries = readEnvironment(pid).split("\0");
  return new Map(entries.map((entry) => [entry.replace(/=.*/s, ""), entry.replace(/^[^=]*=/, "")]));
}

function readEnvironment(pid: number | "self"): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    // The process has ended or belongs to another user, or no descriptor is free.
    return "";
  }
}
