import { bitmapBytes, hasBit } from "../bitmap.ts";
import type { Column } from "../column.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import { FrameError } from "../frame-error.ts";
import { corrupt, readInt16, readInt32, readUint8 } from "./flat-table.ts";
import { type ArrowBatch, type ArrowField, type ArrowNode, type Span, unsupported } from "./read-file.ts";

/** How the rows of an Arrow field lie in its buffers, and the kind that they are of. */
export interface ArrowLayout {
  readonly kind: FieldKind;
  readonly shape: "fixed" | "text" | "view";
  /** For times: nanoseconds in one unit. */
  readonly nsPerUnit?: bigint;
}

const typeNames =
  "None Null Int FloatingPoint Binary Utf8 Bool Decimal Date Time Timestamp Interval List Struct Union FixedSizeBinary FixedSizeList Map Duration LargeBinary LargeUtf8 LargeList RunEndEncoded BinaryView Utf8View ListView LargeListView".split(
    " ",
  );

/** By Arrow's number of the unit. */
const nsPerUnits = [1_000_000_000n, 1_000_000n, 1000n, 1n];

/**
 * Texts that several views share are written out for each row, which must not make much of few bytes: at most 16 MiB, or
 * 16 times the bytes of the file, for all fields together.
 */
const maxSharedBytes = 2 ** 24;
const maxSharedPerByte = 16;
const maxTextBytes = 2 ** 31 - 1;

/** @throws FrameError `arrow_unsupported` for a type that frames do not have. */
export function layoutOf({ name, typeId, type, metadata }: ArrowField): ArrowLayout {
  const typeName = typeNames[typeId] ?? `type ${typeId}`;
  switch (typeName) {
    case "Int": {
      const bits = type === undefined ? 0 : readInt32(type, 0);
      const kind = `${type !== undefined && readUint8(type, 1) !== 0 ? "int" : "uint"}${bits}`;
      if (kind === "uint16" && metadata.get("tstype") === "enum") return { kind: "enum", shape: "fixed" };
      if (kind in kinds) return { kind: kind as FieldKind, shape: "fixed" };
      throw unsupported(`field "${name}" of ${kind}`, "integers of 8, 16, 32 or 64 bits");
    }
    case "FloatingPoint": {
      const precision = type === undefined ? 0 : readInt16(type, 0);
      if (precision === 1) return { kind: "float32", shape: "fixed" };
      if (precision === 2) return { kind: "float64", shape: "fixed" };
      throw unsupported(`field "${name}" of 16-bit floats`, "float32 or float64");
    }
    case "Bool":
      return { kind: "bool", shape: "fixed" };
    case "Timestamp": {
      const unit = type === undefined ? 0 : readInt16(type, 0);
      const nsPerUnit = nsPerUnits[unit];
      if (nsPerUnit !== undefined) return { kind: "time", shape: "fixed", nsPerUnit };
      throw unsupported(`field "${name}" of time unit ${unit}`, "seconds, milli-, micro- or nanoseconds");
    }
    case "Utf8":
      return { kind: "string", shape: "text" };
    case "Utf8View":
      return { kind: "string", shape: "view" };
    case "Binary":
      return { kind: "json", shape: "text" };
    default:
      throw unsupported(
        `field "${name}" of Arrow type ${typeName}`,
        "one of the types of data frames (no Dictionary, no LargeUtf8)",
      );
  }
}

/** How many bytes of text the views of a file may still become. */
export interface ViewBudget {
  left: number;
}

export function viewBudget(fileBytes: number): ViewBudget {
  return { left: Math.min(maxTextBytes, Math.max(maxSharedBytes, maxSharedPerByte * fileBytes)) };
}

/**
 * The column of each field in one batch: views of the file where the buffers are aligned to their elements,
 * copies where they are not.
 *
 * @throws FrameError `arrow_corrupt`, `limit_exceeded`, `unequal_lengths`, `time_out_of_range`.
 */
