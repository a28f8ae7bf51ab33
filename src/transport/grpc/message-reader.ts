import { Code, ConnectError } from "@connectrpc/connect";
import { decompress } from "./gzip.ts";

/** Puts length-prefixed messages together from DATA in any pieces (PROTOCOL-HTTP2, "Length-Prefixed-Message"). */
export interface MessageReader {
  /**
   * Reads the bytes within the call, and gives each message that they complete to `onMessage`, in memory of its own.
   * @throws ConnectError RESOURCE_EXHAUSTED for a message above the limit, as soon as its prefix is here; INTERNAL for
   * a prefix or a compressed message that breaks the rules.
   */
  read(bytes: Uint8Array): void;
  /** A message has begun and is not complete. */
  isWithinMessage(): boolean;
}

/** @param encoding the peer's `grpc-encoding` */
export function createMessageReader(
  maxBytes: number,
  encoding: string | undefined,
  onMessage: (message: Uint8Array) => void,
): MessageReader {
  let prefixBytes = 0;
  let flag = 0;
  let length = 0;
  let body: Uint8Array | undefined;
  let filled = 0;

  const begin = (): void => {
    if (flag > 1) throw new ConnectError(`a message has the flags ${flag}, expected 0 or 1`, Code.Internal);
    if (flag === 1 && encoding !== "gzip") {
      throw new ConnectError("a message is compressed, and the headers do not say how", Code.Internal);
    }
    if (length > maxBytes) {
      throw new ConnectError(
        `a message has ${length} bytes, more than the limit of ${maxBytes}`,
        Code.ResourceExhausted,
      );
    }
  };
  const end = (message: Uint8Array): void => {
    prefixBytes = 0;
    onMessage(flag === 1 ? decompress(message, maxBytes) : message);
  };
  /** Room for the message: all of it once a sixteenth is here, so that announcing much costs the peer something. */
  const makeRoom = (): Uint8Array => {
    if (body === undefined) {
      body = allocate(Math.min(length, Math.max(eagerBytes, length >>> 4)));
    } else if (filled === body.length) {
      const larger = allocate(length);
      larger.set(body);
      body = larger;
    }
    return body;
  };

  return {
    isWithinMessage: () => prefixBytes > 0,
    read: (bytes) => {
      const { length: size } = bytes;
      /** A copy of `bytes`, made for all messages that lie in it whole. */
      let own: Uint8Array | undefined;
      let ownOffset = 0;
      let at = 0;
      while (at < size) {
        if (prefixBytes < prefixLength) {
          const byte = bytes[at++] ?? 0;
          if (prefixBytes === 0) {
            flag = byte;
            length = 0;
          } else length = length * 0x100 + byte;
          if (++prefixBytes < prefixLength) continue;
          begin();
          if (length === 0) {
            end(noBytes);
            continue;
          }
        }
        if (body === undefined && size - at >= length) {
          if (own === undefined) {
            // Mostly the one message is all there is.
            ownOffset = at;
            own = allocate(size - at);
            own.set(at === 0 ? bytes : bytes.subarray(at));
          }
          const from = at - ownOffset;
          at += length;
          end(from === 0 && length === own.length ? own : own.subarray(from, from + length));
          continue;
        }
        while (at < size && filled < length) {
          const room = makeRoom();
          const part = Math.min(size - at, room.length - filled);
          room.set(part === size ? bytes : bytes.subarray(at, at + part), filled);
          filled += part;
          at += part;
        }
        if (filled === length && body !== undefined) {
          const message = body;
          body = undefined;
          filled = 0;
          end(message);
        }
      }
    },
  };
}

/**
 * Byte fields are views into it: a plain array, because a `Buffer` would make them buffers, which slice otherwise. Small
 * ones share memory by Node's own pool, for an `ArrayBuffer` of its own costs a small message more than all else; large
 * ones are not filled with zeros that are overwritten anyway.
 */
function allocate(bytes: number): Uint8Array {
  const { buffer, byteOffset } =
    bytes < pooledBytes ? Buffer.allocUnsafe(bytes) : Buffer.allocUnsafeSlow(bytes);
  return new Uint8Array(buffer, byteOffset, bytes);
}

/** Below half of Node's pool. */
const pooledBytes = 4096;
const prefixLength = 5;
/** Up to here a message has its memory at once: what nobody has written to is only addresses. */
const eagerBytes = 4 * 2 ** 20;
const noBytes = new Uint8Array(0);
