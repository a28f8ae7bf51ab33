import { Code, ConnectError } from "@connectrpc/connect";

/** What is as small as this when it is plain is decompressed at once: that takes less time than asking a thread. */
const smallBytes = 128 * 1024;
/** What a compressed message may become: so many times its size, and this beside it. gzip reaches 1000 times. */
const maxRatio = 100;
const freeBytes = 16 * 2 ** 20;

/** Loaded for the first compressed message: most peers send none. */
function zlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}

/**
 * How many bytes a compressed message says that it becomes, in its last four (RFC 1952 §2.3.1). It is held to that.
 * @throws ConnectError RESOURCE_EXHAUSTED above `maxBytes`, or for more than 16 MiB and a hundred times what came;
 * INTERNAL for what is not gzip.
 */
export function plainLength(bytes: Uint8Array, maxBytes: number): number {
  if (bytes.length < shortestGzip) throw notGzip(undefined);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true);
  if (length > maxBytes) throw tooLarge(length, maxBytes);
  if (length > freeBytes + maxRatio * bytes.length) {
    throw new ConnectError(
      `a compressed message of ${bytes.length} bytes would become ${length}, more than ${maxRatio} times as many: send it uncompressed`,
      Code.ResourceExhausted,
    );
  }
  return length;
}

/** Whether a message of this length is to be decompressed with {@link decompress}: else it would hold up others. */
export function isSmall(length: number): boolean {
  return length <= smallBytes;
}

/** Decompresses a small message. @throws ConnectError INTERNAL for what is not gzip, or longer than it says */
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
    // One piece of output that fits: pieces would be copied together.
    const options = { maxOutputLength: Math.max(1, length), chunkSize: Math.min(length + 1, pieceBytes) };
    zlib().gunzip(bytes, options, (cause, result) => {
      if (cause === null) resolve(plain(result));
      else reject(notGzip(cause));
    });
  });
}

/** Compresses at the speed that a local socket asks for. */
export function compress(bytes: Uint8Array): Uint8Array {
  const { constants, gzipSync } = zlib();
  return gzipSync(bytes, { level: constants.Z_BEST_SPEED });
}

/** Header and trailer (RFC 1952 §2.3). */
const shortestGzip = 18;
const pieceBytes = 4 * 2 ** 20;

function plain({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

export function tooLarge(length: number, maxBytes: number): ConnectError {
  return new ConnectError(
    `a message has ${length} bytes, more than the limit of ${maxBytes}: send less in one message, or raise limits.maxReceiveBytes`,
    Code.ResourceExhausted,
  );
}

function notGzip(cause: unknown): ConnectError {
  const message = "a compressed message is not gzip, or longer than it says";
  return new ConnectError(message, Code.Internal, undefined, undefined, cause);
}