export function readColumns(
  bytes: Uint8Array,
  fields: readonly ArrowField[],
  layouts: readonly ArrowLayout[],
  batch: ArrowBatch,
  budget: ViewBudget,
): Column[] {
  let nextBuffer = 0;
  let nextView = 0;
  const take = (name: string): Span => {
    const span = batch.buffers[nextBuffer++];
    if (span === undefined)
      throw corrupt(`field "${name}"`, 0, "a buffer", `the end of ${batch.buffers.length} buffers`);
    return span;
  };
  return fields.map((field, index) => {
    const { name } = field;
    const layout = layouts[index] as ArrowLayout;
    const node = batch.nodes[index];
    if (node === undefined || node.length !== batch.rows) {
      throw new FrameError(
        "unequal_lengths",
        `field "${name}": expected the ${batch.rows} rows of its batch, got ${node?.length ?? "none"}`,
      );
    }
    const validity = readValidity(bytes, name, node, take(name));
    // What Go takes for a value, too, in a field that has no nulls.
    const column = { length: node.length, validity: field.nullable ? validity : undefined };
    if (layout.shape === "fixed") {
      return { ...column, data: readFixed(bytes, name, layout, node.length, take(name), validity) };
    }
    if (layout.shape === "text")
      return { ...column, ...readTexts(bytes, name, node.length, take(name), take(name)) };
    const views = take(name);
    const blockCount = Math.min(batch.variadicCounts[nextView++] ?? 0, batch.buffers.length);
    const blocks = Array.from({ length: blockCount }, () => take(name));
    return { ...column, ...readViews(bytes, name, node.length, views, blocks, validity, budget) };
  });
}

function readValidity(
  bytes: Uint8Array,
  name: string,
  { length, nullCount }: ArrowNode,
  span: Span,
): Uint8Array | undefined {
  if (nullCount === 0) return undefined;
  return slice(bytes, `validity of field "${name}"`, span, bitmapBytes(length));
}

function readFixed(
  bytes: Uint8Array,
  name: string,
  layout: ArrowLayout,
  rows: number,
  span: Span,
  validity: Uint8Array | undefined,
): Column["data"] {
  const what = `field "${name}"`;
  if (layout.kind === "bool") return slice(bytes, what, span, bitmapBytes(rows));
  const { data } = kinds[layout.kind];
  const raw = slice(bytes, what, span, rows * data.BYTES_PER_ELEMENT);
  const isAligned = raw.byteOffset % data.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned ? raw : raw.slice();
  const values = new data(buffer as ArrayBuffer, byteOffset, rows);
  return layout.nsPerUnit === undefined || layout.nsPerUnit === 1n
    ? values
    : toNanoseconds(name, values as BigInt64Array, layout.nsPerUnit, validity);
}

/** What a null row has means nothing, so it may not fit. */
function toNanoseconds(
  name: string,
  values: BigInt64Array,
  nsPerUnit: bigint,
  validity: Uint8Array | undefined,
): BigInt64Array {
  return values.map((value, row) => {
    const ns = value * nsPerUnit;
    if (BigInt.asIntN(64, ns) === ns) return ns;
    if (validity !== undefined && !hasBit(validity, row)) return 0n;
    throw new FrameError(
      "time_out_of_range",
      `field "${name}", row ${row}: expected a time that 64 bits of nanoseconds can hold, got ${value} × ${nsPerUnit} ns`,
    );
  });
}

function readTexts(
  bytes: Uint8Array,
  name: string,
  rows: number,
  offsetSpan: Span,
  dataSpan: Span,
): { data: Uint8Array; offsets: Int32Array } {
  const what = `field "${name}"`;
  const data = bytes.subarray(dataSpan.start, dataSpan.start + dataSpan.length);
  // Without rows the buffer of offsets may be empty.
  if (rows === 0) return { data, offsets: new Int32Array(1) };
  const raw = slice(bytes, `offsets of ${what}`, offsetSpan, (rows + 1) * 4);
  const { buffer, byteOffset } = raw.byteOffset % 4 === 0 ? raw : raw.slice();
  const offsets = new Int32Array(buffer, byteOffset, rows + 1);
  let previous = 0;
  for (let row = 0; row <= rows; row++) {
    const offset = offsets[row] as number;
    if (offset < previous)
      throw corrupt(what, offsetSpan.start + 4 * row, `an offset of at least ${previous}`, String(offset));
    previous = offset;
  }
  if (previous > data.length)
    throw corrupt(what, dataSpan.start, `${previous} bytes of text`, String(data.length));
  return { data, offsets };
}

