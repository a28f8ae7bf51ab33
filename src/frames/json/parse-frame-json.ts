import { makeBitmap } from "../bitmap.ts";
import type { Column } from "../column.ts";
import { createField, type ValueInput } from "../create-field.ts";
import { maxEpochMs, minEpochMs, writeEpochNs } from "../epoch.ts";
import { type AnyField, fieldFromColumn } from "../field.ts";
import type { FieldConfig, Labels } from "../field-config.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import { createFrame, type Frame } from "../frame.ts";
import { FrameError } from "../frame-error.ts";
import { packTexts } from "../text-column.ts";
import { fromWireConfig, fromWireMeta, toWireConfig, toWireMeta } from "../wire-meta.ts";
import { rawValues } from "./raw-values.ts";

type Json = { readonly [key: string]: unknown };

/** A field without its rows. */
interface FieldSchema {
  readonly name: string;
  readonly kind: FieldKind;
  readonly nullable: boolean;
  readonly labels: Labels | undefined;
  readonly config: FieldConfig | undefined;
}

const kindByGoType = new Map(Object.entries(kinds).map(([kind, { goType }]) => [goType, kind as FieldKind]));
/** For frames that a frontend wrote, which may lack Go's name of the type. */
const kindByFrontendType = new Map<unknown, FieldKind>([
  ["boolean", "bool"],
  ["enum", "enum"],
  ["number", "float64"],
  ["other", "json"],
  ["string", "string"],
  ["time", "time"],
]);

/**
 * Reads a frame from JSON, exact also for 64-bit integers beyond 2^53. Keys may come in any order; of a key that
 * repeats the last counts.
 *
 * @param json the text or its UTF-8 bytes
 * @param schema the frame whose schema belongs to a text with data only
 * @throws FrameError `json_invalid` naming the place, what was expected and what was seen; `unequal_lengths`.
 */
