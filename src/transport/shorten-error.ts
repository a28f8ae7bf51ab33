import { ConnectError } from "@connectrpc/connect";

/** Bytes of UTF-8; on the wire each may become three. */
const maxMessageBytes = 8 << 10;

/**
 * The error with so much of its text as every peer takes: it travels in a header field, and one header section that is
 * too large ends the call in another way, or all calls of the connection. What was cut ends with `…`.
 */
export function shortenError(error: ConnectError): ConnectError {
  // No character has more than three bytes for each of its UTF-16 units.
  if (error.rawMessage.length * 3 <= maxMessageBytes) return error;
  const bytes = new TextEncoder().encode(error.rawMessage);
  if (bytes.length <= maxMessageBytes) return error;
  let end = maxMessageBytes;
  // Not within a character: its later bytes begin with the bits 10.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const message = `${new TextDecoder().decode(bytes.subarray(0, end))}…`;
  const shorter = new ConnectError(message, error.code, error.metadata, undefined, error.cause);
  shorter.details = error.details;
  shorter.isWireError = error.isWireError;
  return shorter;
}
