import type * as Arrow from "apache-arrow";
import { bitmapBytes, countUnset } from "../bitmap.ts";
import type { AnyField } from "../field.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import type { Frame } from "../frame.ts";
import { goText } from "../json/go-text.ts";
import { formatWire, toWireConfig, toWireLabels, toWireMeta } from "../wire-meta.ts";

/** The module, loaded by whoever wants to encode. */
export type ArrowModule = typeof Arrow;

/**
 * Writes a frame as an Arrow file, from its typed arrays and with the types and metadata that the Go SDK
 * writes. A frame without rows or fields has no record batch.
 *
 * @param refId fills the frame's own when that is empty
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels`, `limit_exceeded`.
 */
export function encodeArrow(arrow: ArrowModule, frame: Frame, refId?: string): Uint8Array {
  const metadata = new Map([
    ["name", frame.name],
    ["refId", frame.refId || (refId ?? "")],
  ]);
  const { meta } = frame;
  if (meta !== undefined) metadata.set("meta", goText(formatWire(() => toWireMeta(meta))));
  const fields = frame.fields.map(
    (field) => new arrow.Field(field.name, typeOf(arrow, field.kind), field.nullable, fieldMetadata(field)),
  );
  const schema = new arrow.Schema(fields, metadata);
  const writer = new arrow.RecordBatchFileWriter();
  if (frame.length > 0) writer.write(makeBatch(arrow, schema, frame));
  else writer.reset(undefined, schema);
  writer.finish();
  return writer.toUint8Array(true);
}

function makeBatch(arrow: ArrowModule, schema: Arrow.Schema, frame: Frame): Arrow.RecordBatch {
  const apart = keepApart();
  const children = frame.fields.map((field) => toData(arrow, field, apart));
  const data = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: frame.length,
    nullCount: 0,
    children,
  });
  const batch = new arrow.RecordBatch(schema, data);
  // The constructor merges fields by name and so gives fields of one name one type.
  return Object.assign(batch, { schema });
}

function fieldMetadata({ kind, labels, config }: AnyField): Map<string, string> {
  const metadata = new Map<string, string>();
  if (config !== undefined) metadata.set("config", goText(formatWire(() => toWireConfig(config))));
  if (labels !== undefined) metadata.set("labels", goText(formatWire(() => toWireLabels(labels))));
  metadata.set("tstype", kinds[kind].frontendType);
  return metadata;
}

function typeOf(arrow: ArrowModule, kind: FieldKind): Arrow.DataType {
  switch (kind) {
    case "int8":
      return new arrow.Int8();
    case "int16":
      return new arrow.Int16();
    case "int32":
      return new arrow.Int32();
    case "int64":
      return new arrow.Int64();
    case "uint8":
      return new arrow.Uint8();
    case "uint16":
    case "enum":
      return new arrow.Uint16();
    case "uint32":
      return new arrow.Uint32();
    case "uint64":
      return new arrow.Uint64();
    case "float32":
      return new arrow.Float32();
    case "float64":
      return new arrow.Float64();
    case "string":
      return new arrow.Utf8();
    case "bool":
      return new arrow.Bool();
    case "time":
      return new arrow.TimestampNanosecond();
    case "json":
      return new arrow.Binary();
  }
}

type TypedArray = AnyField["column"]["data"] | Int32Array;

function toData(
  arrow: ArrowModule,
  { kind, column }: AnyField,
  apart: <A extends TypedArray>(bytes: A) => A,
): Arrow.Data {
  const { data, length, offsets, validity } = column;
  const nullCount = validity === undefined ? 0 : countUnset(validity, length);
  const bits = nullCount === 0 ? undefined : validity?.subarray(0, bitmapBytes(length));
  const shared = { type: typeOf(arrow, kind), length, nullCount, nullBitmap: bits && apart(bits) };
  // makeData has one overload per type, and a kind chosen at run time fits none of them.
  const make = arrow.makeData as (init: object) => Arrow.Data;
  if (offsets !== undefined) {
    const valueOffsets = apart(offsets.subarray(0, length + 1));
    return make({ ...shared, valueOffsets, data: apart(data) });
  }
  return make({ ...shared, data: apart(data.subarray(0, kind === "bool" ? bitmapBytes(length) : length)) });
}

/**
 * Copies what lies in memory that another column has given already: apache-arrow joins neighbours whose memory touches or
 * overlaps into one, and so would lose the second of two columns that share an array.
 */
function keepApart(): <A extends TypedArray>(bytes: A) => A {
  const ends = new Map<ArrayBufferLike, number>();
  return <A extends TypedArray>(bytes: A): A => {
    const { buffer, byteOffset, byteLength } = bytes;
    // A Buffer's own slice() is no copy.
    if (byteOffset < (ends.get(buffer) ?? 0)) return Reflect.apply(sliceOf(bytes), bytes, []) as A;
    ends.set(buffer, byteOffset + byteLength);
    return bytes;
  };
}

function sliceOf(bytes: TypedArray): () => unknown {
  return bytes instanceof Uint8Array ? Uint8Array.prototype.slice : bytes.slice;
}