export function parseFrameJson(json: string | Uint8Array, schema?: Frame): Frame {
  try {
    const text = typeof json === "string" ? json : new TextDecoder("utf-8", { ignoreBOM: true }).decode(json);
    return readFrame(text, schema);
  } catch (cause) {
    if (cause instanceof FrameError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new FrameError(
      "json_invalid",
      `the frame: expected JSON, got other text: ${message.slice(0, 200)}`,
      { cause },
    );
  }
}

function readFrame(text: string, given: Frame | undefined): Frame {
  const root = object("the frame", JSON.parse(text));
  const schema = root["schema"] === undefined ? undefined : object("schema", root["schema"]);
  if (schema === undefined && given === undefined) {
    throw wrong("schema", "an object, or a schema from an earlier message", undefined);
  }
  const fields: readonly FieldSchema[] =
    schema === undefined
      ? (given?.fields ?? [])
      : array("schema.fields", schema["fields"] ?? []).map(readField);
  const data = root["data"] === undefined ? {} : object("data", root["data"]);
  const columns = readColumns(text, fields, data);
  return createFrame({
    name: schema === undefined ? given?.name : string("schema.name", schema["name"]),
    refId: schema === undefined ? given?.refId : string("schema.refId", schema["refId"]),
    meta:
      schema === undefined
        ? given?.meta
        : schema["meta"] == null
          ? undefined
          : readShape("schema.meta", schema["meta"], fromWireMeta, toWireMeta),
    fields: columns,
  });
}

function readField(value: unknown, index: number): FieldSchema {
  const place = `schema.fields[${index}]`;
  const field = object(place, value);
  const info = field["typeInfo"] === undefined ? {} : object(`${place}.typeInfo`, field["typeInfo"]);
  const goType = string(`${place}.typeInfo.frame`, info["frame"]);
  const isPointer = goType.startsWith("*");
  const kind =
    goType === ""
      ? kindByFrontendType.get(field["type"])
      : kindByGoType.get(isPointer ? goType.slice(1) : goType);
  if (kind === undefined)
    throw wrong(`${place}.typeInfo.frame`, "the type of a field", info["frame"] ?? field["type"]);
  const config =
    field["config"] == null
      ? undefined
      : readShape(`${place}.config`, field["config"], fromWireConfig, toWireConfig);
  return {
    name: string(`${place}.name`, field["name"]),
    kind,
    // Without Go's type nobody promised that there are no nulls.
    nullable: goType === "" || isPointer || info["nullable"] === true,
    labels: field["labels"] == null ? undefined : readLabels(`${place}.labels`, field["labels"]),
    config,
  };
}

function readLabels(place: string, value: unknown): Labels {
  const labels = object(place, value);
  for (const [key, label] of Object.entries(labels)) {
    if (typeof label !== "string") throw wrong(`${place}.${key}`, "a string", label);
  }
  return labels as Labels;
}

function readColumns(text: string, fields: readonly FieldSchema[], data: Json): AnyField[] {
  const isEmpty = data["values"] === undefined || data["values"] === null;
  const values = isEmpty ? fields.map(() => []) : array("data.values", data["values"]);
  const entities = data["entities"] == null ? [] : array("data.entities", data["entities"]);
  const nanos = data["nanos"] == null ? [] : array("data.nanos", data["nanos"]);
  if (values.length !== fields.length) {
    throw wrong("data.values", `a column for each of the ${fields.length} fields`, values);
  }
  const raw = rawValues(text);
  return fields.map((field, index) => {
    const place = `data.values[${index}]`;
    const column = array(place, values[index]);
    // The text of values is only looked for where JSON.parse has found them.
    const spelled = (): readonly string[] => (column.length === 0 ? [] : raw(index));
    return readColumn(place, field, column, spelled, entities[index], nanos[index]);
  });
}

function readColumn(
  place: string,
  schema: FieldSchema,
  values: readonly unknown[],
  spelled: () => readonly string[],
  entities: unknown,
  nanos: unknown,
): AnyField {
  const { name, kind, ...rest } = schema;
  const make = (input: readonly unknown[], options: { nullable: boolean } = schema): AnyField =>
    createField(name, kind, withoutNulls(input, kind, options.nullable) as readonly ValueInput<FieldKind>[], {
      ...rest,
      ...options,
    }) as AnyField;
  try {
    switch (kind) {
      case "int64":
      case "uint64": {
        const isExact = values.every((value) => value === null || Number.isSafeInteger(value));
        return make(isExact ? values : exactIntegers(values, spelled()));
      }
      case "float32":
      case "float64":
        checkFloats(kind, values);
        return withSdkNaN(make(withEntities("data.entities", values, entities)), entities);
      case "time":
        return readTimes(schema, values, nanos);
      case "json":
        return readJsonColumn(schema, spelled());
      default:
        return make(values);
    }
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const message =
      cause instanceof FrameError ? cause.message : `expected values of kind ${kind}: ${cause.message}`;
    throw new FrameError("json_invalid", `${place}: ${message}`, { cause });
  }
}

/** A null in a field that is not nullable reads as Go reads it: the zero of its kind. */
function withoutNulls(values: readonly unknown[], kind: FieldKind, nullable: boolean): readonly unknown[] {
  if (nullable || !values.includes(null)) return values;
  const zero = kind === "string" ? "" : kind === "bool" ? false : 0;
  return values.map((value) => value ?? zero);
}

/** JSON.parse makes infinities of numbers that are too large, and the frame is not to have values that nobody sent. */
function checkFloats(kind: "float32" | "float64", values: readonly unknown[]): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (typeof value !== "number" || Number.isFinite(kind === "float32" ? Math.fround(value) : value))
      continue;
    throw wrong(`row ${row}`, `a number that a ${kind} can hold`, value);
  }
}

function withEntities(place: string, values: readonly unknown[], entities: unknown): readonly unknown[] {
  if (entities === null || entities === undefined) return values;
  const restored = [...values];
  const rows = object(place, entities);
  for (const [key, value] of [
    ["NaN", Number.NaN],
    ["Inf", Number.POSITIVE_INFINITY],
    ["NegInf", Number.NEGATIVE_INFINITY],
  ] as const) {
    for (const row of rows[key] == null ? [] : array(`${place}.${key}`, rows[key])) {
      if (typeof row !== "number" || !(row in restored))
        throw wrong(`${place}.${key}`, `rows from 0 to ${values.length - 1}`, row);
      restored[row] = value;
    }
  }
  return restored;
}

