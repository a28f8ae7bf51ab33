import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { errorCode } from "../../errors.ts";

/** Longest file of a configuration that is read. Kubernetes allows no larger ConfigMap. */
export const maxFileBytes: number = 1 << 20;

/** A file as it was read, and whether reading it again would give the same. */
export interface SmallFile {
  readonly text: string;
  /** Another one for another file at the path, or another state of it. */
  readonly fingerprint: string;
  /**
   * Whether it was last changed long enough before it was read. A file that changes twice within a tick of the file
   * system's clock may have the same fingerprint for both.
   */
  readonly isSettled: boolean;
}

/** Longer than the coarsest clock of a usual file system. */
const settledMs = 3000;

/**
 * Reads a regular file of at most 1 MiB as UTF-8. It does not wait for the writer of a FIFO.
 *
 * @param known what was read before; returned as it is while the file has not changed
 * @throws Error whose message follows the path of the file, such as `does not exist`
 */
export function readSmallFile(path: string, known?: SmallFile): SmallFile {
  if (known?.isSettled === true && isSame(known, path)) return known;
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw new Error(reasonOf(errorCode(cause)));
  }
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile()) throw new Error("is not a file: expected one with text");
    if (stats.size > maxFileBytes) {
      throw new Error(`has ${stats.size} bytes: expected at most ${maxFileBytes}`);
    }
    const isSettled = isSettledAt(stats, Date.now());
    const text = decode(readAll(descriptor, Number(stats.size)));
    return { text, fingerprint: fingerprintOf(stats), isSettled };
  } finally {
    closeSync(descriptor);
  }
}

/** The message of {@link readSmallFile} for a path with nothing at it. */
export const missing = "does not exist";

function reasonOf(code: string | undefined): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return missing;
    case "EACCES":
    case "EPERM":
      return "cannot be read by this user: change its mode or its owner";
    case "ENXIO":
      return "is not a file: expected one with text";
    default:
      return `cannot be read (${code ?? "unknown reason"})`;
  }
}

/** Without opening it, which is what is done most often. */
function isSame({ fingerprint }: SmallFile, path: string): boolean {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats !== undefined && fingerprintOf(stats) === fingerprint;
}

/** Whether the last change was long enough before a time, in milliseconds, that a further one has another time. */
export function isSettledAt({ mtimeMs, ctimeMs }: BigIntStats, now: number): boolean {
  return now - Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs) > settledMs;
}

export function fingerprintOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev},${ino},${size},${mtimeNs},${ctimeNs}`;
}

/** A file may grow while it is read. */
function readAll(descriptor: number, expected: number): Uint8Array {
  let bytes = new Uint8Array(expected + 1);
  let length = 0;
  for (;;) {
    if (length === bytes.length) {
      const larger = new Uint8Array(maxFileBytes + 1);
      larger.set(bytes);
      bytes = larger;
    }
    const count = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > maxFileBytes) throw new Error(`has more than ${maxFileBytes} bytes: expected at most those`);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error("is not UTF-8: save it as such");
  }
}
