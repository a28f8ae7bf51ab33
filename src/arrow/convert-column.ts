import { type Data, DataType, type Vector } from "apache-arrow";
import type { FieldConfig } from "../frames/field-config.ts";
import type { FieldKind } from "../frames/field-kind.ts";
import type { ConversionName, Conversions } from "./conversions.ts";
import { nsPerUnit, readHalf, readUnscaled, sliceBytes } from "./raw-values.ts";
import { isBytes, isText, jsonReader, type ReadValue, toBase64 } from "./read-values.ts";
import { formatDate, formatDecimal, formatInterval, formatTimeOfDay } from "./value-texts.ts";

/** How the columns of a type become fields. */
export interface Converter {
  readonly name: ConversionName;
  /** What the caller, or the default, has chosen for it. */
  readonly choice: string;
  readonly kind: FieldKind;
  readonly config?: FieldConfig;
  /** Values that `createField` takes. */
  readonly read: ReadValue;
  /** Whether the value of a row is the whole value. Default: each is. */
  readonly isExact?: (data: Data, row: number) => boolean;
}

/** A choice for each conversion. */
export type Choices = { readonly [N in ConversionName]-?: Exclude<Conversions[N], undefined> };

/** A type that cannot be converted: the conversion that was refused, or `undefined` for a type that is not known. */
export interface Refusal {
  readonly refused: ConversionName | undefined;
}

/** Finds the converter of a type that is not stored as a kind is. */
export function converterOf(type: DataType, choices: Choices): Converter | Refusal {
  const name = conversionOf(type);
  const choice = name === undefined ? false : choices[name];
  if (name === undefined || choice === false) return { refused: name };
  const made = makeConverter(type, name, choice, choices);
  return made === undefined ? { refused: undefined } : "refused" in made ? made : { name, choice, ...made };
}

function conversionOf(type: DataType): ConversionName | undefined {
  if (DataType.isTimestamp(type)) return "timestamp";
  if (isText(type)) return "text";
  if (DataType.isDictionary(type)) return "dictionary";
  if (DataType.isFloat(type)) return "half";
  if (DataType.isDecimal(type)) return "decimal";
  if (DataType.isDate(type)) return "date";
  if (DataType.isTime(type)) return "time";
  if (DataType.isDuration(type)) return "duration";
  if (DataType.isInterval(type)) return "interval";
  if (isBytes(type)) return "binary";
  if (DataType.isStruct(type)) return "struct";
  if (DataType.isMap(type)) return "map";
  if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type)) return "list";
  if (DataType.isUnion(type)) return "union";
  return DataType.isNull(type) ? "null" : undefined;
}

type Made = Pick<Converter, "kind" | "config" | "read" | "isExact">;

function makeConverter(
  type: DataType,
  name: ConversionName,
  choice: string,
  choices: Choices,
): Made | Refusal | undefined {
  if (DataType.isTimestamp(type)) {
    const factor = nsPerUnit(type.unit);
    return { kind: "time", read: ({ values }, row) => (values[row] as bigint) * factor };
  }
  if (name === "text") return { kind: "string", read: readText };
  if (DataType.isDictionary(type)) return dictionaryConverter(type, choice, choices);
  if (name === "half") return { kind: "float32", read: ({ values }, row) => readHalf(values[row] as number) };
  if (DataType.isDecimal(type)) return decimalConverter(type, choice);
  if (DataType.isDate(type)) {
    const { unit } = type;
    return choice === "string"
      ? { kind: "string", read: ({ values }, row) => formatDate(unit, values[row]) }
      : {
          kind: "time",
          read: ({ values }, row) => BigInt(values[row]) * (unit === 0 ? nsPerDay : 1_000_000n),
        };
  }
  if (DataType.isTime(type)) {
    const { unit } = type;
    return choice === "string"
      ? { kind: "string", read: ({ values }, row) => formatTimeOfDay(unit, BigInt(values[row])) }
      : {
          kind: "int64",
          config: { unit: "ns" },
          read: ({ values }, row) => BigInt(values[row]) * nsPerUnit(unit),
        };
  }
  if (DataType.isDuration(type)) {
    const unit = ["s", "ms", "µs", "ns"][type.unit] as string;
    return { kind: "int64", config: { unit }, read: ({ values }, row) => values[row] };
  }
  if (DataType.isInterval(type)) {
    return {
      kind: "string",
      read: ({ values }, row) => formatInterval(type.unit, values as Int32Array, row),
    };
  }
  if (name === "binary") return bytesConverter(choice);
  if (name === "null") return { kind: "string", read: () => null };
  const read = jsonReader(type);
  return read && { kind: "json", read };
}

