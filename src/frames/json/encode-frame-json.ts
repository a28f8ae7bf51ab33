import type { AnyField } from "../field.ts";
import type { Frame } from "../frame.ts";
import { type ByteWriter, byteWriter, writeByte, writeText, writtenBytes } from "./byte-writer.ts";
import { type Beside, writeColumn } from "./write-column.ts";
import { writeIntegerList } from "./write-list.ts";
import { writeSchema } from "./write-schema.ts";

/** Which part of a frame: later chunks and packets of a stream repeat no schema. */
export type FrameJsonPart = "all" | "data" | "schema";

/** The bytes of `formatFrameJson`, without the text in between. */
export function encodeFrameJson(frame: Frame, part: FrameJsonPart = "all"): Uint8Array {
  const fields = frame.fields.length;
  const writer = byteWriter(
    (part === "data" ? 16 : 96 * fields) + (part === "schema" ? 64 : expectedBytes(frame)),
  );
  if (part === "data") writeText(writer, "{");
  else {
    writeText(writer, '{"schema":');
    writeSchema(writer, frame);
    if (part === "all") writeByte(writer, comma);
  }
  if (part !== "schema") writeData(writer, frame);
  writeText(writer, "}");
  return writtenBytes(writer);
}

const comma = 44;

function writeData(writer: ByteWriter, { fields }: Frame): void {
  writeText(writer, '"data":{"values":[');
  // By the index of the field: most frames have none.
  const beside: Beside[] = [];
  let hasEntities = false;
  let hasNanos = false;
  for (let index = 0; index < fields.length; index++) {
    if (index > 0) writeByte(writer, comma);
    const found = writeColumn(writer, fields[index] as AnyField);
    if (found === undefined) continue;
    beside[index] = found;
    hasEntities ||= found.entities !== undefined;
    hasNanos ||= found.nanos !== undefined;
  }
  writeText(writer, "]");
  if (hasEntities) {
    const entities = fields.map((_, index) => beside[index]?.entities ?? null);
    writeText(writer, `,"entities":${JSON.stringify(entities)}`);
  }
  if (hasNanos) {
    writeText(writer, ',"nanos":[');
    for (let index = 0; index < fields.length; index++) {
      if (index > 0) writeByte(writer, comma);
      const nanos = beside[index]?.nanos;
      if (nanos === undefined) writeText(writer, "null");
      else writeIntegerList(writer, nanos);
    }
    writeText(writer, "]");
  }
  writeText(writer, "}");
}

/** As a rule enough, and not much more. */
function expectedBytes({ fields }: Frame): number {
  return fields.reduce((sum, field) => sum + 4 + field.length * bytesPerRow(field), 64);
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
