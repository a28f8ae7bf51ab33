/**
 * Writes DER (ITU-T X.690), as far as an X.509 certificate needs it. A library that also reads DER would slow down
 * every start of a plugin, and loading it late fails in some bundles.
 */

/** Bytes of one value with its tag and length. */
export type Der = Uint8Array<ArrayBuffer>;

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The context-specific class of tags, for a constructed value or for bytes. */
const contextConstructed = 0xa0;
const contextPrimitive = 0x80;

export function sequence(...values: readonly Uint8Array[]): Der {
  return encode(tags.sequence, ...values);
}

export function set(...values: readonly Uint8Array[]): Der {
  return encode(tags.set, ...values);
}

/** An explicit tag around a value: `[number]` in ASN.1. */
export function tagged(number: number, value: Uint8Array): Der {
  return encode(contextConstructed | number, value);
}

/** An implicit tag that replaces the tag of a text or of bytes. */
export function taggedBytes(number: number, bytes: Uint8Array): Der {
  return encode(contextPrimitive | number, bytes);
}

/** A non-negative integer from its bytes, most significant first. */
export function integer(bytes: Uint8Array): Der {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start);
  // The most significant bit is the sign.
  return (digits[0] ?? 0) < 0x80
    ? encode(tags.integer, digits)
    : encode(tags.integer, Uint8Array.of(0), digits);
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Der {
  return encode(tags.bitString, Uint8Array.of(unusedBits), bytes);
}

export function octetString(bytes: Uint8Array): Der {
  return encode(tags.octetString, bytes);
}

export function boolean(value: boolean): Der {
  return encode(tags.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function nothing(): Der {
  return encode(tags.null);
}

export function utf8String(text: string): Der {
  return encode(tags.utf8String, new TextEncoder().encode(text));
}

/** @param text such as `1.2.840.10045.4.3.4` */
export function objectIdentifier(text: string): Der {
  const [first = 0, second = 0, ...others] = text.split(".").map(Number);
  return encode(tags.objectIdentifier, Uint8Array.from([first * 40 + second, ...others].flatMap(base128)));
}

/**
 * X.509 requires whole seconds, and years of two digits before 2050 and of four digits from then on (RFC 5280,
 * 4.1.2.5).
 */
export function time(ms: number): Der {
  const digits = `${new Date(ms).toISOString().replace(/\.\d+Z$|[-:T]/g, "")}Z`;
  const isShort = digits < "2050";
  const text = new TextEncoder().encode(isShort ? digits.slice(2) : digits);
  return encode(isShort ? tags.utcTime : tags.generalizedTime, text);
}

/** Seven bits per byte, most significant first; all bytes but the last are marked. */
function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

function encode(tag: number, ...contents: readonly Uint8Array[]): Der {
  const length = contents.reduce((sum, { length }) => sum + length, 0);
  return new Uint8Array(Buffer.concat([Uint8Array.of(tag, ...lengthBytes(length)), ...contents]));
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}
