import { FrameError } from "../frame-error.ts";

/**
 * Reads flatbuffers, the encoding of Arrow's metadata, and checks each position before it reads there: bytes from a
 * plugin may be broken, and a reader that trusts them can loop for ever.
 */
export interface FlatTable {
  /** Position of the value of a slot; `undefined` when it is not there and has its default. */
  at(slot: number, size: number): number | undefined;
  uint8(slot: number, fallback: number): number;
  int16(slot: number, fallback: number): number;
  int32(slot: number, fallback: number): number;
  /** A length or position: not negative, at most 2^53. */
  int64(slot: number): number;
  text(slot: number): string;
  table(slot: number): FlatTable | undefined;
  /** Start and count of a list of `size`-byte elements; checked to lie within the block. */
  list(slot: number, size: number): FlatList;
  /** One at a time: a table in memory takes many times its bytes. */
  tables(slot: number): Iterable<FlatTable>;
}

export interface FlatList {
  readonly start: number;
  readonly count: number;
}

/** A block of metadata, from `start` to `end` of the file. */
export interface FlatBlock {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  /** For messages: `the footer`, `record batch 2`. */
  readonly what: string;
  /** How many bytes may still be looked at. */
  readonly budget: { left: number };
}

/**
 * How often each byte of a block may be looked at. A reader of what the Arrow libraries write looks less than twice at
 * each. Positions only point forward, so nothing runs in circles, but many tables may share one list of many more.
 */
const maxLooks = 4;

export function flatBlock(view: DataView, start: number, end: number, what: string): FlatBlock {
  return { view, start, end, what, budget: { left: maxLooks * (end - start) } };
}

/**
 * The root table of a block.
 *
 * @throws FrameError from it and its tables: `arrow_corrupt` for a position outside of the block, `limit_exceeded` when
 *   tables share so much that reading them takes more work than the block has bytes.
 */
export function readRootTable(block: FlatBlock): FlatTable {
  return readTable(block, follow(block, block.start));
}

function readTable(block: FlatBlock, position: number): FlatTable {
  const { view, what } = block;
  check(block, position, 4);
  const vtable = position - view.getInt32(position, true);
  check(block, vtable, 4);
  const vtableBytes = view.getUint16(vtable, true);
  check(block, vtable, vtableBytes);

  const at = (slot: number, size: number): number | undefined => {
    const entry = 4 + 2 * slot;
    if (entry + 2 > vtableBytes) return undefined;
    const offset = view.getUint16(vtable + entry, true);
    if (offset === 0) return undefined;
    check(block, position + offset, size);
    return position + offset;
  };
  const read = (slot: number, size: number, get: (position: number) => number, fallback: number): number => {
    const place = at(slot, size);
    return place === undefined ? fallback : get(place);
  };
  const list = (slot: number, size: number): FlatList => {
    const place = at(slot, 4);
    if (place === undefined) return { start: block.start, count: 0 };
    const start = follow(block, place);
    check(block, start, 4);
    const count = view.getUint32(start, true);
    check(block, start + 4, count * size);
    return { start: start + 4, count };
  };
  return {
    at,
    uint8: (slot, fallback) => read(slot, 1, (place) => view.getUint8(place), fallback),
    int16: (slot, fallback) => read(slot, 2, (place) => view.getInt16(place, true), fallback),
    int32: (slot, fallback) => read(slot, 4, (place) => view.getInt32(place, true), fallback),
    int64: (slot) => read(slot, 8, (place) => readLength(view, what, place), 0),
    text: (slot) => {
      const { start, count } = list(slot, 1);
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
        new Uint8Array(view.buffer, view.byteOffset + start, count),
      );
    },
    table: (slot) => {
      const place = at(slot, 4);
      return place === undefined ? undefined : readTable(block, follow(block, place));
    },
    list,
    *tables(slot) {
      const { start, count } = list(slot, 4);
      for (let i = 0; i < count; i++) yield readTable(block, follow(block, start + 4 * i));
    },
  };
}

/** A relative position, which always points forward. */
function follow(block: FlatBlock, place: number): number {
  check(block, place, 4);
  const distance = block.view.getUint32(place, true);
  if (distance === 0) throw corrupt(block.what, place, "a position", "0");
  return place + distance;
}

/** Reads a 64-bit length or position at a checked place. */
export function readLength(view: DataView, what: string, place: number): number {
  const value = view.getBigInt64(place, true);
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER))
    throw corrupt(what, place, "a length", String(value));
  return Number(value);
}

/** Each look at bytes comes through here, which bounds the work. */
function check({ start, end, what, budget }: FlatBlock, position: number, size: number): void {
  if (position < start || position + size > end) {
    throw corrupt(what, position, `${size} bytes within ${start} to ${end}`, `position ${position}`);
  }
  budget.left -= size;
  if (budget.left < 0) {
    throw new FrameError(
      "limit_exceeded",
      `${what}, byte ${position}: expected at most ${maxLooks} looks at each of its ${end - start} bytes, got more: its tables share parts`,
    );
  }
}

export function corrupt(what: string, place: number, expected: string, seen: string): FrameError {
  return new FrameError("arrow_corrupt", `${what}, byte ${place}: expected ${expected}, got ${seen}`);
}
