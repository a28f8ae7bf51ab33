import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Far more than an address or a process id has. */
const maxBytes = 4096;

/**
 * Reads a short file without the white space around its text. `undefined` for an empty file, and for one that cannot be
 * read, is not a regular file or is longer than 4 KiB.
 *
 * Also `undefined` for a file or symbolic link of a user other than this one, root and the owner of the directory: in a
 * directory that other users can write to, such a file could name a server of theirs.
 */
export function readTrustedText(path: string): string | undefined {
  try {
    const trusted = [process.geteuid?.(), 0, statSync(dirname(path)).uid];
    // Without waiting for a writer, if it is a pipe.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const info = fstatSync(file);
      const isTrusted =
        process.geteuid === undefined ||
        [info.uid, lstatSync(path).uid].every((uid) => trusted.includes(uid));
      if (!info.isFile() || info.size > maxBytes || !isTrusted) return undefined;
      const text = readFileSync(file, "utf8").trim();
      return text === "" ? undefined : text;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
