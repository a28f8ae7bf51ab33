import type { FieldConfig, Labels } from "../field-config.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import { type Frame, maxFields } from "../frame.ts";
import { FrameError } from "../frame-error.ts";
import { fromWireConfig, fromWireMeta } from "../meta/wire-meta.ts";
import { flag, readShape, type Shape, struct, text } from "../meta/wire-shape.ts";
import { configShape, labelsShape, metaShape } from "../meta/wire-shapes.ts";
import { type Json, listOrNone, object, textOrNone, wrong } from "./expect.ts";

/** A frame without its rows; a whole frame also qualifies. */
interface FrameSchema extends Pick<Frame, "name" | "refId" | "meta"> {
  readonly fields: readonly FieldSchema[];
}

/** A field without its rows. */
export interface FieldSchema {
  readonly name: string;
  readonly kind: FieldKind;
  readonly nullable: boolean;
  readonly labels: Labels | undefined;
  readonly config: FieldConfig | undefined;
}

const kindByGoType = new Map(Object.entries(kinds).map(([kind, { goType }]) => [goType, kind as FieldKind]));
/** For frames written by a frontend, which may lack Go's name of the type. */
const kindByFrontendType = new Map<unknown, FieldKind>([
  ["boolean", "bool"],
  ["enum", "enum"],
  ["number", "float64"],
  ["other", "json"],
  ["string", "string"],
  ["time", "time"],
]);

const typeInfoShape = struct({ frame: text, nullable: flag });

/** @throws FrameError `json_invalid`; `limit_exceeded` for more fields than any frame has. */
export function readSchema(schema: Json): FrameSchema {
  const meta = readOptional("schema.meta", metaShape, schema["meta"]);
  const fields = listOrNone("schema.fields", schema["fields"]);
  // A field takes about a hundred times the memory of its few bytes.
  if (fields.length > maxFields) {
    throw new FrameError(
      "limit_exceeded",
      `schema.fields: expected at most ${maxFields} fields, got ${fields.length}`,
    );
  }
  return {
    fields: fields.map(readField),
    name: textOrNone("schema.name", schema["name"]),
    refId: textOrNone("schema.refId", schema["refId"]),
    meta: meta && fromWireMeta(meta),
  };
}

function readField(value: unknown, index: number): FieldSchema {
  const place = `schema.fields[${index}]`;
  const field = object(place, value);
  const { type } = field;
  const info = readTypeInfo(place, field["typeInfo"]);
  const config = readOptional(`${place}.config`, configShape, field["config"]);
  const goType = (info.frame ?? "") as string;
  const isPointer = goType.startsWith("*");
  const kind =
    goType === "" ? kindByFrontendType.get(type) : kindByGoType.get(isPointer ? goType.slice(1) : goType);
  if (kind === undefined) throw wrong(`${place}.typeInfo.frame`, "the type of a field", info.frame ?? type);
  return {
    config: config && fromWireConfig(config),
    name: textOrNone(`${place}.name`, field["name"]),
    kind,
    // Without Go's type the field may have nulls.
    nullable: goType === "" || isPointer || info.nullable === true,
    labels: readOptional(`${place}.labels`, labelsShape, field["labels"]) as Labels | undefined,
  };
}

interface TypeInfo {
  readonly frame?: unknown;
  readonly nullable?: unknown;
}

/** Of a value that looks as it should nothing is copied. */
function readTypeInfo(place: string, value: unknown): TypeInfo {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const { frame, nullable }: TypeInfo = value;
    const isFlag = nullable === undefined || typeof nullable === "boolean";
    if (typeof frame === "string" && isFlag) return value;
  }
  return readOptional(`${place}.typeInfo`, typeInfoShape, value) ?? {};
}

/** `undefined` for a value that is absent or null. */
function readOptional(place: string, shape: Shape, value: unknown): { [key: string]: unknown } | undefined {
  if (value === null || value === undefined) return undefined;
  return readShape("json_invalid", place, shape, value) as { [key: string]: unknown };
}
