import { Code, ConnectError } from "@connectrpc/connect";

/** Loaded for the first compressed message: most peers send none. */
function zlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}

/**
 * Decompresses a message, to `maxBytes` and no further: a few bytes may stand for gigabytes.
 * @throws ConnectError RESOURCE_EXHAUSTED above `maxBytes`, INTERNAL for what is not gzip.
 */
export function decompress(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length === 0) return bytes;
  try {
    const plain = zlib().gunzipSync(bytes, { maxOutputLength: maxBytes });
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch (cause) {
    const isTooLarge = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
    throw isTooLarge
      ? new ConnectError(`a message is larger than ${maxBytes} bytes`, Code.ResourceExhausted)
      : new ConnectError("a compressed message is not gzip", Code.Internal, undefined, undefined, cause);
  }
}

/** Compresses at the speed that a local socket asks for. */
export function compress(bytes: Uint8Array): Uint8Array {
  const { constants, gzipSync } = zlib();
  return gzipSync(bytes, { level: constants.Z_BEST_SPEED });
}
