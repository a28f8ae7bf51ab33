import { bitmapBytes, hasBit, makeBitmap } from "../bitmap.ts";
import type { Column } from "../column.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import { FrameError } from "../frame-error.ts";
import { packTexts } from "../text-column.ts";
import { corrupt } from "./flat-table.ts";
import { type ArrowBatch, type ArrowField, type ArrowNode, type Span, unsupported } from "./read-file.ts";

/** How the rows of an Arrow field lie in its buffers, and the kind that they are of. */
export interface ArrowLayout {
  readonly kind: FieldKind;
  readonly shape: "fixed" | "text" | "view";
  /** For times: nanoseconds in one unit. */
  readonly nsPerUnit?: bigint;
}

const typeNames =
  "None Null Int FloatingPoint Binary Utf8 Bool Decimal Date Time Timestamp Interval List Struct Union FixedSizeBinary FixedSizeList Map Duration LargeBinary LargeUtf8 LargeList RunEndEncoded BinaryView Utf8View LargeListView".split(
    " ",
  );

/** @throws FrameError `arrow_unsupported` for a type that frames do not have. */
export function layoutOf({ name, typeId, type, metadata }: ArrowField): ArrowLayout {
  const typeName = typeNames[typeId] ?? `type ${typeId}`;
  switch (typeName) {
    case "Int": {
      const bits = type?.int32(0, 0) ?? 0;
      const kind = `${type?.uint8(1, 0) ? "int" : "uint"}${bits}`;
      if (kind === "uint16" && metadata.get("tstype") === "enum") return { kind: "enum", shape: "fixed" };
      if (kind in kinds) return { kind: kind as FieldKind, shape: "fixed" };
      throw unsupported(`field "${name}" of ${kind}`, "integers of 8, 16, 32 or 64 bits");
    }
    case "FloatingPoint": {
      const precision = type?.int16(0, 0) ?? 0;
      if (precision === 1) return { kind: "float32", shape: "fixed" };
      if (precision === 2) return { kind: "float64", shape: "fixed" };
      throw unsupported(`field "${name}" of 16-bit floats`, "float32 or float64");
    }
    case "Bool":
      return { kind: "bool", shape: "fixed" };
    case "Timestamp":
      return { kind: "time", shape: "fixed", nsPerUnit: 1000n ** BigInt(3 - ((type?.int16(0, 0) ?? 0) & 3)) };
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

/**
 * The column of each field in one batch: views of the file where the buffers are aligned to their elements,
 * copies where they are not.
 *
 * @throws FrameError `arrow_corrupt`, `unequal_lengths`, `time_out_of_range`.
 */
export function readColumns(
  bytes: Uint8Array,
  fields: readonly ArrowField[],
  layouts: readonly ArrowLayout[],
  batch: ArrowBatch,
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
      return { ...column, data: readFixed(bytes, name, layout, node.length, take(name)) };
    }
    if (layout.shape === "text")
      return { ...column, ...readTexts(bytes, name, node.length, take(name), take(name)) };
    const views = take(name);
    const blockCount = Math.min(batch.variadicCounts[nextView++] ?? 0, batch.buffers.length);
    const blocks = Array.from({ length: blockCount }, () => take(name));
    return { ...column, ...readViews(bytes, name, node.length, views, blocks) };
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
    : toNanoseconds(name, values as BigInt64Array, layout.nsPerUnit);
}

function toNanoseconds(name: string, values: BigInt64Array, nsPerUnit: bigint): BigInt64Array {
  return values.map((value, row) => {
    const ns = value * nsPerUnit;
    if (BigInt.asIntN(64, ns) === ns) return ns;
    throw new FrameError(
      "time_out_of_range",
      `field "${name}", row ${row}: ${value} × ${nsPerUnit} ns does not fit into 64 bits`,
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

/** A view has the text itself when it is short, else where it lies. */
function readViews(
  bytes: Uint8Array,
  name: string,
  rows: number,
  span: Span,
  blocks: readonly Span[],
): { data: Uint8Array; offsets: Int32Array } {
  const what = `field "${name}"`;
  const raw = slice(bytes, what, span, rows * 16);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const texts = Array.from({ length: rows }, (_, row) => {
    const place = row * 16;
    const length = view.getInt32(place, true);
    if (length >= 0 && length <= 12) return decoder.decode(raw.subarray(place + 4, place + 4 + length));
    const block = blocks[view.getInt32(place + 8, true)];
    const offset = view.getInt32(place + 12, true);
    if (length < 0 || block === undefined || offset < 0 || offset + length > block.length) {
      throw corrupt(what, span.start + place, "a text within its buffers", `${length} bytes at ${offset}`);
    }
    return decoder.decode(bytes.subarray(block.start + offset, block.start + offset + length));
  });
  return packTexts(texts);
}

function slice(bytes: Uint8Array, what: string, span: Span, length: number): Uint8Array<ArrayBuffer> {
  if (span.length < length) throw corrupt(what, span.start, `${length} bytes`, String(span.length));
  return bytes.subarray(span.start, span.start + length) as Uint8Array<ArrayBuffer>;
}

/** One column of the columns of several batches. */
export function joinColumns(kind: FieldKind, parts: readonly Column[]): Column {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const validity = parts.some((part) => part.validity !== undefined)
    ? joinBits(length, parts, (part, row) => part.validity === undefined || hasBit(part.validity, row))
    : undefined;
  if (kind === "bool")
    return {
      length,
      validity,
      data: joinBits(length, parts, (part, row) => hasBit(part.data as Uint8Array, row)),
    };
  const data = new kinds[kind].data(parts.reduce((sum, part) => sum + part.data.length, 0)) as Uint8Array;
  let end = 0;
  for (const part of parts) {
    data.set(part.data as Uint8Array, end);
    end += part.data.length;
  }
  return first?.offsets === undefined
    ? { length, validity, data }
    : { length, validity, data, offsets: joinOffsets(length, parts) };
}

function joinBits(
  length: number,
  parts: readonly Column[],
  has: (part: Column, row: number) => boolean,
): Uint8Array {
  const bits = parts.flatMap((part) => Array.from({ length: part.length }, (_, row) => has(part, row)));
  return makeBitmap(length, (row) => bits[row] === true);
}

function joinOffsets(length: number, parts: readonly Column[]): Int32Array {
  const offsets = new Int32Array(length + 1);
  let row = 0;
  let base = 0;
  for (const part of parts) {
    const own = part.offsets as Int32Array;
    for (let i = 0; i <= part.length; i++) offsets[row + i] = base + (own[i] as number);
    row += part.length;
    base += part.data.length;
  }
  return offsets;
}