/** The SDK's not-a-number has a payload, which JavaScript's lacks. */
function withSdkNaN(field: AnyField, entities: unknown): AnyField {
  if (field.kind !== "float64" || entities === null || entities === undefined) return field;
  const bits = new BigUint64Array(field.column.data.buffer);
  field.column.data.forEach((value, row) => {
    if (Number.isNaN(value)) bits[row] = 0x7ff8000000000001n;
  });
  return field;
}

function readTimes(schema: FieldSchema, values: readonly unknown[], nanos: unknown): AnyField {
  const rests = nanos === null || nanos === undefined ? [] : array("data.nanos", nanos);
  const data = new BigInt64Array(values.length);
  const halves = new Int32Array(data.buffer);
  const validity = values.includes(null) ? new Uint8Array((values.length + 7) >> 3).fill(255) : undefined;
  for (let row = 0; row < values.length; row++) {
    const ms = values[row];
    const nano = rests[row] ?? 0;
    if (ms === null && validity !== undefined) {
      if (schema.nullable) validity[row >> 3] = (validity[row >> 3] as number) & ~(1 << (row & 7));
      continue;
    }
    if (typeof ms !== "number" || !Number.isSafeInteger(ms))
      throw wrong(`row ${row}`, "whole milliseconds since 1970", ms);
    if (typeof nano !== "number" || !Number.isInteger(nano) || Math.abs(nano) > 999_999) {
      throw wrong(`data.nanos, row ${row}`, "a whole number from 0 to 999999", nano);
    }
    // Before 1970 one of the SDK's writers rounds up and leaves a negative rest.
    const whole = ms - (nano < 0 ? 1 : 0);
    const rest = nano < 0 ? nano + 1_000_000 : nano;
    if (whole > minEpochMs && whole < maxEpochMs) writeEpochNs(halves, row, whole, rest);
    // Go's zero time (year 1) and others out of reach wrap around, as they do in Arrow files that Go writes.
    else data[row] = BigInt.asIntN(64, BigInt(whole) * 1_000_000n + BigInt(rest));
  }
  const column: Column<"time"> = {
    length: values.length,
    data,
    validity: schema.nullable ? validity : undefined,
  };
  return fieldFromColumn(schema.name, "time", values.length, column, schema);
}

/** Integers that a double cannot hold, by their digits; some writers put them into quotes. */
function exactIntegers(values: readonly unknown[], spelled: readonly string[]): readonly unknown[] {
  return values.map((value, row) => {
    if (value === null || Number.isSafeInteger(value)) return value;
    const digits = typeof value === "string" ? value : (spelled[row] as string);
    if (!/^-?\d{1,20}$/.test(digits)) throw wrong(`row ${row}`, "a whole number", value);
    return BigInt(digits);
  });
}

/** JSON's own null is a value in a field that has no nulls. */
function readJsonColumn(schema: FieldSchema, spelled: readonly string[]): AnyField {
  const texts = spelled.map((text) => (schema.nullable && text === "null" ? null : text));
  const length = texts.length;
  const validity = texts.includes(null) ? makeBitmap(length, (row) => texts[row] !== null) : undefined;
  return fieldFromColumn(schema.name, "json", length, { length, ...packTexts(texts), validity }, schema);
}

/**
 * What stands in place of a list or an object shows when it is used as one, and so does what is nested too deeply. Rules of
 * the encoder's are not the decoder's: a host may show what it could not send.
 */
function readShape<T>(
  place: string,
  wire: unknown,
  read: (wire: { [key: string]: unknown }) => T,
  write: (value: T) => unknown,
): T {
  const members = { ...object(place, wire) };
  let value: T | undefined;
  try {
    value = read(members);
    write(value);
    return value;
  } catch (cause) {
    if (cause instanceof FrameError && value !== undefined) return value;
    throw new FrameError("json_invalid", `${place}: expected lists and objects where the wire has them`, {
      cause,
    });
  }
}

function object(place: string, value: unknown): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong(place, "an object", value);
  return value as Json;
}

function array(place: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(place, "a list", value);
  return value;
}

function string(place: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw wrong(place, "a string", value);
  return value;
}

function wrong(place: string, expected: string, value: unknown): FrameError {
  return new FrameError("json_invalid", `${place}: expected ${expected}, got ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
