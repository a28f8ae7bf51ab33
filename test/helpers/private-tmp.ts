import assert from "node:assert/strict";
import { type Dirent, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { atEnd } from "./at-end.ts";
import { processesWith } from "./processes.ts";
import { until } from "./until.ts";

/** A temporary directory for one test, which is the system's one for it and for all that it starts. */
export interface PrivateTmp {
  readonly path: string;
  /** Sockets and plugins' own directories that are there now. */
  readonly leftovers: () => string[];
  /** Writes an executable file and gives its path. */
  readonly writeExecutable: (content: string | Uint8Array, name?: string) => Promise<string>;
}

/**
 * Points `TMPDIR` at a new directory until the test ends, and then checks that the test left no process that
 * was started with it, no socket and no directory for sockets. One test at a time in a process.
 */
export async function privateTmp(t: TestContext): Promise<PrivateTmp> {
  const before = process.env["TMPDIR"];
  const path = await mkdtemp(join(tmpdir(), "gpp-test-"));
  process.env["TMPDIR"] = path;
  const leftovers = (): string[] => socketsAndPluginDirectories(path);
  atEnd(t, async () => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    const processes = await untilEmpty(() => processesWith(path));
    const files = await untilEmpty(leftovers);
    for (const { pid } of processes) process.kill(pid, "SIGKILL");
    await rm(path, { recursive: true, force: true });
    assert.deepEqual(
      { processes, files },
      { processes: [], files: [] },
      "nothing is left running or lying about",
    );
  });
  return {
    path,
    leftovers,
    writeExecutable: async (content, name = "plugin") => {
      const file = join(path, name);
      await writeFile(file, content, { mode: 0o755 });
      return file;
    },
  };
}

/** What the list still has after a while; usually nothing. */
async function untilEmpty<T>(list: () => readonly T[]): Promise<readonly T[]> {
  await until("nothing is left", () => list().length === 0).catch(() => {});
  return list();
}

/** Follows no link: what a test links into its directory is not its own. */
function socketsAndPluginDirectories(directory: string): string[] {
  return entriesOf(directory).flatMap((entry) => {
    const path = join(directory, entry.name);
    const isOurs = entry.isSocket() || (entry.isDirectory() && entry.name.startsWith("plugin-"));
    return [...(isOurs ? [path] : []), ...(entry.isDirectory() ? socketsAndPluginDirectories(path) : [])];
  });
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    // It was removed meanwhile.
    return [];
  }
}
