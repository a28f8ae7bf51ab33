import { type Der, integer, sequence } from "./der.ts";

/**
 * Turns a signature of WebCrypto, r and s one after the other and padded to equal length, into what X.509 wants: the
 * DER of a sequence of two integers (RFC 3279, section 2.2.3).
 */
export function encodeEcdsaSignature(raw: ArrayBuffer): Der {
  const bytes = new Uint8Array(raw);
  const middle = bytes.length / 2;
  return sequence(integer(bytes.subarray(0, middle)), integer(bytes.subarray(middle)));
}
