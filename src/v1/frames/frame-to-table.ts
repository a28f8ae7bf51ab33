import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  RowValue_Kind,
  type RowValueSchema,
  type Table,
  TableSchema,
} from "../../../gen/es/v1/models/datasource_pb.js";
import { unpackTexts } from "../../frames/columns/text-column.ts";
import type { AnyField, Field } from "../../frames/field.ts";
import type { Frame } from "../../frames/frame.ts";
import { FrameError } from "../../frames/frame-error.ts";
import { displayName } from "./display-name.ts";

type Cell = MessageInitShape<typeof RowValueSchema>;

const nullCell: Cell = { kind: RowValue_Kind.TYPE_NULL };

/**
 * Makes a v1 table of a frame: one column for each field, named as hosts name it. Times become whole milliseconds since
 * 1970, JSON its text, an enum its text (or its number, if its config has none), NaN null. Everything else of a column
 * is lost: v1 has only its name.
 *
 * @throws FrameError `v1_unsupported` for infinities, which v1 hosts cannot write as JSON, and for unsigned integers
 *   of 2^63 and more.
 */
export function frameToTable(frame: Frame): Table {
  const cellsOf = frame.fields.map(readCells);
  return create(TableSchema, {
    columns: frame.fields.map((field) => ({ name: displayName(field) })),
    rows: Array.from({ length: frame.length }, (_, row) => ({ values: cellsOf.map((cells) => cells(row)) })),
  });
}

/** A function that returns the cell of each row. */
function readCells(field: AnyField): (row: number) => Cell {
  const { values } = field;
  const toCell = cellWriter(field);
  return (row) => (values[row] === null ? nullCell : toCell(row));
}

function cellWriter(field: AnyField): (row: number) => Cell {
  switch (field.kind) {
    case "time": {
      const ms = field.epochMs();
      return (row) => ({ kind: RowValue_Kind.TYPE_INT64, int64Value: BigInt(ms[row] as number) });
    }
    case "bool":
      return (row) => ({ kind: RowValue_Kind.TYPE_BOOL, boolValue: field.values[row] === true });
    case "string":
      return (row) => text(field.values[row] ?? "");
    case "json": {
      const texts = jsonTexts(field);
      return (row) => text(texts[row] ?? "");
    }
    case "enum": {
      const names = field.config?.type?.enum?.text;
      return (row) => {
        const index = field.column.data[row] as number;
        const name = names?.[index];
        return name === undefined ? integer(field, row, index) : text(name);
      };
    }
    case "float32":
    case "float64":
      return (row) => double(field, row, field.column.data[row] as number);
    default:
      return (row) => integer(field, row, field.column.data[row] as bigint | number);
  }
}

function text(stringValue: string): Cell {
  return { kind: RowValue_Kind.TYPE_STRING, stringValue };
}

function double({ name }: AnyField, row: number, value: number): Cell {
  if (Number.isNaN(value)) return nullCell;
  if (Number.isFinite(value)) return { kind: RowValue_Kind.TYPE_DOUBLE, doubleValue: value };
  throw new FrameError(
    "v1_unsupported",
    `field "${name}", row ${row}: v1 hosts cannot write ${value} as JSON: send null or a number in its place`,
  );
}

function integer({ name, kind }: AnyField, row: number, value: bigint | number): Cell {
  const int64Value = BigInt(value);
  if (BigInt.asIntN(64, int64Value) === int64Value) return { kind: RowValue_Kind.TYPE_INT64, int64Value };
  throw new FrameError(
    "v1_unsupported",
    `field "${name}" of kind ${kind}, row ${row}: a v1 cell holds integers below 2^63, got ${value}: ` +
      "send the field as float64 or string",
  );
}

/** The texts unchanged: parsing and writing them would lose digits. */
function jsonTexts({ column: { data, offsets, length } }: Field<"json">): string[] {
  return unpackTexts({ data, offsets: (offsets ?? new Int32Array(1)).subarray(0, length + 1) });
}
