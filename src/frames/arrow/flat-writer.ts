/**
 * Writes flatbuffers, the encoding of Arrow's metadata, front to back: a table first, then the parts that it refers to,
 * so that positions point forward, as the format requires. Functions whose names begin with `put` write at the end, and
 * write the position of the new part at `place`.
 *
 * The vtables come behind all tables that share them. The format allows either direction, but the builders of flatbuffers
 * never write a vtable in front of a reference to its table. Readers rely on that: planus, which polars uses, cannot read
 * a vtable at an address below the table or list that leads to it.
 */
export interface FlatWriter {
  bytes: Uint8Array;
  view: DataView;
  end: number;
  /** The first `shapeCount` are those of tables that have no vtable yet. Searching so few is faster than a map. */
  readonly shapes: TableShape[];
  /** The last table of each such shape. It holds the position of the one before it, or 0. */
  readonly lastTables: number[];
  /** A number, because to empty a list frees its memory, which the next table would allocate again. */
  shapeCount: number;
}

/** The slots of a table, and their places in it. */
export interface TableShape<Slot extends string = string> {
  /** Offset of each slot from the start of the table. The position of the vtable is at 0. */
  readonly at: Readonly<Record<Slot, number>>;
  readonly bytes: number;
  readonly alignment: number;
  readonly vtable: Uint16Array;
}

/** @param slots the size of each in bytes, in the order of Arrow's definition; 0 for an absent one */
export function tableShape<Slot extends string>(slots: Readonly<Record<Slot, number>>): TableShape<Slot> {
  let end = 4;
  let alignment = 4;
  const at: Record<Slot, number> = { ...slots };
  const names = Object.keys(slots) as Slot[];
  for (const name of names) {
    const size = slots[name];
    if (size === 0) continue;
    at[name] = roundUp(end, size);
    end = at[name] + size;
    alignment = Math.max(alignment, size);
  }
  const vtable = Uint16Array.of(4 + 2 * names.length, end, ...names.map((name) => at[name]));
  return { at, bytes: end, alignment, vtable };
}

/** Initial memory of a writer, and the most that is kept for the next one. */
const firstBytes = 2 ** 14;
const maxSpareBytes = 2 ** 20;

/** Memory of the last writer: clearing it is cheaper than making new memory. */
let spare: FlatWriter | undefined;

/** Passes a writer to `use`. Its bytes are valid only until `use` returns; then the memory is used again. */
export function withFlatWriter<T>(use: (writer: FlatWriter) => T): T {
  const writer = spare ?? makeWriter();
  // A nested call, such as by a getter in the metadata, gets another writer.
  spare = undefined;
  const result = use(writer);
  if (writer.bytes.length <= maxSpareBytes) {
    writer.bytes.fill(0, 0, writer.end);
    writer.end = 0;
    spare = writer;
  }
  return result;
}

function makeWriter(): FlatWriter {
  const bytes = new Uint8Array(firstBytes);
  return { bytes, view: new DataView(bytes.buffer), end: 0, shapes: [], lastTables: [], shapeCount: 0 };
}

/** Begins a flatbuffer and returns the place for the position of its root. */
export function beginRoot(writer: FlatWriter): number {
  return skip(writer, 4, 8);
}

/** Reserves this many bytes at a multiple of `alignment`, and returns their start. They are 0 until they are set. */
export function skip(writer: FlatWriter, size: number, alignment: number): number {
  const start = roundUp(writer.end, alignment);
  writer.end = start + size;
  if (writer.end > writer.bytes.length) grow(writer);
  return start;
}

/** Writes a table whose slots are 0, and returns its start. It can be read after {@link putVtables}. */
export function putTable(writer: FlatWriter, place: number, shape: TableShape): number {
  const start = skip(writer, shape.bytes, shape.alignment);
  const { shapes, lastTables, shapeCount } = writer;
  let index = 0;
  while (index < shapeCount && shapes[index] !== shape) index++;
  if (index === shapeCount) {
    shapes[index] = shape;
    lastTables[index] = 0;
    writer.shapeCount++;
  }
  setInt32(writer, start, lastTables[index] as number);
  lastTables[index] = start;
  refer(writer, place, start);
  return start;
}

/** Writes the vtables of all tables since the last call, one for each shape. */
export function putVtables(writer: FlatWriter): void {
  const { shapes, lastTables, shapeCount } = writer;
  for (let index = 0; index < shapeCount; index++) {
    const { vtable } = shapes[index] as TableShape;
    const start = skip(writer, 2 * vtable.length, 2);
    for (let i = 0; i < vtable.length; i++) setInt16(writer, start + 2 * i, vtable[i] as number);
    for (let table = lastTables[index] as number; table !== 0; ) {
      const previous = writer.view.getInt32(table, true);
      setInt32(writer, table, table - start);
      table = previous;
    }
  }
  writer.shapeCount = 0;
}

/** Writes a list of this many elements that are 0, and returns the start of the first. */
export function putList(writer: FlatWriter, place: number, count: number, size: number): number {
  const alignment = Math.min(size, 8);
  // The number of elements comes first; the alignment is that of the elements.
  const first = roundUp(roundUp(writer.end, 4) + 4, alignment);
  writer.end = first + count * size;
  if (writer.end > writer.bytes.length) grow(writer);
  setInt32(writer, first - 4, count);
  refer(writer, place, first - 4);
  return first;
}

export function putText(writer: FlatWriter, place: number, text: string): void {
  const most = text.length * 3;
  // A byte 0 after the text ends it for readers in C.
  const start = skip(writer, 4 + most + 1, 4);
  const length = writeUtf8(writer.bytes, start + 4, text);
  setInt32(writer, start, length);
  writer.end -= most - length;
  refer(writer, place, start);
}

/** Writes at `place` the relative position of `target`, which lies behind it. */
export function refer(writer: FlatWriter, place: number, target: number): void {
  setInt32(writer, place, target - place);
}

/** The setters take the writer, not its view: later writes may replace the view. */
export function setInt8(writer: FlatWriter, place: number, value: number): void {
  writer.view.setInt8(place, value);
}

export function setInt16(writer: FlatWriter, place: number, value: number): void {
  writer.view.setInt16(place, value, true);
}

export function setInt32(writer: FlatWriter, place: number, value: number): void {
  writer.view.setInt32(place, value, true);
}

/** @param value a length or position, not negative */
export function setInt64(writer: FlatWriter, place: number, value: number): void {
  setInt32(writer, place, value);
  setInt32(writer, place + 4, Math.floor(value / 2 ** 32));
}

/** Up to this length a loop is faster than the encoder, which is a call out of JavaScript. */
const shortText = 64;
const utf8 = new TextEncoder();

function writeUtf8(bytes: Uint8Array, start: number, text: string): number {
  const { length } = text;
  if (length <= shortText) {
    let i = 0;
    for (; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) break;
      bytes[start + i] = unit;
    }
    if (i === length) return length;
  }
  return utf8.encodeInto(text, bytes.subarray(start)).written;
}

function grow(writer: FlatWriter): void {
  const bytes = new Uint8Array(Math.max(2 * writer.bytes.length, writer.end));
  bytes.set(writer.bytes);
  writer.bytes = bytes;
  writer.view = new DataView(bytes.buffer);
}

export function roundUp(size: number, multiple: number): number {
  const rest = size % multiple;
  return rest === 0 ? size : size + multiple - rest;
}
