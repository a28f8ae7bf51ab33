import { Data, Field, makeData, RecordBatch, Schema, Struct, Table } from "apache-arrow";
import { fieldEntries, frameEntries } from "../frames/arrow/wire-entries.ts";
import { countUnset } from "../frames/bitmap.ts";
import { checkFrame } from "../frames/check-frame.ts";
import type { AnyField } from "../frames/field.ts";
import type { Frame } from "../frames/frame.ts";
import { typeOfKind } from "./type-of-kind.ts";

/**
 * Converts a frame to a Table of apache-arrow, for Arquero, Observable, DuckDB and what else takes one. The columns are
 * views of the frame's, in the types in which the Go SDK writes them; name, refId, meta, labels and config are metadata of
 * the schema as in its files, so that `arrowTableToFrame` gives the same frame again, and `tableToIPC(table, "file")` a file
 * that hosts read.
 *
 * Names of columns may repeat as those of fields: such columns are found by their position (`table.getChildAt(i)`), and
 * lost by functions that go by name.
 *
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels` for metadata that no host reads.
 */
export function frameToArrowTable(frame: Frame): Table {
  checkFrame("frameToArrowTable", frame);
  const fields = frame.fields.map(
    (field) => new Field(field.name, typeOfKind(field.kind), field.nullable, new Map(fieldEntries(field))),
  );
  const schema = new Schema(fields, new Map(frameEntries(frame, frame.refId)));
  const children = frame.fields.map((field, i) => dataOf(field, fields[i] as Field));
  const data = makeData({ type: new Struct(fields), length: frame.length, nullCount: 0, children });
  const batch = new RecordBatch(schema, data);
  // The constructor merges fields of one name, and gives the first one the type of the last.
  Object.assign(batch, { schema, data });
  return new Table(schema, [batch]);
}

function dataOf({ column, nullable, length }: AnyField, { type }: Field): Data {
  const { data, offsets, validity } = column;
  // In a field that is not nullable these bits have no meaning.
  const nullBitmap = nullable ? validity : undefined;
  const nullCount = nullBitmap === undefined ? 0 : countUnset(nullBitmap, length);
  // By position, as makeData does: its types cannot be met by a type that is known at run time only.
  return new Data(type, 0, length, nullCount, [
    offsets,
    data,
    nullCount === 0 ? undefined : nullBitmap,
  ] as never);
}
