import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { usageError } from "../usage-error.ts";

/** Longest file of an option. Chains of certificates have some kB. */
const maxBytes = 1 << 20;

/**
 * Reads the file that an option names. It does not wait for the writer of a FIFO.
 *
 * @throws the error of `usageError`; the text has nothing of the file
 */
export function readOptionFile(option: string, path: string): string {
  const fail = (why: string): Error => usageError(`${option}: ${JSON.stringify(path)} ${why}`);
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    throw fail(reasons[code] ?? `cannot be read (${code})`);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw fail("is not a file: name one with text");
    if (stats.size > maxBytes) throw fail(`has ${stats.size} bytes: expected at most ${maxBytes}`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist: write it first",
  EACCES: "cannot be read by this user: change its mode or its owner",
  ENXIO: "is not a file: name one with text",
};
