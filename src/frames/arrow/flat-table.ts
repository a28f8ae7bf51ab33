import { FrameError } from "../frame-error.ts";

/**
 * A table of a flatbuffer, the encoding of Arrow's metadata. The functions of this file check each position before they
 * read there: bytes from a plugin may be broken, and a reader that trusts them can loop forever.
 */
export interface FlatTable {
  readonly block: FlatBlock;
  readonly position: number;
  /** Position of its vtable, which lists its slots. */
  readonly vtable: number;
  readonly vtableBytes: number;
}

/** Elements of one size, checked to lie within the block. */
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
  /** Number of bytes that may still be read. */
  readonly budget: { left: number };
}

/**
 * How often each byte of a block may be read. Files of the Arrow libraries need less than two reads of each byte.
 * Positions only point forward, so there are no cycles, but many tables may share one list of many more.
 */
const maxLooks = 4;

export function flatBlock(view: DataView, start: number, end: number, what: string): FlatBlock {
  return { view, start, end, what, budget: { left: maxLooks * (end - start) } };
}

/**
 * The root table of a block.
 *
 * @throws FrameError, as the other functions here: `arrow_corrupt` for a position outside of the block, `limit_exceeded`
 *   when tables share so much that reading them is more work than the bytes of the block justify.
 */
export function readRoot(block: FlatBlock): FlatTable {
  return tableAt(block, follow(block, block.start));
}

function tableAt(block: FlatBlock, position: number): FlatTable {
  const { view } = block;
  check(block, position, 4);
  const vtable = position - view.getInt32(position, true);
  check(block, vtable, 4);
  const vtableBytes = view.getUint16(vtable, true);
  check(block, vtable, vtableBytes);
  return { block, position, vtable, vtableBytes };
}

/** Position of the value of a slot; `undefined` for an absent slot, which has its default. */
export function placeOf(
  { block, position, vtable, vtableBytes }: FlatTable,
  slot: number,
  size: number,
): number | undefined {
  const entry = 4 + 2 * slot;
  if (entry + 2 > vtableBytes) return undefined;
  const offset = block.view.getUint16(vtable + entry, true);
  if (offset === 0) return undefined;
  check(block, position + offset, size);
  return position + offset;
}

/** For an absent slot the default, which is 0 for every type in use. */
export function readUint8(table: FlatTable, slot: number): number {
  const place = placeOf(table, slot, 1);
  return place === undefined ? 0 : table.block.view.getUint8(place);
}

export function readInt16(table: FlatTable, slot: number): number {
  const place = placeOf(table, slot, 2);
  return place === undefined ? 0 : table.block.view.getInt16(place, true);
}

export function readInt32(table: FlatTable, slot: number): number {
  const place = placeOf(table, slot, 4);
  return place === undefined ? 0 : table.block.view.getInt32(place, true);
}

/** A length or position: not negative, at most 2^53. */
export function readInt64(table: FlatTable, slot: number): number {
  const place = placeOf(table, slot, 8);
  return place === undefined ? 0 : readLength(table.block, place);
}

export function readText(table: FlatTable, slot: number): string {
  const { start, count } = readList(table, slot, 1);
  const { buffer, byteOffset } = table.block.view;
  return count === 0 ? "" : utf8.decode(new Uint8Array(buffer, byteOffset + start, count));
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

export function readTable(table: FlatTable, slot: number): FlatTable | undefined {
  const place = placeOf(table, slot, 4);
  return place === undefined ? undefined : tableAt(table.block, follow(table.block, place));
}

/** Position of the list of a slot, checked to lie within the block. */
export function readList(table: FlatTable, slot: number, size: number): FlatList {
  const { block } = table;
  const place = placeOf(table, slot, 4);
  if (place === undefined) return { start: block.start, count: 0 };
  const start = follow(block, place);
  check(block, start, 4);
  const count = block.view.getUint32(start, true);
  check(block, start + 4, count * size);
  return { start: start + 4, count };
}

/** Maps each table of a list, one at a time, because together they take many times their bytes. */
export function mapTables<T>(table: FlatTable, slot: number, read: (element: FlatTable) => T): T[] {
  const { block } = table;
  const { start, count } = readList(table, slot, 4);
  const results: T[] = [];
  for (let i = 0; i < count; i++) results.push(read(tableAt(block, follow(block, start + 4 * i))));
  return results;
}

/** A relative position, which always points forward. */
function follow(block: FlatBlock, place: number): number {
  check(block, place, 4);
  const distance = block.view.getUint32(place, true);
  if (distance === 0) throw corrupt(block.what, place, "a position", "0");
  return place + distance;
}

/** Reads a 64-bit length or position at a position that is already checked. */
export function readLength({ view, what }: Pick<FlatBlock, "view" | "what">, place: number): number {
  const high = view.getInt32(place + 4, true);
  // A bigint for each of many lengths would be slow.
  if (high < 0 || high >= 2 ** 21)
    throw corrupt(what, place, "a length", String(view.getBigInt64(place, true)));
  return high * 2 ** 32 + view.getUint32(place, true);
}

/** Counts every read of bytes, which bounds the work. */
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
