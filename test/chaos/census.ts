import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { processesWith } from "../helpers/processes.ts";

/** What plugins may leave behind, each as a line for people. */
export interface Census {
  readonly processes: readonly string[];
  readonly sockets: readonly string[];
}

/** Processes that were started with this temporary directory, and sockets and directories for sockets in it. */
export function takeCensus(temporaryDirectory: string): Census {
  return {
    processes: processesWith(temporaryDirectory).map(({ pid, command }) => `${pid} ${command}`),
    sockets: readdirSync(temporaryDirectory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isSocket() || (entry.isDirectory() && entry.name.startsWith("plugin-")))
      .map((entry) => join(entry.parentPath, entry.name)),
  };
}

/** This process's open descriptors by what they are, such as `socket` or a path: how many of each. */
export function openDescriptors(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const descriptor of readdirSync("/proc/self/fd")) {
    const kind = describe(descriptor);
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function describe(descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).replace(/:\[\d+\]$/, "");
  } catch {
    // The descriptor by which the directory was read.
    return undefined;
  }
}

/** Descriptors that there are more of than before, as lines like `socket: 3 more`. */
export function descriptorsSince(before: ReadonlyMap<string, number>): { count: number; lines: string[] } {
  const more = [...openDescriptors()]
    .map(([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const)
    .filter(([, surplus]) => surplus > 0);
  return {
    count: more.reduce((sum, [, surplus]) => sum + surplus, 0),
    lines: more.map(([kind, surplus]) => `${kind}: ${surplus} more`),
  };
}
