import { Integer, Sequence } from "asn1js";

/**
 * Turns a signature of WebCrypto, r and s one after the other and padded to equal length, into what X.509 wants: the
 * DER of a sequence of two integers (RFC 3279, section 2.2.3).
 */
export function encodeEcdsaSignature(raw: ArrayBuffer): ArrayBuffer {
  const hex = Buffer.from(raw).toString("hex");
  const middle = hex.length / 2;
  const value = [hex.slice(0, middle), hex.slice(middle)].map((digits) =>
    Integer.fromBigInt(BigInt(`0x${digits}`)),
  );
  return new Sequence({ value }).toBER();
}
