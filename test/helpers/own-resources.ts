import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { isGone } from "./processes.ts";
import { until } from "./until.ts";

/** What this process has of the system: living children, by their arguments, and open descriptors. */
export interface OwnResources {
  readonly children: readonly string[];
  readonly descriptors: readonly string[];
}

/** Looks into `/proc`. A watchdog shows here as a child; its environment says nothing of the test. */
export function ownResources(): OwnResources {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === process.pid && !isGone(Number(name)))
    .map((name) => `${name} ${read(`/proc/${name}/cmdline`).replaceAll("\0", " ").slice(0, 100)}`);
  const descriptors = readdirSync("/proc/self/fd")
    .map((name) => {
      try {
        return `${name} ${readlinkSync(`/proc/self/fd/${name}`)}`;
      } catch {
        // The one by which the directory was read.
        return "";
      }
    })
    .filter((descriptor) => / (pipe|socket|\/(?!proc\/))/.test(descriptor));
  return { children, descriptors };
}

/** Waits until there is nothing that was not there before; the descriptors of a pipe are closed a turn after its end. */
export async function nothingSince(before: OwnResources): Promise<void> {
  const since = (): OwnResources => {
    const now = ownResources();
    return {
      children: now.children.filter((each) => !before.children.includes(each)),
      descriptors: now.descriptors.filter((each) => !before.descriptors.includes(each)),
    };
  };
  const isNothing = ({ children, descriptors }: OwnResources): boolean =>
    children.length === 0 && descriptors.length === 0;
  await until("nothing is left", () => isNothing(since())).catch(() => {});
  assert.deepEqual(since(), { children: [], descriptors: [] }, "no child and no descriptor is left");
}

function parentOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // It has ended.
    return "";
  }
}
