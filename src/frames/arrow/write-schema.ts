import type { AnyField } from "../field.ts";
import { kinds } from "../field-kind.ts";
import type { Frame } from "../frame.ts";
import {
  type FlatWriter,
  putList,
  putTable,
  putText,
  putVtables,
  setInt8,
  tableShape,
} from "./flat-writer.ts";
import { configText, type Entries, frameEntries, labelsText } from "./wire-entries.ts";
import { writtenTypes } from "./write-type.ts";

const schemaTable = tableShape({ endianness: 0, fields: 4, metadata: 4 });
const fieldTable = tableShape({
  name: 4,
  nullable: 1,
  typeId: 1,
  type: 4,
  dictionary: 0,
  children: 4,
  metadata: 4,
});
const entryTable = tableShape({ key: 4, value: 4 });

/**
 * Writes the schema of a frame, with the metadata of the Go SDK, and returns its start.
 *
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels`.
 */
export function putSchema(writer: FlatWriter, place: number, frame: Frame, refId: string): number {
  const schema = putTable(writer, place, schemaTable);
  const fields = putList(writer, schema + schemaTable.at.fields, frame.fields.length, 4);
  frame.fields.forEach((field, i) => {
    putField(writer, fields + 4 * i, field);
  });
  putEntries(writer, schema + schemaTable.at.metadata, frameEntries(frame, refId));
  putVtables(writer);
  return schema;
}

function putField(writer: FlatWriter, place: number, field: AnyField): void {
  const { id, table, write } = writtenTypes[field.kind];
  const start = putTable(writer, place, fieldTable);
  setInt8(writer, start + fieldTable.at.nullable, field.nullable ? 1 : 0);
  setInt8(writer, start + fieldTable.at.typeId, id);
  putText(writer, start + fieldTable.at.name, field.name);
  write(writer, putTable(writer, start + fieldTable.at.type, table));
  // Arrow for C++ requires a list, even an empty one.
  putList(writer, start + fieldTable.at.children, 0, 4);
  putFieldEntries(writer, start + fieldTable.at.metadata, field);
}

function putEntries(writer: FlatWriter, place: number, entries: Entries): void {
  const list = putList(writer, place, entries.length, 4);
  entries.forEach(([key, value], i) => {
    putEntry(writer, list + 4 * i, key, value);
  });
}

function putEntry(writer: FlatWriter, place: number, key: string, value: string): void {
  const start = putTable(writer, place, entryTable);
  putText(writer, start + entryTable.at.key, key);
  putText(writer, start + entryTable.at.value, value);
}

function putFieldEntries(writer: FlatWriter, place: number, { kind, labels, config }: AnyField): void {
  // Before anything is written, for a list is one piece.
  const configJson = configText(config);
  const labelsJson = labelsText(labels);
  const count = 1 + (configJson === undefined ? 0 : 1) + (labelsJson === undefined ? 0 : 1);
  let next = putList(writer, place, count, 4);
  if (configJson !== undefined) {
    putEntry(writer, next, "config", configJson);
    next += 4;
  }
  if (labelsJson !== undefined) {
    putEntry(writer, next, "labels", labelsJson);
    next += 4;
  }
  putEntry(writer, next, "tstype", kinds[kind].frontendType);
}
