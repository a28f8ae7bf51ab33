import { ErrorCode } from "../error-codes.ts";
import { Http2Error } from "../http2-error.ts";

/** Read position in a header block. */
export interface Cursor {
  at: number;
}

/** Largest integer in a header block; larger ones are refused before they can overflow (RFC 7541 §5.1). */
const maxInteger = 2 ** 28;

/** Reads an integer with a prefix of `prefixBits` bits at the cursor, and moves it behind (RFC 7541 §5.1). */
export function decodeInteger(block: Uint8Array, cursor: Cursor, prefixBits: number): number {
  const mask = (1 << prefixBits) - 1;
  let value = byteAt(block, cursor) & mask;
  if (value < mask) return value;
  for (let shift = 0; ; shift += 7) {
    const byte = byteAt(block, cursor);
    value += (byte & 0x7f) * 2 ** shift;
    if (value > maxInteger || shift > 28) {
      throw new Http2Error(ErrorCode.compressionError, "an integer in a header block is too large");
    }
    if (byte < 0x80) return value;
  }
}

function byteAt(block: Uint8Array, cursor: Cursor): number {
  const byte = block[cursor.at++];
  if (byte === undefined)
    throw new Http2Error(ErrorCode.compressionError, "a header block ends within a field");
  return byte;
}
