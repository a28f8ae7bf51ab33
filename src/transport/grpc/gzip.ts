import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";

/**
 * A message that is at most this long when decompressed, and before, is decompressed synchronously, which is faster than
 * on a thread.
 */
const smallBytes = 128 * 1024;
/** Bound on a decompressed message: this many times its compressed size, plus a constant. gzip reaches 1000 times. */
const maxRatio = 100;
const freeBytes = 16 * 2 ** 20;

/** Loaded for the first compressed message, because most peers send none. */
function zlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}

/**
 * The decompressed length that a compressed message declares in its last four bytes (RFC 1952 §2.3.1). Decompression
 * fails beyond it.
 * @throws ConnectError RESOURCE_EXHAUSTED above `maxBytes`, or above 16 MiB plus a hundred times its size; INTERNAL
 *   for bytes that are not gzip.
 */
export function plainLength(bytes: Uint8Array, maxBytes: number): number {
  if (bytes.length < shortestGzip) throw notGzip(undefined);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true);
  if (length > maxBytes) throw tooLarge(length, maxBytes);
  if (length > freeBytes + maxRatio * bytes.length) {
    throw rpcError(
      `a compressed message of ${bytes.length} bytes would become ${length}, more than ${maxRatio} times as many: send it uncompressed`,
      Code.ResourceExhausted,
    );
  }
  return length;
}

/** Whether a message of this length has to be decompressed with {@link decompress}, because it would block other calls. */
export function isSmall(length: number): boolean {
  return length <= smallBytes;
}

/** Decompresses a small message. @throws ConnectError INTERNAL for bytes that are not gzip, or longer than declared */
export function decompress(bytes: Uint8Array, length: number): Uint8Array {
  try {
    return plain(zlib().gunzipSync(bytes, { maxOutputLength: Math.max(1, length) }));
  } catch (cause) {
    throw notGzip(cause);
  }
}

/** Decompresses a message in pieces, on another thread. Rejects as {@link decompress} throws. */
export function decompressAside(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // One output chunk of the full size where it fits: several chunks would have to be copied together.
    const chunkSize = Math.max(minPieceBytes, Math.min(length + 1, pieceBytes));
    const options = { maxOutputLength: Math.max(1, length), chunkSize };
    zlib().gunzip(bytes, options, (cause, result) => {
      if (cause === null) resolve(plain(result));
      else reject(notGzip(cause));
    });
  });
}

/** Compresses at the fastest level, for a local socket. */
export function compress(bytes: Uint8Array): Uint8Array {
  const { constants, gzipSync } = zlib();
  return gzipSync(bytes, { level: constants.Z_BEST_SPEED });
}

/** Header and trailer (RFC 1952 §2.3). */
const shortestGzip = 18;
const pieceBytes = 4 * 2 ** 20;
/** zlib takes no smaller ones. */
const minPieceBytes = 64;

function plain({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

export function tooLarge(length: number, maxBytes: number): ConnectError {
  return rpcError(
    `a message has ${length} bytes, more than the limit of ${maxBytes}: send less in one message, or raise limits.maxReceiveBytes`,
    Code.ResourceExhausted,
  );
}

function notGzip(cause: unknown): ConnectError {
  const message = "a compressed message is not gzip, or longer than it says";
  return rpcError(message, Code.Internal, { cause });
}
