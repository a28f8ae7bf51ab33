import { type Der, integer, sequence } from "./der.ts";

/**
 * Converts a signature of WebCrypto (r and s concatenated, padded to equal length) to the form of X.509: the DER of a
 * sequence of two integers (RFC 3279, section 2.2.3).
 */
export function encodeEcdsaSignature(raw: ArrayBuffer): Der {
  const bytes = new Uint8Array(raw);
  const middle = bytes.length / 2;
  return sequence(integer(bytes.subarray(0, middle)), integer(bytes.subarray(middle)));
}
