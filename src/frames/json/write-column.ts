import { hasBit } from "../bitmap.ts";
import type { Column } from "../columns/column.ts";
import { splitEpochNs } from "../epoch.ts";
import type { AnyField, Field } from "../field.ts";
import { type ByteWriter, writeText } from "./byte-writer.ts";
import { float32Digits, goExponents } from "./go-text.ts";
import { jsonTexts } from "./json-texts.ts";
import { maxDoubleBytes, writeDouble } from "./write-double.ts";
import { writeInteger, writeNull } from "./write-integer.ts";
import { writeIntegerList, writeList } from "./write-list.ts";
import { writeStrings } from "./write-strings.ts";

const comma = 44;

/** Values of a column that JSON cannot represent: the rows of NaN and infinities, and nanoseconds below a millisecond. */
export interface Beside {
  readonly entities?: Entities | undefined;
  readonly nanos?: Int32Array | undefined;
}

/** Rows by what they hold, in the SDK's order of keys; `undefined` for none. */
export interface Entities {
  readonly NaN: number[] | undefined;
  readonly Inf: number[] | undefined;
  readonly NegInf: number[] | undefined;
}

/**
 * Writes the rows of a field as a JSON list.
 *
 * @returns `undefined` for a column that needs no entities
 * @throws FrameError `invalid_value` for a json value that is not JSON.
 */
export function writeColumn(writer: ByteWriter, field: AnyField): Beside | undefined {
  switch (field.kind) {
    case "time":
      return writeTimes(writer, field.column);
    case "float32":
    case "float64":
      return writeFloats(writer, field);
    case "string":
      writeStrings(writer, field);
      return undefined;
    case "bool":
      writeBools(writer, field.column);
      return undefined;
    case "json":
      writeText(writer, `[${jsonTexts(field).join(",")}]`);
      return undefined;
    case "int64":
    case "uint64":
      writeBigInts(writer, field.column);
      return undefined;
    default:
      writeIntegerList(writer, field.column.data, field.column.validity);
      return undefined;
  }
}

function writeTimes(writer: ByteWriter, { data, length, validity }: Column<"time">): Beside | undefined {
  const { ms, nanos } = splitEpochNs(data);
  writeIntegerList(writer, ms, validity);
  if (validity !== undefined) for (let i = 0; i < length; i++) if (!hasBit(validity, i)) nanos[i] = 0;
  return nanos.some((value) => value !== 0) ? { nanos } : undefined;
}

function writeFloats(writer: ByteWriter, field: Field<"float32"> | Field<"float64">): Beside | undefined {
  const { data, length, validity } = field.column;
  const isShort = field.kind === "float32";
  let entities: { NaN: number[]; Inf: number[]; NegInf: number[] } | undefined;
  writeList(writer, length, maxDoubleBytes, (bytes, start, firstRow, endRow) => {
    let end = start;
    for (let row = firstRow; row < endRow; row++) {
      const value = data[row] as number;
      if (validity !== undefined && !hasBit(validity, row)) end = writeNull(bytes, end);
      else if (Number.isFinite(value)) {
        const next = isShort ? -1 : writeDouble(bytes, end, value);
        end = next === -1 ? writeAscii(bytes, end, spell(value, isShort)) : next;
      } else {
        end = writeNull(bytes, end);
        entities ??= { NaN: [], Inf: [], NegInf: [] };
        entities[Number.isNaN(value) ? "NaN" : value > 0 ? "Inf" : "NegInf"].push(row);
      }
      bytes[end++] = comma;
    }
    return end;
  });
  if (entities === undefined) return undefined;
  const { NaN: nan, Inf, NegInf } = entities;
  return { entities: { NaN: orNone(nan), Inf: orNone(Inf), NegInf: orNone(NegInf) } };
}

function orNone(rows: number[]): number[] | undefined {
  return rows.length === 0 ? undefined : rows;
}

function spell(value: number, isShort: boolean): string {
  if (Object.is(value, -0)) return "-0";
  return goExponents(isShort ? float32Digits(value) : String(value));
}

function writeBigInts(
  writer: ByteWriter,
  { data, length, validity }: Column<"int64"> | Column<"uint64">,
): void {
  writeList(writer, length, 20, (bytes, start, firstRow, endRow) => {
    let end = start;
    for (let row = firstRow; row < endRow; row++) {
      if (validity !== undefined && !hasBit(validity, row)) end = writeNull(bytes, end);
      else end = writeDigits(bytes, end, data[row] as bigint);
      bytes[end++] = comma;
    }
    return end;
  });
}

function writeDigits(bytes: Uint8Array, start: number, value: bigint): number {
  const near = Number(value);
  return near > -1e15 && near < 1e15
    ? writeInteger(bytes, start, near)
    : writeAscii(bytes, start, String(value));
}

function writeAscii(bytes: Uint8Array, start: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[start + i] = text.charCodeAt(i);
  return start + text.length;
}

function writeBools(writer: ByteWriter, { data, length, validity }: Column<"bool">): void {
  writeList(writer, length, 5, (bytes, start, firstRow, endRow) => {
    let end = start;
    for (let row = firstRow; row < endRow; row++) {
      if (validity !== undefined && !hasBit(validity, row)) end = writeNull(bytes, end);
      else {
        const word = hasBit(data, row) ? trueWord : falseWord;
        for (let i = 0; i < word.length; i++) bytes[end++] = word[i] as number;
      }
      bytes[end++] = comma;
    }
    return end;
  });
}

const trueWord: readonly number[] = [116, 114, 117, 101];
const falseWord: readonly number[] = [102, 97, 108, 115, 101];
