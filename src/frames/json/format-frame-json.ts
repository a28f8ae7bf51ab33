import { hasBit } from "../bitmap.ts";
import type { Column } from "../column.ts";
import { splitEpochNs } from "../epoch.ts";
import type { AnyField, Field } from "../field.ts";
import { kinds } from "../field-kind.ts";
import type { Frame } from "../frame.ts";
import { FrameError } from "../frame-error.ts";
import { unpackTexts } from "../text-column.ts";
import { formatWire, toWireConfig, toWireLabels, toWireMeta } from "../wire-meta.ts";
import { formatIntegers } from "./format-integers.ts";
import { float32Digits, goExponents, goName, goText } from "./go-text.ts";

/** Which part of a frame: later chunks and packets of a stream repeat no schema. */
export type FrameJsonPart = "all" | "data" | "schema";

/** What JSON cannot hold in a column: not-a-number and infinities by row, and nanoseconds below a millisecond. */
interface Beside {
  readonly entities?: { NaN?: number[]; Inf?: number[]; NegInf?: number[] };
  readonly nanos?: Int32Array;
}

/**
 * Writes a frame as JSON, in the order of keys that the Go SDK's reader needs and in its spelling. 64-bit integers
 * are bare digits; times are milliseconds, with the rest under `nanos`; NaN and infinities are null, with their
 * rows under `entities`.
 *
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels`; `invalid_value` for a json value that is
 *   no JSON.
 */
export function formatFrameJson(frame: Frame, part: FrameJsonPart = "all"): string {
  const schema = part === "data" ? [] : [`"schema":${formatSchema(frame)}`];
  const data = part === "schema" ? [] : [`"data":${formatData(frame)}`];
  return `{${[...schema, ...data].join(",")}}`;
}

function formatSchema(frame: Frame): string {
  const members: string[] = [];
  if (frame.name !== "") members.push(`"name":${name(frame.name)}`);
  if (frame.refId !== "") members.push(`"refId":${name(frame.refId)}`);
  const { meta } = frame;
  if (meta !== undefined) members.push(`"meta":${goText(formatWire(() => toWireMeta(meta)))}`);
  members.push(`"fields":[${frame.fields.map(formatField).join(",")}]`);
  return `{${members.join(",")}}`;
}

function formatField(field: AnyField): string {
  const { goType, frontendType } = kinds[field.kind];
  const members: string[] = [];
  if (field.name !== "") members.push(`"name":${name(field.name)}`);
  members.push(`"type":"${frontendType}"`);
  members.push(`"typeInfo":{"frame":"${goType}"${field.nullable ? ',"nullable":true' : ""}}`);
  const { labels, config } = field;
  if (labels !== undefined) members.push(`"labels":${goName(formatWire(() => toWireLabels(labels)))}`);
  if (config !== undefined) members.push(`"config":${goText(formatWire(() => toWireConfig(config)))}`);
  return `{${members.join(",")}}`;
}

function name(text: string): string {
  return goName(JSON.stringify(text));
}

function formatData(frame: Frame): string {
  const columns = frame.fields.map(formatColumn);
  const members = [`"values":[${columns.map(({ values }) => values).join(",")}]`];
  if (columns.some(({ entities }) => entities !== undefined)) {
    members.push(`"entities":${JSON.stringify(columns.map(({ entities }) => entities ?? null))}`);
  }
  if (columns.some(({ nanos }) => nanos !== undefined)) {
    members.push(
      `"nanos":[${columns.map(({ nanos }) => (nanos === undefined ? "null" : `${formatIntegers(nanos)}`)).join(",")}]`,
    );
  }
  return `{${members.join(",")}}`;
}

