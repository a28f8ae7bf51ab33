import type { AnyField } from "../field.ts";
import type { Frame } from "../frame.ts";
import { type ByteWriter, byteWriter, writeText, writtenBytes } from "./byte-writer.ts";
import { formatSchema } from "./format-schema.ts";
import { type Beside, writeColumn } from "./write-column.ts";
import { writeIntegerList } from "./write-list.ts";

/** The part of a frame to write: later chunks and packets of a stream do not repeat the schema. */
export type FrameJsonPart = "all" | "data" | "schema";

/** The bytes of `formatFrameJson`, without the text in between. */
export function encodeFrameJson(frame: Frame, part: FrameJsonPart = "all"): Uint8Array {
  const schema = part === "data" ? "" : `"schema":${formatSchema(frame)}`;
  const writer = byteWriter(3 * schema.length + (part === "schema" ? 64 : expectedBytes(frame)));
  writeText(writer, `{${schema}`);
  if (part === "all") writeText(writer, ",");
  if (part !== "schema") writeData(writer, frame);
  writeText(writer, "}");
  return writtenBytes(writer);
}

function writeData(writer: ByteWriter, { fields }: Frame): void {
  writeText(writer, '"data":{"values":[');
  const beside = fields.map((field, index) => {
    if (index > 0) writeText(writer, ",");
    return writeColumn(writer, field);
  });
  writeText(writer, "]");
  if (beside.some(({ entities }) => entities !== undefined)) {
    writeText(writer, `,"entities":${JSON.stringify(beside.map(({ entities }) => entities ?? null))}`);
  }
  if (beside.some(({ nanos }) => nanos !== undefined)) writeNanos(writer, beside);
  writeText(writer, "}");
}

function writeNanos(writer: ByteWriter, beside: readonly Beside[]): void {
  writeText(writer, ',"nanos":[');
  beside.forEach(({ nanos }, index) => {
    if (index > 0) writeText(writer, ",");
    if (nanos === undefined) writeText(writer, "null");
    else writeIntegerList(writer, nanos);
  });
  writeText(writer, "]");
}

/** Usually enough, and not much too large. */
function expectedBytes({ fields }: Frame): number {
  return fields.reduce((sum, field) => sum + 64 + field.length * bytesPerRow(field), 64);
}

function bytesPerRow({ kind, column, length }: AnyField): number {
  switch (kind) {
    case "string":
    case "json":
      return Math.ceil((column.data.length / Math.max(length, 1)) * 1.05) + 3;
    case "time":
      return 15;
    case "float32":
    case "float64":
      return 18;
    default:
      return 8;
  }
}
