import { rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, PluginError } from "../../errors.ts";
import { readTrustedText } from "./read-trusted-text.ts";

/** Contents of the files next to `plugin.json` about a standalone process. */
interface StandaloneFiles {
  /** The address as written; absent if the file is missing or empty. */
  readonly address: string | undefined;
  readonly pid: number | undefined;
}

const addressFile = "standalone.txt";
const pidFile = "pid.txt";

/**
 * Reads `standalone.txt` and `pid.txt`. A file that cannot be read or is another user's counts as absent, an invalid
 * process id as 0.
 */
export function readStandaloneFiles(directory: string): StandaloneFiles {
  const address = readTrustedText(join(directory, addressFile));
  const pid = readTrustedText(join(directory, pidFile));
  return { address, pid: pid === undefined ? undefined : /^\d{1,10}$/.test(pid) ? Number(pid) : 0 };
}

/**
 * Writes both files for this process, readable by this user only. Existing files and links are replaced, not followed.
 *
 * @throws PluginError `listen_failed` when the directory cannot be written to.
 */
export function writeStandaloneFiles(directory: string, address: string): void {
  try {
    replace(join(directory, addressFile), address);
    replace(join(directory, pidFile), String(process.pid));
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PluginError(
      "listen_failed",
      `cannot write ${addressFile} and ${pidFile}: ${reason}: ` +
        "give as standalone.directory the one that has plugin.json, and that you may write to",
      { cause },
    );
  }
}

/** Removes both files, unless they belong to another process by now. Never throws. */
export function removeStandaloneFiles(directory: string): void {
  if (readStandaloneFiles(directory).pid !== process.pid) return;
  for (const name of [addressFile, pidFile]) {
    try {
      unlinkSync(join(directory, name));
    } catch {
      // Another process has already removed it.
    }
  }
}

function replace(path: string, content: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, content, { mode: 0o600, flag: "wx" });
}
