import { WireType } from "@bufbuild/protobuf/wire";
import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../../rpc-error.ts";

/**
 * The bytes being read and the position in them. One reader serves all small messages of a transport, which are decoded
 * one after the other; a large one, which may pause, has its own.
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
  /** A loop over fields or items stops at this position and pauses, unless it is at its end. */
  pauseAt: number;
  /** The loops that have paused, the innermost first. Empty unless the reader is at `pauseAt`. */
  paused: PausedLoop[];
}

/** A loop that has stopped at `pauseAt`, with its state. */
interface PausedLoop {
  readonly end: number;
  readonly depth: number;
  readonly goOn: (reader: WireReader) => void;
}

/** A `pauseAt` beyond any message, which is then read without a pause. */
const withoutPause: number = 2 ** 31 - 1;

export function createWireReader(bytes: Uint8Array, heapBytes: number): WireReader {
  return {
    bytes,
    buffer: undefined,
    position: 0,
    end: bytes.length,
    depth: maxDepth,
    heapLeft: heapBytes,
    low: 0,
    high: 0,
    pauseAt: withoutPause,
    paused: [],
  };
}

/** Begins the bytes of a message. */
export function restart(reader: WireReader, bytes: Uint8Array, heapBytes: number): void {
  reader.bytes = bytes;
  reader.position = 0;
  reader.end = bytes.length;
  reader.depth = maxDepth;
  reader.heapLeft = heapBytes;
}

/** Where the loop over the bytes up to `reader.end` stops. */
export function stopOf({ end, pauseAt }: WireReader): number {
  return pauseAt < end ? pauseAt : end;
}

/**
 * Notes how a loop goes on that has stopped before its end. Called by the innermost loop first, then by those around
 * it, which have reached `pauseAt` as well and return.
 */
export function pause(reader: WireReader, end: number, goOn: PausedLoop["goOn"]): void {
  reader.paused.push({ end, depth: reader.depth, goOn });
}

/**
 * The same for a loop that needs nothing but its target. A separate function: a closure in a loop's own function would
 * move the loop's variables to the heap, in every call.
 */
export function pauseLoop<Target>(
  reader: WireReader,
  end: number,
  goOn: (reader: WireReader, target: Target) => void,
  target: Target,
): void {
  pause(reader, end, (same) => goOn(same, target));
}

/** Whether the reader has stopped at `pauseAt`, within what it reads. */
export function hasPaused({ paused, position, pauseAt, end }: WireReader): boolean {
  return paused.length > 0 || (position >= pauseAt && position < end);
}

/** Goes on with the paused loops up to another `pauseAt`. */
export function resume(reader: WireReader, pauseAt: number): void {
  const loops = reader.paused;
  reader.paused = [];
  reader.pauseAt = pauseAt;
  for (const [index, { end, depth, goOn }] of loops.entries()) {
    reader.end = end;
    reader.depth = depth;
    goOn(reader);
    if (reader.paused.length === 0) continue;
    reader.paused.push(...loops.slice(index + 1));
    return;
  }
}

/** Deepest nesting, as in protobuf-es and other implementations; the contracts of plugins need five. */
const maxDepth = 100;

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
  const start = reader.position;
  const length = readVarint(reader);
  const end = reader.position + length;
  if (end > reader.end || (reader.position - start > 4 && hasHighBits(reader, start))) throw truncated();
  return end;
}

/** Whether the varint that was read from `start` has more than 32 bits: a length of 4 GiB and 2 is not 2. */
function hasHighBits({ bytes, position }: WireReader, start: number): boolean {
  if (((bytes[start + 4] ?? 0) & 0x70) !== 0) return true;
  for (let at = start + 5; at < position; at++) if (((bytes[at] ?? 0) & 0x7f) !== 0) return true;
  return false;
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

/** Skips a value whose tag was read. It may pause within a group. */
export function skipValue(reader: WireReader, tag: number): void {
  const wireType = tag & 7;
  switch (wireType) {
    case WireType.Varint:
      readLongVarint(reader);
      return;
    case WireType.Bit64:
      readFixed64(reader);
      return;
    case WireType.LengthDelimited:
      reader.position = readEnd(reader);
      return;
    case WireType.Bit32:
      readFixed32(reader);
      return;
    case WireType.StartGroup:
      if (reader.depth <= 0) throw tooDeep();
      skipGroups(reader, [tag >>> 3]);
      return;
    default:
      throw new RangeError(`field ${tag >>> 3} has the wire type ${wireType}, which cannot stand here`);
  }
}

/** @param open the numbers of the groups that have begun, the innermost last */
function skipGroups(reader: WireReader, open: number[]): void {
  const { end } = reader;
  while (open.length > 0) {
    if (reader.position >= reader.pauseAt && reader.position < end) {
      pause(reader, end, () => skipGroups(reader, open));
      return;
    }
    const tag = readTag(reader);
    const wireType = tag & 7;
    if (wireType === WireType.StartGroup) {
      if (open.length >= reader.depth) throw tooDeep();
      open.push(tag >>> 3);
    } else if (wireType !== WireType.EndGroup) skipValue(reader, tag);
    else {
      const number = open.pop();
      if (tag >>> 3 !== number) {
        throw new RangeError(`the group of field ${number} ends as that of field ${tag >>> 3}`);
      }
    }
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
