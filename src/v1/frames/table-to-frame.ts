import { type RowValue, RowValue_Kind, type Table } from "../../../gen/es/v1/models/datasource_pb.js";
import { makeBitmap } from "../../frames/bitmap.ts";
import type { Column } from "../../frames/columns/column.ts";
import { packTexts } from "../../frames/columns/text-column.ts";
import { createField, type ValueInput } from "../../frames/create-field.ts";
import { createFrame } from "../../frames/create-frame.ts";
import type { AnyField } from "../../frames/field.ts";
import type { FieldKind } from "../../frames/field-kind.ts";
import type { Frame } from "../../frames/frame.ts";
import { FrameError } from "../../frames/frame-error.ts";
import { toBase64 } from "./base64.ts";

type PlainKind = Exclude<FieldKind, "json">;

/** The value of a v1 cell, null for none. Bytes are base64, as v1 hosts pass them to a panel. */
type CellValue = bigint | boolean | number | string | null;

/**
 * Makes a frame of a v1 table: one nullable field for each column. Its kind is the one in `kinds` for the column's
 * name, else the common kind of all cells: int64, float64 (when there are doubles too), bool, or string.
 * A short row is filled with null.
 *
 * @param kinds for kinds that the cells do not show, such as `time` for milliseconds and `json` for texts
 * @throws FrameError `v1_unsupported` for a cell of unknown kind, `unequal_lengths` for a row with more cells than
 *   there are columns, `invalid_value` for a cell that does not fit its field's kind.
 */
export function tableToFrame(
  { columns, rows }: Table,
  kinds: Readonly<Record<string, FieldKind>> = {},
  refId = "",
): Frame {
  for (const [row, { values }] of rows.entries()) {
    if (values.length > columns.length) {
      throw new FrameError(
        "unequal_lengths",
        `row ${row} of the table has ${values.length} cells, expected at most one for each of ${columns.length} columns`,
      );
    }
  }
  const fields = columns.map(({ name }, column) => {
    const cells = rows.map(({ values }, row) => readCell(values[column], name, row));
    const kind = Object.hasOwn(kinds, name) ? (kinds[name] as FieldKind) : guessKind(cells);
    if (kind === "json")
      return createField(name, kind, jsonColumn(cells, name), { nullable: true }) as AnyField;
    const values = cells.map((cell, row) => toInput(kind, cell, name, row));
    return createField(name, kind, values, { nullable: true }) as AnyField;
  });
  return createFrame({ refId, fields });
}

function readCell(cell: RowValue | undefined, name: string, row: number): CellValue {
  switch (cell?.kind) {
    case undefined:
    case RowValue_Kind.TYPE_NULL:
      return null;
    case RowValue_Kind.TYPE_DOUBLE:
      return cell.doubleValue;
    case RowValue_Kind.TYPE_INT64:
      return cell.int64Value;
    case RowValue_Kind.TYPE_BOOL:
      return cell.boolValue;
    case RowValue_Kind.TYPE_STRING:
      return cell.stringValue;
    case RowValue_Kind.TYPE_BYTES:
      return toBase64(cell.bytesValue);
    default:
      throw new FrameError(
        "v1_unsupported",
        `column "${name}", row ${row}: expected a cell of kind 0 to 5, got ${cell?.kind}: the plugin sends a kind that v1 does not have`,
      );
  }
}

function guessKind(cells: readonly CellValue[]): FieldKind {
  const types = new Set(cells.filter((cell) => cell !== null).map((cell) => typeof cell));
  const [first, second] = types;
  if (types.size === 1) {
    if (first === "bigint") return "int64";
    if (first === "number") return "float64";
    if (first === "boolean") return "bool";
  }
  const isNumbers = types.size === 2 && typeofIsNumber(first) && typeofIsNumber(second);
  return isNumbers ? "float64" : "string";
}

function typeofIsNumber(type: string | undefined): boolean {
  return type === "bigint" || type === "number";
}

function toInput(kind: PlainKind, cell: CellValue, name: string, row: number): ValueInput<PlainKind> {
  if (kind === "string") return cell === null ? null : String(cell);
  if (typeof cell !== "bigint" || kind === "int64" || kind === "uint64") return cell;
  if (kind === "time") return cell * 1_000_000n;
  const number = Number(cell);
  if (BigInt(number) === cell) return number;
  throw new FrameError(
    "invalid_value",
    `column "${name}", row ${row}: ${cell} is not exact as ${kind}: ask for "int64" or "string" in kinds`,
  );
}

/** The texts as they are: parsed and written again they would lose digits. */
function jsonColumn(cells: readonly CellValue[], name: string): Column<"json"> {
  const texts = cells.map((cell, row) =>
    typeof cell === "string" ? checkJson(cell, name, row) : String(cell),
  );
  const validity = makeBitmap(cells.length, (row) => cells[row] !== null);
  return { length: cells.length, ...packTexts(texts), validity };
}

function checkJson(text: string, name: string, row: number): string {
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    const seen = JSON.stringify(text.slice(0, 60));
    throw new FrameError("invalid_value", `column "${name}", row ${row}: expected JSON, got ${seen}`, {
      cause,
    });
  }
}
