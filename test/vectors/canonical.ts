import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { concat, double, tag, varint, wire } from "./generate/wire.ts";

/** What counts. */
interface CanonicalOptions {
  /** Every NaN is the same: ProtoJSON has only one, and does not say which. */
  readonly anyNan?: boolean;
}

/** A field as it is on the wire, in the form that is compared. */
interface WireField {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * The bytes of a message without what no reader can see: fields are ordered by number, the entries of a map by their
 * bytes, and numbers take their shortest form. Occurrences of one field stay in order, and so do unknown fields.
 *
 * This reads the wire itself, because a library would also hide what is compared: the payload of a NaN, a map key that
 * it drops.
 *
 * @throws Error when the bytes are no message
 */
export function canonicalBytes(
  desc: DescMessage,
  bytes: Uint8Array,
  { anyNan = false }: CanonicalOptions = {},
): Uint8Array {
  const fields = readFields(desc, bytes, anyNan);
  const sorted = fields
    .map((field, index) => ({ field, index, isMap: isMapField(desc, field.number) }))
    .sort((a, b) => {
      if (a.field.number !== b.field.number) return a.field.number - b.field.number;
      return a.isMap ? Buffer.compare(a.field.bytes, b.field.bytes) : a.index - b.index;
    });
  return concat(...sorted.map(({ field }) => field.bytes));
}

function isMapField(desc: DescMessage, number: number): boolean {
  return desc.fields.find((field) => field.number === number)?.fieldKind === "map";
}

function readFields(desc: DescMessage, bytes: Uint8Array, anyNan: boolean): WireField[] {
  const fields: WireField[] = [];
  const cursor = { bytes, at: 0, anyNan };
  while (cursor.at < bytes.length) fields.push(readField(desc, cursor));
  return fields;
}

interface Cursor {
  readonly bytes: Uint8Array;
  readonly anyNan: boolean;
  at: number;
}

function readField(desc: DescMessage | undefined, cursor: Cursor): WireField {
  const head = readVarint(cursor);
  const number = Number(head >> 3n);
  const wireType = Number(head & 7n);
  const field = desc?.fields.find((one) => one.number === number);
  const short = tag(number, wireType);
  switch (wireType) {
    case wire.varint:
      return { number, bytes: concat(short, varint(readVarint(cursor))) };
    case wire.fixed64:
      return { number, bytes: concat(short, eightBytes(field, take(cursor, 8), cursor.anyNan)) };
    case wire.fixed32:
      return { number, bytes: concat(short, take(cursor, 4)) };
    case wire.length: {
      const content = take(cursor, Number(readVarint(cursor)));
      const own = field === undefined ? content : canonicalContent(field, content, cursor.anyNan);
      return { number, bytes: concat(short, varint(own.length), own) };
    }
    case wire.startGroup: {
      // Iterative: groups can be nested far deeper than the stack of a program is.
      const parts = [short];
      const open = [number];
      while (open.length > 0) {
        const innerHead = readVarint(cursor);
        const innerNumber = Number(innerHead >> 3n);
        const innerType = Number(innerHead & 7n);
        parts.push(tag(innerNumber, innerType));
        if (innerType === wire.endGroup) {
          if (open.pop() !== innerNumber) throw new Error("a group ends as another one");
        } else if (innerType === wire.startGroup) open.push(innerNumber);
        else if (innerType === wire.varint) parts.push(varint(readVarint(cursor)));
        else if (innerType === wire.fixed64) parts.push(take(cursor, 8));
        else if (innerType === wire.fixed32) parts.push(take(cursor, 4));
        else if (innerType === wire.length) {
          const content = take(cursor, Number(readVarint(cursor)));
          parts.push(varint(content.length), content);
        } else throw new Error(`a field has the wire type ${innerType}`);
      }
      return { number, bytes: concat(...parts) };
    }
    default:
      throw new Error(`a field has the wire type ${wireType}`);
  }
}

function eightBytes(field: DescField | undefined, bytes: Uint8Array, anyNan: boolean): Uint8Array {
  if (!anyNan || field?.scalar !== ScalarType.DOUBLE) return bytes;
  const value = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
  return Number.isNaN(value) ? double(Number.NaN) : bytes;
}

function canonicalContent(field: DescField, content: Uint8Array, anyNan: boolean): Uint8Array {
  if (field.fieldKind === "map") return canonicalEntry(field, content, anyNan);
  const isMessage =
    field.fieldKind === "message" || (field.fieldKind === "list" && field.listKind === "message");
  return isMessage && field.message !== undefined
    ? canonicalBytes(field.message, content, { anyNan })
    : content;
}

/** An entry: a writer may leave a key or a value out that is the default. */
function canonicalEntry(
  field: DescField & { readonly fieldKind: "map" },
  content: Uint8Array,
  anyNan: boolean,
): Uint8Array {
  const found = new Map<number, Uint8Array>();
  const cursor = { bytes: content, at: 0, anyNan };
  while (cursor.at < content.length) {
    const { number, bytes } = readField(undefined, cursor);
    found.set(number, bytes);
  }
  const defaults = (number: number, type: ScalarType | undefined): Uint8Array => {
    const isLength = type === undefined || type === ScalarType.STRING || type === ScalarType.BYTES;
    return concat(tag(number, isLength ? wire.length : wire.varint), varint(0));
  };
  const key = found.get(1) ?? defaults(1, field.mapKey);
  let value = found.get(2) ?? defaults(2, field.mapKind === "message" ? undefined : field.scalar);
  if (field.mapKind === "message") {
    const inner = { bytes: value, at: 0, anyNan };
    readVarint(inner);
    const own = canonicalBytes(field.message, take(inner, Number(readVarint(inner))), { anyNan });
    value = concat(tag(2, wire.length), varint(own.length), own);
  }
  return concat(key, value);
}

function readVarint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = take(cursor, 1)[0] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new Error("a number takes more than ten bytes");
}

function take(cursor: Cursor, size: number): Uint8Array {
  const { bytes, at } = cursor;
  if (at + size > bytes.length) throw new Error("the bytes end within a field");
  cursor.at += size;
  return bytes.subarray(at, at + size);
}
