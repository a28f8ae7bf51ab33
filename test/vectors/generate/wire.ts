/** Wire types of protobuf. */
export const wire = { varint: 0, fixed64: 1, length: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Writers of single wire elements. They check nothing: most vectors are bytes that no library writes. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A varint of up to 64 bits; a negative number in two's complement, as int32 and int64 are written. */
export function varint(value: bigint | number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** The same number in exactly `size` bytes, more than it needs. */
export function longVarint(value: bigint | number, size: number): Uint8Array {
  const short = varint(value);
  const bytes = new Uint8Array(size).fill(0x80);
  bytes.set(short);
  for (let index = short.length - 1; index < size - 1; index++) bytes[index] = (short[index] ?? 0) | 0x80;
  bytes[size - 1] = (short[size - 1] ?? 0) & 0x7f;
  return bytes;
}

export function tag(number: number, wireType: number): Uint8Array {
  return varint((BigInt(number) << 3n) | BigInt(wireType));
}

export function lengthPrefixed(bytes: Uint8Array): Uint8Array {
  return concat(varint(bytes.length), bytes);
}

/** A whole length-delimited field. */
export function lengthField(number: number, bytes: Uint8Array): Uint8Array {
  return concat(tag(number, wire.length), lengthPrefixed(bytes));
}

export function group(number: number, content: Uint8Array): Uint8Array {
  return concat(tag(number, wire.startGroup), content, tag(number, wire.endGroup));
}

export function double(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

export function float(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return bytes;
}

export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
