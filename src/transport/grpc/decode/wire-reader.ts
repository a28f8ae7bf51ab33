import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../../rpc-error.ts";
import { WireType } from "../wire-type.ts";

/**
 * The bytes being read and the position in them. One reader serves all messages of a transport, which are decoded one
 * after the other.
 */
export interface WireReader {
  /** The whole message; empty between messages, because it may be large. */
  bytes: Uint8Array;
  /** The same memory, for texts; made at its first use. */
  buffer: Buffer | undefined;
  position: number;
  /** End of the message being read, which may be an embedded one. */
  end: number;
  /** Levels of nesting that are still allowed within the message being read. */
  depth: number;
  /** Heap bytes that objects may still take: see `heap-cost.ts`. */
  heapLeft: number;
  /** The halves of the 64-bit number that was read last. */
  low: number;
  high: number;
}

/**
 * Narrows the reader to a message or list that begins here with its length. Returns the end of the outer range, to be
 * restored afterwards.
 */
export function enter(reader: WireReader): number {
  const outerEnd = reader.end;
  reader.end = readEnd(reader);
  return outerEnd;
}

/**
 * Counts memory that an object is going to take.
 * @throws ConnectError RESOURCE_EXHAUSTED if the message has used up its share.
 */
export function charge(reader: WireReader, heapBytes: number): void {
  reader.heapLeft -= heapBytes;
  if (reader.heapLeft < 0) throw tooManyObjects(reader.bytes.length);
}

/** Reads a length and returns the end of the message, text or list that follows. */
export function readEnd(reader: WireReader): number {
  const length = readVarint(reader);
  const end = reader.position + length;
  if (end > reader.end) throw truncated();
  return end;
}

/** Reads a varint of at most ten bytes and returns its lower 32 bits, unsigned. */
export function readVarint(reader: WireReader): number {
  const { bytes, end } = reader;
  let at = reader.position;
  if (at >= end) throw truncated();
  let byte = bytes[at++] ?? 0;
  let value = byte & 0x7f;
  for (let shift = 7; byte >= 0x80; shift += 7) {
    if (at >= end) throw truncated();
    if (shift > 63) throw new RangeError("a varint has more than ten bytes");
    byte = bytes[at++] ?? 0;
    // A shift by 32 and more would begin again at 0.
    if (shift < 32) value |= (byte & 0x7f) << shift;
  }
  reader.position = at;
  return value >>> 0;
}

/** A varint of 64 bits, into `low` and `high`. */
export function readLongVarint(reader: WireReader): void {
  const { bytes, end } = reader;
  let at = reader.position;
  let low = 0;
  let high = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= end) throw truncated();
    if (shift > 63) throw new RangeError("a varint has more than ten bytes");
    const byte = bytes[at++] ?? 0;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (shift - 32);
    if (byte < 0x80) break;
  }
  reader.position = at;
  reader.low = low;
  reader.high = high;
}

/** Four bytes, as a signed number. */
export function readFixed32(reader: WireReader): number {
  const { bytes, position: at } = reader;
  if (at + 4 > reader.end) throw truncated();
  reader.position = at + 4;
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

/** Eight bytes, into `low` and `high`. */
export function readFixed64(reader: WireReader): void {
  reader.low = readFixed32(reader);
  reader.high = readFixed32(reader);
}

/** Skips a value whose tag was read. */
export function skipValue(reader: WireReader, tag: number): void {
  skip(reader, tag >>> 3, tag & 7, reader.depth);
}

function skip(reader: WireReader, number: number, wireType: number, depth: number): void {
  switch (wireType) {
    case WireType.varint:
      readLongVarint(reader);
      return;
    case WireType.fixed64:
      readFixed64(reader);
      return;
    case WireType.delimited:
      reader.position = readEnd(reader);
      return;
    case WireType.fixed32:
      readFixed32(reader);
      return;
    case WireType.startGroup:
      skipGroup(reader, number, depth);
      return;
    default:
      throw new RangeError(`field ${number} has the wire type ${wireType}, which cannot stand here`);
  }
}

function skipGroup(reader: WireReader, number: number, depth: number): void {
  if (depth <= 0) throw tooDeep();
  for (;;) {
    const tag = readTag(reader);
    if ((tag & 7) !== WireType.endGroup) skip(reader, tag >>> 3, tag & 7, depth - 1);
    else if (tag >>> 3 === number) return;
    else throw new RangeError(`the group of field ${number} ends as that of field ${tag >>> 3}`);
  }
}

/** The number of a field times 8, and its wire type. */
export function readTag(reader: WireReader): number {
  const start = reader.position;
  const tag = readVarint(reader);
  const length = reader.position - start;
  // A tag of more than 32 bits would be mistaken for another field.
  if (length > 5 || (length === 5 && (reader.bytes[start + 4] ?? 0) > 0x0f)) {
    throw new RangeError("a tag has more than 32 bits");
  }
  if (tag < 8) throw new RangeError("a field has the number 0");
  return tag;
}

export function tooDeep(): RangeError {
  return new RangeError("messages are nested more than 100 deep");
}

function tooManyObjects(messageBytes: number): ConnectError {
  return rpcError(
    `the items of a message of ${messageBytes} bytes would take too much memory: send fewer items in one message, or raise limits.maxDecodedBytes`,
    Code.ResourceExhausted,
  );
}

function truncated(): RangeError {
  return new RangeError("it ends within a field");
}