function formatColumn(field: AnyField): { readonly values: string } & Beside {
  switch (field.kind) {
    case "time":
      return formatTimes(field.column);
    case "float32":
    case "float64":
      return formatFloats(field);
    case "string":
      return { values: goText(JSON.stringify(field.values)) };
    case "bool":
      return { values: JSON.stringify(field.values) };
    case "json":
      return { values: list(jsonTexts(field)) };
    case "int64":
    case "uint64":
      return { values: list(withNulls(field.column)) };
    default:
      return { values: formatIntegers(field.column.data, field.column.validity) };
  }
}

function list(items: { join(separator: string): string }): string {
  return `[${items.join(",")}]`;
}

/** The digits as they are, or with the word null where there is no value. */
function withNulls({ data, length, validity }: Column): { join(separator: string): string } {
  if (validity === undefined) return data;
  return Array.from({ length }, (_, i) => (hasBit(validity, i) ? String(data[i]) : "null"));
}

function formatTimes(column: Column<"time">): { readonly values: string } & Beside {
  const { ms, nanos } = splitEpochNs(column.data);
  const { length, validity } = column;
  if (validity !== undefined) for (let i = 0; i < length; i++) if (!hasBit(validity, i)) nanos[i] = 0;
  const values = formatIntegers(ms, validity);
  return { values, ...(nanos.some((value) => value !== 0) ? { nanos } : {}) };
}

function formatFloats({
  kind,
  column,
}: Field<"float32"> | Field<"float64">): { readonly values: string } & Beside {
  const { data, length, validity } = column;
  const entities: { NaN?: number[]; Inf?: number[]; NegInf?: number[] } = {};
  const numbers = new Array<number | null>(length);
  let isOdd = kind === "float32";
  let hasEntities = false;
  for (let i = 0; i < length; i++) {
    const value = data[i] as number;
    const isNull = validity !== undefined && !hasBit(validity, i);
    numbers[i] = isNull || !Number.isFinite(value) ? null : value;
    if (isNull) continue;
    if (!Number.isFinite(value)) {
      const key = Number.isNaN(value) ? "NaN" : value > 0 ? "Inf" : "NegInf";
      entities[key] ??= [];
      entities[key].push(i);
      hasEntities = true;
    } else if (value === 0 && Object.is(value, -0)) isOdd = true;
  }
  const digits = kind === "float32" ? float32Digits : String;
  const text = isOdd
    ? list(numbers.map((value) => (value === null ? "null" : Object.is(value, -0) ? "-0" : digits(value))))
    : JSON.stringify(numbers);
  return { values: goExponents(text), ...(hasEntities ? { entities: sorted(entities) } : {}) };
}

/** In the SDK's order of keys. */
function sorted({ NaN: nan, Inf, NegInf }: NonNullable<Beside["entities"]>): NonNullable<Beside["entities"]> {
  return { ...(nan && { NaN: nan }), ...(Inf && { Inf }), ...(NegInf && { NegInf }) };
}

function jsonTexts(field: Field<"json">): string[] {
  const { data, length, offsets, validity } = field.column;
  const texts = unpackTexts({ data, offsets: (offsets ?? new Int32Array(1)).subarray(0, length + 1) });
  return texts.map((text, row) => {
    if (validity !== undefined && !hasBit(validity, row)) return "null";
    // The SDK writes null for a text that is empty.
    if (text === "") return "null";
    try {
      JSON.parse(text);
      return hasHugeNumber(text) ? "null" : text;
    } catch (cause) {
      const seen = JSON.stringify(text.slice(0, 60));
      throw new FrameError("invalid_value", `field "${field.name}", row ${row}: expected JSON, got ${seen}`, {
        cause,
      });
    }
  });
}

/** A number that a double cannot hold would make a Go host refuse the frame; the SDK writes null for such a value. */
function hasHugeNumber(json: string): boolean {
  if (!/[eE]\+?\d{3}|\d{309}/.test(json)) return false;
  let isHuge = false;
  JSON.parse(json, (_key, value: unknown) => {
    isHuge ||= typeof value === "number" && !Number.isFinite(value);
    return value;
  });
  return isHuge;
}