const nsPerDay = 86_400_000_000_000n;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function readText(data: Data, row: number): string {
  return decoder.decode(sliceBytes(data, row));
}

function decimalConverter({ bitWidth, scale }: { bitWidth: number; scale: number }, choice: string): Made {
  const text: ReadValue = ({ values }, row) => formatDecimal(values as Uint32Array, row, bitWidth, scale);
  if (choice === "string") return { kind: "string", read: text };
  return {
    kind: "float64",
    read: (data, row) => Number(text(data, row)),
    isExact: ({ values }, row) => {
      const digits = String(readUnscaled(values as Uint32Array, row, bitWidth)).replace(/^-|0+$/g, "");
      return digits.length <= exactDigits;
    },
  };
}

/** So many digits a double keeps, whatever its exponent. */
const exactDigits = 15;

function bytesConverter(choice: string): Made {
  switch (choice) {
    case "utf8":
      return {
        kind: "string",
        read: readText,
        isExact: (data, row) => !readText(data, row).includes("\ufffd"),
      };
    case "hex":
      return {
        kind: "string",
        read: (data, row) =>
          Array.from(sliceBytes(data, row), (byte) => byte.toString(16).padStart(2, "0")).join(""),
      };
    case "json":
      return { kind: "json", read: (data, row) => parseJson(readText(data, row)) };
    default:
      return { kind: "string", read: (data, row) => toBase64(sliceBytes(data, row)) };
  }
}

/** As decodeFrame reads it: bytes that are not JSON stay a text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Most values of a dictionary that a field of kind `enum` can number. */
const maxEnumValues = 65_536;

function dictionaryConverter(
  type: { readonly dictionary: DataType },
  choice: string,
  choices: Choices,
): Made | Refusal | undefined {
  const plain = plainReader(type.dictionary);
  const inner = plain ?? converterOf(type.dictionary, choices);
  if ("refused" in inner) return inner;
  if (choice === "enum") {
    return inner.kind === "string"
      ? { kind: "enum", read: ({ values }, row) => Number(values[row]) }
      : undefined;
  }
  // Each batch may have a dictionary of its own; the last one read is usually the next one too.
  let known: { readonly dictionary: Vector; readonly values: readonly unknown[] } | undefined;
  return {
    kind: inner.kind,
    ...(inner.config === undefined ? {} : { config: inner.config }),
    read: ({ dictionary, values }, row) => {
      if (dictionary === undefined) return null;
      if (known?.dictionary !== dictionary) known = { dictionary, values: readAll(dictionary, inner.read) };
      return known.values[Number(values[row])] ?? null;
    },
  };
}

/** The texts of a dictionary, for the config of a field of kind `enum`; `undefined` if a field cannot number them. */
export function enumTexts(dictionary: Vector): string[] | undefined {
  if (dictionary.length > maxEnumValues) return undefined;
  return readAll(dictionary, readText).map((text) => (text ?? "") as string);
}

function readAll(vector: Vector, read: ReadValue): unknown[] {
  return vector.data.flatMap((part) =>
    Array.from({ length: part.length }, (_, row) => (part.getValid(row) ? read(part, row) : null)),
  );
}

/** A reader of values of a dictionary that are stored as a kind. */
function plainReader(type: DataType): Made | undefined {
  if (isText(type)) return { kind: "string", read: readText };
  if (DataType.isBool(type)) {
    return {
      kind: "bool",
      read: ({ values, offset }, row) => ((values[(offset + row) >> 3] >> ((offset + row) & 7)) & 1) === 1,
    };
  }
  const read: ReadValue = ({ values }, row) => values[row];
  if (DataType.isInt(type))
    return { kind: `${type.isSigned ? "" : "u"}int${type.bitWidth}` as FieldKind, read };
  if (DataType.isFloat(type) && type.precision !== 0) {
    return { kind: type.precision === 1 ? "float32" : "float64", read };
  }
  return undefined;
}
