import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Runs `use` while no other process has the same lock file. A file that a process left behind is taken over.
 *
 * Two checkouts share the cache of a language, and both may want to fill it.
 */
export async function withLock<T>(file: string, use: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  for (;;) {
    const isMine = await writeFile(file, String(process.pid), { flag: "wx" }).then(
      () => true,
      () => false,
    );
    if (isMine) break;
    if (!(await isHeld(file))) await rm(file, { force: true });
    else await delay(100);
  }
  try {
    return await use();
  } finally {
    await rm(file, { force: true });
  }
}

async function isHeld(file: string): Promise<boolean> {
  const pid = Number(await readFile(file, "utf8").catch(() => ""));
  // A file without a number is one that its process is just writing.
  if (!Number.isInteger(pid) || pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
