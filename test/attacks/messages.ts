/** Bytes that repeat, of which a plain array has its own memory. */
export function filled(unit: readonly number[], bytes: number): Uint8Array {
  const whole = Buffer.alloc(bytes - (bytes % unit.length), Buffer.from(unit));
  return new Uint8Array(whole.buffer, whole.byteOffset, whole.length);
}

/** A message that has nothing but unknown numbers, of two bytes each. */
export function unknownFields(bytes: number): Uint8Array {
  return filled([0x78, 1], bytes);
}

/** A `QueryDataRequest` that has nothing but empty queries. */
export function emptyItems(bytes: number): Uint8Array {
  return filled([0x1a, 0], bytes);
}

/** A `QueryDataResponse` that has nothing but empty responses with a status, all of the same name. */
export function emptyEntries(bytes: number): Uint8Array {
  return filled([0x0a, 0], bytes);
}
