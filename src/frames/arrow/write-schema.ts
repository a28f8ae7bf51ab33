import type { AnyField } from "../field.ts";
import { kinds } from "../field-kind.ts";
import type { Frame } from "../frame.ts";
import { goText } from "../json/go-text.ts";
import { formatWire, toWireConfig, toWireLabels, toWireMeta } from "../wire-meta.ts";
import {
  type FlatWriter,
  putList,
  putTable,
  putText,
  putVtables,
  setInt8,
  tableShape,
} from "./flat-writer.ts";
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

type Entries = readonly (readonly [key: string, value: string])[];

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
  putEntries(writer, start + fieldTable.at.metadata, fieldEntries(field));
}

function putEntries(writer: FlatWriter, place: number, entries: Entries): void {
  const list = putList(writer, place, entries.length, 4);
  entries.forEach(([key, value], i) => {
    const start = putTable(writer, list + 4 * i, entryTable);
    putText(writer, start + entryTable.at.key, key);
    putText(writer, start + entryTable.at.value, value);
  });
}

function frameEntries({ name, meta }: Frame, refId: string): Entries {
  const entries = [
    ["name", name],
    ["refId", refId],
  ] as const;
  return meta === undefined ? entries : [["meta", goText(formatWire(() => toWireMeta(meta)))], ...entries];
}

function fieldEntries({ kind, labels, config }: AnyField): Entries {
  const entries: (readonly [string, string])[] = [];
  if (config !== undefined)
    entries.push(["config", goText(formatWire(() => toWireConfig(config), "config"))]);
  if (labels !== undefined)
    entries.push(["labels", goText(formatWire(() => toWireLabels(labels), "labels"))]);
  entries.push(["tstype", kinds[kind].frontendType]);
  return entries;
}
