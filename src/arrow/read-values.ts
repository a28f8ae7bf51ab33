import { type Data, DataType, type Vector } from "apache-arrow";
import { nsPerUnit, readHalf, sliceBytes } from "./raw-values.ts";
import { formatDate, formatDecimal, formatInterval, formatTimeOfDay } from "./value-texts.ts";

/** Reads one row of a chunk; null for a null row. */
export type ReadValue = (data: Data, row: number) => unknown;

/**
 * A reader of the values of a type as JSON has them, at every level: numbers, texts, lists and objects. Integers beyond
 * 2^53, decimals, times and dates are texts, bytes are base64. `undefined` for a type that this package cannot read.
 */
export function jsonReader(type: DataType): ReadValue | undefined {
  const read = valueReader(type);
  return read && ((data, row) => (data.getValid(row) ? read(data, row) : null));
}

function valueReader(type: DataType): ReadValue | undefined {
  if (DataType.isInt(type) || (DataType.isFloat(type) && type.precision !== 0)) {
    return ({ values }, row) => safe(values[row]);
  }
  if (DataType.isFloat(type)) return ({ values }, row) => readHalf(values[row]);
  if (DataType.isBool(type)) {
    return ({ values, offset }, row) =>
      (((values[(offset + row) >> 3] ?? 0) >> ((offset + row) & 7)) & 1) === 1;
  }
  if (isText(type)) return (data, row) => new TextDecoder().decode(sliceBytes(data, row));
  if (isBytes(type)) return (data, row) => toBase64(sliceBytes(data, row));
  if (DataType.isTimestamp(type)) {
    const factor = nsPerUnit(type.unit);
    return ({ values }, row) => formatInstant((values[row] as bigint) * factor);
  }
  if (DataType.isDate(type)) return ({ values }, row) => formatDate(type.unit, values[row]);
  if (DataType.isTime(type)) return ({ values }, row) => formatTimeOfDay(type.unit, BigInt(values[row]));
  if (DataType.isDuration(type)) return ({ values }, row) => safe(values[row]);
  if (DataType.isInterval(type)) {
    return ({ values }, row) => formatInterval(type.unit, values as Int32Array, row);
  }
  if (DataType.isDecimal(type)) {
    return ({ values }, row) => formatDecimal(values as Uint32Array, row, type.bitWidth, type.scale);
  }
  if (DataType.isNull(type)) return () => null;
  return nestedReader(type);
}

function nestedReader(type: DataType): ReadValue | undefined {
  if (DataType.isDictionary(type)) {
    const read = jsonReader(type.dictionary);
    return read && ((data, row) => readAt(data.dictionary, Number(data.values[row]), read));
  }
  if (DataType.isMap(type)) return mapReader(type);
  if (DataType.isList(type) || DataType.isLargeList(type)) {
    const read = jsonReader(type.valueType);
    return (
      read &&
      ((data, row) => listAt(data, Number(data.valueOffsets[row]), Number(data.valueOffsets[row + 1]), read))
    );
  }
  if (DataType.isFixedSizeList(type)) {
    const size = type.listSize;
    const read = jsonReader(type.valueType);
    return read && ((data, row) => listAt(data, row * size, (row + 1) * size, read));
  }
  if (DataType.isStruct(type)) {
    const reads = type.children.map((child: { type: DataType }) => jsonReader(child.type));
    if (reads.includes(undefined)) return undefined;
    const names = type.children.map((child: { name: string }) => child.name);
    return (data, row) =>
      Object.fromEntries(
        names.map((name: string, i: number) => [
          name,
          (reads[i] as ReadValue)(data.children[i] as Data, row),
        ]),
      );
  }
  if (DataType.isUnion(type)) {
    const reads = type.children.map((child: { type: DataType }) => jsonReader(child.type));
    if (reads.includes(undefined)) return undefined;
    return (data, row) => {
      const child = type.typeIdToChildIndex[data.typeIds[row] as never] as number;
      // A dense union has offsets into its children, a sparse one has children of its own length.
      const at = data.valueOffsets === undefined ? row : Number(data.valueOffsets[row]);
      return (reads[child] as ReadValue)(data.children[child] as Data, at);
    };
  }
  return undefined;
}

function mapReader(type: DataType): ReadValue | undefined {
  const [entries] = type.children as { type: DataType }[];
  const [key, value] = (entries?.type.children ?? []) as { type: DataType }[];
  const readKey = key && jsonReader(key.type);
  const read = value && jsonReader(value.type);
  if (readKey === undefined || read === undefined || key === undefined) return undefined;
  const isNamed = isText(key.type) || DataType.isInt(key.type);
  return ({ children, valueOffsets }, row) => {
    const [keys, values] = (children[0]?.children ?? []) as [Data, Data];
    const pairs: [unknown, unknown][] = [];
    for (let i = Number(valueOffsets[row]); i < Number(valueOffsets[row + 1]); i++) {
      const name = readKey(keys, i);
      pairs.push([isNamed ? String(name) : name, read(values, i)]);
    }
    return isNamed ? Object.fromEntries(pairs) : pairs;
  };
}

function listAt({ children }: Data, from: number, to: number, read: ReadValue): unknown[] {
  const child = children[0] as Data;
  return Array.from({ length: to - from }, (_, i) => read(child, from + i));
}

/** The value of a dictionary, which may come in several parts. */
function readAt(dictionary: Vector | undefined, index: number, read: ReadValue): unknown {
  let rest = index;
  for (const part of dictionary?.data ?? []) {
    if (rest < part.length) return read(part, rest);
    rest -= part.length;
  }
  return null;
}

export function isText(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);
}

export function isBytes(type: DataType): boolean {
  return (
    DataType.isBinary(type) ||
    DataType.isLargeBinary(type) ||
    DataType.isBinaryView(type) ||
    DataType.isFixedSizeBinary(type)
  );
}

function safe(value: bigint | number): number | string {
  if (typeof value === "number") return value;
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : String(value);
}

/** ISO 8601, with as many digits as there are. */
function formatInstant(ns: bigint): string {
  const rest = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const date = new Date(Number((ns - rest) / 1_000_000n));
  if (Number.isNaN(date.getTime())) return String(ns);
  const fraction = String(rest).padStart(9, "0").replace(/0+$/, "");
  return date.toISOString().replace(/\.\d+Z$/, fraction === "" ? "Z" : `.${fraction}Z`);
}

/** Not by `Buffer`, which browsers lack. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
