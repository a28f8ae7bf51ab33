import { readFileSync } from "node:fs";
import { hostEnvironmentNames } from "../../goplugin/handshake/environment.ts";

/** A process and its parent, as they were at some moment. */
export interface ParentLink {
  readonly pid: number;
  readonly parent: number;
}

/** More launchers than anybody has. */
const maxLaunchers = 32;

/**
 * The launchers between this process and its host, the nearest first: such as a shell script that starts the plugin
 * without `exec`. A launcher is known by its environment, which has what the host told this process; the host's own has
 * not, or something else when it is a plugin itself. Empty where there is no `/proc`.
 *
 * @param parent of this process
 * @param cookieKey name of the magic cookie
 */
export function launchersAbove(parent: number, cookieKey: string): readonly ParentLink[] {
  const told = environmentOf("self");
  const links: ParentLink[] = [];
  for (let pid = parent; links.length < maxLaunchers && isLauncher(pid, told, cookieKey); ) {
    const above = parentOf(pid);
    if (above === undefined) break;
    links.push({ pid, parent: above });
    pid = above;
  }
  return links;
}

/** The parent of a process now; `undefined` when it cannot be told. */
export function parentOf(pid: number): number | undefined {
  const stat = readProc(pid, "stat");
  // The name in parentheses may hold anything, parentheses too; the state and the parent follow it.
  const parent = /^ \S (\d+) /.exec(stat.slice(stat.lastIndexOf(")") + 1))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function isLauncher(pid: number, told: ReadonlyMap<string, string>, cookieKey: string): boolean {
  const seen = environmentOf(pid);
  const cookie = told.get(cookieKey);
  if (cookie === undefined || seen.get(cookieKey) !== cookie) return false;
  return hostEnvironmentNames.every((name) => seen.get(name) === told.get(name));
}

/** As it was when the process was started. */
function environmentOf(pid: number | "self"): ReadonlyMap<string, string> {
  const entries = readProc(pid, "environ").split("\0");
  return new Map(entries.map((entry) => [entry.replace(/=.*/s, ""), entry.replace(/^[^=]*=/, "")]));
}

function readProc(pid: number | "self", file: "environ" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    // It has ended, or is another user's; or this process has no descriptor left.
    return "";
  }
}
