import type { FieldConfig, Labels } from "../field-config.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import { type Frame, maxFields } from "../frame.ts";
import { FrameError } from "../frame-error.ts";
import { fromWireConfig, fromWireMeta, toWireConfig, toWireMeta } from "../wire-meta.ts";
import { type Json, listOrNone, object, text, wrong } from "./expect.ts";

/** A frame without its rows; a frame has all that it takes. */
export interface FrameSchema extends Pick<Frame, "name" | "refId" | "meta"> {
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
/** For frames that a frontend wrote, which may lack Go's name of the type. */
const kindByFrontendType = new Map<unknown, FieldKind>([
  ["boolean", "bool"],
  ["enum", "enum"],
  ["number", "float64"],
  ["other", "json"],
  ["string", "string"],
  ["time", "time"],
]);

/** @throws FrameError `json_invalid`; `limit_exceeded` for more fields than any frame has. */
export function readSchema(schema: Json): FrameSchema {
  const { meta } = schema;
  const fields = listOrNone("schema.fields", schema["fields"]);
  // A field takes some hundred times the memory of its few bytes.
  if (fields.length > maxFields) {
    throw new FrameError(
      "limit_exceeded",
      `schema.fields: expected at most ${maxFields} fields, got ${fields.length}`,
    );
  }
  return {
    fields: fields.map(readField),
    name: text("schema.name", schema["name"]),
    refId: text("schema.refId", schema["refId"]),
    meta: isNone(meta) ? undefined : readShape("schema.meta", meta, fromWireMeta, toWireMeta),
  };
}

function readField(value: unknown, index: number): FieldSchema {
  const place = `schema.fields[${index}]`;
  const field = object(place, value);
  const { type, typeInfo, labels, config } = field;
  const info = typeInfo === undefined ? {} : object(`${place}.typeInfo`, typeInfo);
  const goType = text(`${place}.typeInfo.frame`, info["frame"]);
  const isPointer = goType.startsWith("*");
  const kind =
    goType === "" ? kindByFrontendType.get(type) : kindByGoType.get(isPointer ? goType.slice(1) : goType);
  if (kind === undefined)
    throw wrong(`${place}.typeInfo.frame`, "the type of a field", info["frame"] ?? type);
  return {
    config: isNone(config) ? undefined : readShape(`${place}.config`, config, fromWireConfig, toWireConfig),
    name: text(`${place}.name`, field["name"]),
    kind,
    // Without Go's type nobody promised that there are no nulls.
    nullable: goType === "" || isPointer || info["nullable"] === true,
    labels: isNone(labels) ? undefined : readLabels(`${place}.labels`, labels),
  };
}

function readLabels(place: string, value: unknown): Labels {
  const labels = Object.entries(object(place, value)).map(([key, label]) => {
    if (typeof label !== "string") throw wrong(`${place}.${key}`, "a string", label);
    return [key, label] as const;
  });
  return Object.fromEntries(labels);
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

function isNone(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