/** A view has the text itself when it is short, else where it lies. What the view of a null row has means nothing. */
function readViews(
  bytes: Uint8Array,
  name: string,
  rows: number,
  span: Span,
  blocks: readonly Span[],
  validity: Uint8Array | undefined,
  budget: ViewBudget,
): { data: Uint8Array; offsets: Int32Array } {
  const what = `field "${name}"`;
  const raw = slice(bytes, what, span, rows * 16);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const starts = new Float64Array(rows);
  const offsets = new Int32Array(rows + 1);
  let end = 0;
  for (let row = 0; row < rows; row++) {
    if (validity === undefined || hasBit(validity, row)) {
      const length = view.getInt32(row * 16, true);
      starts[row] = findText(what, view, row * 16, length, span, blocks);
      end += length;
      if (end > budget.left) {
        throw new FrameError(
          "limit_exceeded",
          `${what}, row ${row}: expected views of at most ${budget.left} bytes of text, got more: too many share a text`,
        );
      }
    }
    offsets[row + 1] = end;
  }
  budget.left -= end;
  const data = new Uint8Array(end);
  for (let row = 0; row < rows; row++) {
    const from = starts[row] as number;
    const start = offsets[row] as number;
    data.set(bytes.subarray(from, from + (offsets[row + 1] as number) - start), start);
  }
  return { data, offsets };
}

function findText(
  what: string,
  view: DataView,
  place: number,
  length: number,
  span: Span,
  blocks: readonly Span[],
): number {
  if (length >= 0 && length <= 12) return span.start + place + 4;
  const block = blocks[view.getInt32(place + 8, true)];
  const offset = view.getInt32(place + 12, true);
  if (length < 0 || block === undefined || offset < 0 || offset + length > block.length) {
    throw corrupt(what, span.start + place, "a text within its buffers", `${length} bytes at ${offset}`);
  }
  return block.start + offset;
}

function slice(bytes: Uint8Array, what: string, span: Span, length: number): Uint8Array<ArrayBuffer> {
  if (span.length < length) throw corrupt(what, span.start, `${length} bytes`, String(span.length));
  return bytes.subarray(span.start, span.start + length) as Uint8Array<ArrayBuffer>;
}

/**
 * One column of the columns of several batches.
 *
 * @throws FrameError `limit_exceeded` when their texts take 2 GiB or more.
 */
export function joinColumns(kind: FieldKind, parts: readonly Column[]): Column {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const validity = parts.some((part) => part.validity !== undefined)
    ? joinBits(length, parts, (part) => part.validity)
    : undefined;
  if (kind === "bool")
    return { length, validity, data: joinBits(length, parts, (part) => part.data as Uint8Array) };
  const pieces = parts.map(usedData);
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const hasOffsets = first?.offsets !== undefined;
  if (hasOffsets && size > maxTextBytes) {
    throw new FrameError(
      "limit_exceeded",
      `a field: expected at most ${maxTextBytes} bytes of text in all batches, got ${size}`,
    );
  }
  const data = new kinds[kind].data(size) as Uint8Array;
  let end = 0;
  for (const piece of pieces) {
    data.set(piece, end);
    end += piece.length;
  }
  return { length, validity, data, ...(hasOffsets ? { offsets: joinOffsets(length, parts) } : {}) };
}

/** Without the bytes before the first text and the padding after the last, which would get into the joined texts. */
function usedData({ data, offsets }: Column): Uint8Array {
  return (offsets === undefined ? data : data.subarray(offsets[0], offsets.at(-1))) as Uint8Array;
}

/** @param bitsOf the bits of a part; `undefined` when all are set */
function joinBits(
  length: number,
  parts: readonly Column[],
  bitsOf: (part: Column) => Uint8Array | undefined,
): Uint8Array {
  const joined = new Uint8Array(bitmapBytes(length));
  let row = 0;
  for (const part of parts) {
    const bits = bitsOf(part);
    for (let i = 0; i < part.length; i++, row++) {
      if (bits === undefined || hasBit(bits, i))
        joined[row >> 3] = (joined[row >> 3] as number) | (1 << (row & 7));
    }
  }
  return joined;
}

function joinOffsets(length: number, parts: readonly Column[]): Int32Array {
  const offsets = new Int32Array(length + 1);
  let row = 0;
  let base = 0;
  for (const part of parts) {
    const own = part.offsets as Int32Array;
    const first = own[0] as number;
    for (let i = 1; i <= part.length; i++) offsets[row + i] = base + (own[i] as number) - first;
    row += part.length;
    base = offsets[row] as number;
  }
  return offsets;
}
