import type { AnyField } from "../field.ts";
import type { Frame } from "../frame.ts";
import { sliceField } from "../slice-frame.ts";
import { type ByteWriter, byteWriter, writeByte, writeText, writtenBytes } from "./byte-writer.ts";
import { type Found, joinBeside } from "./join-beside.ts";
import { type Beside, writeColumn } from "./write-column.ts";
import { rowsPerBlock, writeIntegerList } from "./write-list.ts";
import { writeSchema } from "./write-schema.ts";

/** The part of a frame to write: later chunks and packets of a stream do not repeat the schema. */
export type FrameJsonPart = "all" | "data" | "schema";

/** The bytes of `formatFrameJson`, without the text in between. */
export function encodeFrameJson(frame: Frame, part: FrameJsonPart = "all"): Uint8Array {
  const writer = beginFrame(frame, part);
  if (part !== "schema") {
    writeText(writer, '"data":{"values":[');
    const beside: Beside[] = [];
    frame.fields.forEach((field, index) => {
      if (index > 0) writeByte(writer, comma);
      const found = writeColumn(writer, field);
      // By the index of the field: most have nothing.
      if (found !== undefined) beside[index] = found;
    });
    endData(writer, frame.fields, beside);
  }
  return endFrame(writer);
}

/** {@link encodeFrameJson} in steps of about a millisecond after the first. */
export function* encodeFrameJsonInSteps(
  frame: Frame,
  part: FrameJsonPart = "all",
): Generator<void, Uint8Array, void> {
  const writer = beginFrame(frame, part);
  if (part !== "schema") {
    const { fields } = frame;
    writeText(writer, '"data":{"values":[');
    const beside: Beside[] = [];
    let sinceStep = 0;
    for (let index = 0; index < fields.length; index++) {
      if (index > 0) writeByte(writer, comma);
      const field = fields[index] as AnyField;
      // An error names the row of a json value: such a column is written whole.
      const isLong = field.length > rowsPerStep && field.kind !== "json";
      const found = isLong ? yield* writeInSteps(writer, field) : writeColumn(writer, field);
      if (found !== undefined) beside[index] = found;
      sinceStep += field.length;
      if (sinceStep < rowsPerStep) continue;
      yield;
      sinceStep = 0;
    }
    endData(writer, fields, beside);
  }
  return endFrame(writer);
}

/** A multiple of 8. */
const rowsPerStep = 8192;

/** Writes a column slice by slice, as one list. */
function* writeInSteps(writer: ByteWriter, field: AnyField): Generator<void, Beside | undefined, void> {
  const found: Found[] = [];
  for (let start = 0; start < field.length; start += rowsPerStep) {
    // The bracket that ended the slice before is where the one that begins this is: a comma belongs there.
    if (start > 0) writer.end--;
    const joint = writer.end;
    const beside = writeColumn(writer, sliceField(field, start, Math.min(start + rowsPerStep, field.length)));
    if (start > 0) writer.bytes[joint] = comma;
    if (beside !== undefined) found.push({ start, beside });
    yield;
  }
  return joinBeside(field.length, found);
}

function beginFrame(frame: Frame, part: FrameJsonPart): ByteWriter {
  const schemaBytes = part === "data" ? 16 : 96 * frame.fields.length + 64;
  const dataBytes = part === "schema" ? 0 : expectedBytes(frame) + spareBytes(frame.length);
  const writer = byteWriter(schemaBytes + dataBytes);
  writeText(writer, "{");
  if (part === "data") return writer;
  writeText(writer, '"schema":');
  writeSchema(writer, frame);
  if (part === "all") writeByte(writer, comma);
  return writer;
}

function endFrame(writer: ByteWriter): Uint8Array {
  writeText(writer, "}");
  return writtenBytes(writer);
}

/** @param beside by the index of the field */
function endData(writer: ByteWriter, fields: readonly AnyField[], beside: readonly Beside[]): void {
  writeText(writer, "]");
  if (beside.some(({ entities }) => entities !== undefined)) {
    const entities = fields.map((_, index) => beside[index]?.entities ?? null);
    writeText(writer, `,"entities":${JSON.stringify(entities)}`);
  }
  if (beside.some(({ nanos }) => nanos !== undefined)) {
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

const comma = 44;

/** Usually enough, and not much too large. */
function expectedBytes({ fields }: Frame): number {
  return fields.reduce((sum, field) => sum + 4 + field.length * bytesPerRow(field), 64);
}

/** So that the room for the longest rows, which the last column reserves too, needs no second memory. */
function spareBytes(rows: number): number {
  return 16 * Math.min(rows, rowsPerBlock);
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
