/** Bytes of this size and more are sent by reference, which is cheaper than a copy. */
const referenceBytes: number = 32 * 1024;

const slabBytes = 64 * 1024;
/** From here on a slab only doubles. */
const maxFastGrowth = 512 * 1024;

/** Bytes by reference, to be inserted before the slab's byte at `offset`. */
interface Reference {
  offset: number;
  readonly bytes: Uint8Array;
}

/**
 * A buffer in which messages are written one after the other. {@link takeChunks} hands out its memory, which is never
 * written again, so that nothing is copied between here and the socket. Offsets count from `start`: they stay valid
 * when the bytes move to a larger slab.
 */
export interface WireWriter {
  slab: Buffer;
  start: number;
  position: number;
  references: Reference[];
  referencedBytes: number;
}

/** A position in a writer, to measure from or to return to. */
interface WriterMark {
  readonly offset: number;
  readonly references: number;
  readonly referencedBytes: number;
}

export function createWireWriter(): WireWriter {
  return { slab: Buffer.alloc(0), start: 0, position: 0, references: [], referencedBytes: 0 };
}

/** How many bytes wait to be taken. */
export function heldBytes(writer: WireWriter): number {
  return writer.position - writer.start + writer.referencedBytes;
}

export function markOf(writer: WireWriter): WriterMark {
  return {
    offset: writer.position - writer.start,
    references: writer.references.length,
    referencedBytes: writer.referencedBytes,
  };
}

/** Discards the bytes since the mark, for a message that could not be encoded. */
export function rewind(writer: WireWriter, mark: WriterMark): void {
  writer.position = writer.start + mark.offset;
  writer.references.length = mark.references;
  writer.referencedBytes = mark.referencedBytes;
}

/** Returns all written bytes, in order. */
export function takeChunks(writer: WireWriter): Uint8Array[] {
  const { slab, start, position, references } = writer;
  const chunks: Uint8Array[] = [];
  let from = start;
  for (const { offset, bytes } of references) {
    const until = start + offset;
    if (until > from) chunks.push(slab.subarray(from, until));
    chunks.push(bytes);
    from = until;
  }
  if (position > from) chunks.push(slab.subarray(from, position));
  if (references.length > 0) writer.references = [];
  writer.referencedBytes = 0;
  writer.start = position;
  // A slab that a large message needed is not kept for the small ones that follow.
  if (slab.length > slabBytes) {
    writer.slab = Buffer.alloc(0);
    writer.start = 0;
    writer.position = 0;
  }
  return chunks;
}

/** Reserves room for this many bytes. Bytes that were not taken are moved along. */
export function reserve(writer: WireWriter, bytes: number): void {
  if (writer.position + bytes > writer.slab.length) grow(writer, bytes);
}

function grow(writer: WireWriter, bytes: number): void {
  const used = writer.position - writer.start;
  const needed = used + bytes;
  // A message that outgrows the first slab takes few steps to one that holds it: each copies what was written.
  const factor = needed > slabBytes && needed < maxFastGrowth ? 4 : 2;
  const slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, needed > slabBytes / 2 ? factor * needed : 0));
  if (used > 0) slab.set(writer.slab.subarray(writer.start, writer.position));
  writer.slab = slab;
  writer.start = 0;
  writer.position = used;
}

/** Starts a length-delimited value: reserves `lengthBytes` for the length and returns the offset of the content. */
export function beginLength(writer: WireWriter, lengthBytes: number): number {
  reserve(writer, lengthBytes);
  writer.position += lengthBytes;
  return writer.position - writer.start;
}

/**
 * Fills in the length of what was written since `begin`, as a varint. Returns the bytes that the length took; if it is
 * not the reserved `lengthBytes`, the content is moved.
 */
export function endLength(
  writer: WireWriter,
  begin: number,
  lengthBytes: number,
  referencedBefore: number,
): number {
  const written = writer.position - writer.start - begin;
  const length = written + writer.referencedBytes - referencedBefore;
  const needed = varintSize(length);
  if (needed !== lengthBytes) {
    const by = needed - lengthBytes;
    if (by > 0) reserve(writer, by);
    const from = writer.start + begin;
    writer.slab.copyWithin(from + by, from, from + written);
    writer.position += by;
    if (writer.referencedBytes !== referencedBefore) moveReferences(writer, begin, by);
  }
  putVarint(writer.slab, writer.start + begin - lengthBytes, length);
  return needed;
}

function moveReferences({ references }: WireWriter, begin: number, by: number): void {
  for (let index = references.length - 1; index >= 0; index--) {
    const reference = references[index];
    if (reference === undefined || reference.offset < begin) return;
    reference.offset += by;
  }
}

/** Writes bytes without a length: a copy of few, a reference to many. */
export function writeRaw(writer: WireWriter, bytes: Uint8Array): void {
  const { length } = bytes;
  if (length >= referenceBytes) {
    writer.references.push({ offset: writer.position - writer.start, bytes });
    writer.referencedBytes += length;
    return;
  }
  reserve(writer, length);
  writer.slab.set(bytes, writer.position);
  writer.position += length;
}

/** How many bytes an unsigned number below 2^53 takes as a varint. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  if (value < 0x10000000) return 4;
  return value < 0x800000000 ? 5 : 6;
}

/** Writes an unsigned number below 2^53 as a varint. */
export function writeVarint(writer: WireWriter, value: number): void {
  reserve(writer, 8);
  writer.position = putVarint(writer.slab, writer.position, value);
}

function putVarint(slab: Buffer, position: number, value: number): number {
  let at = position;
  let rest = value;
  while (rest > 0x7fffffff) {
    slab[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  while (rest > 0x7f) {
    slab[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  slab[at++] = rest;
  return at;
}
