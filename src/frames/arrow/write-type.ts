import type { FieldKind } from "../field-kind.ts";
import { type ArrowType, arrowTypes } from "./arrow-format.ts";
import { type FlatWriter, setInt8, setInt16, setInt32, type TableShape, tableShape } from "./flat-writer.ts";

/** Writes the type of a kind. */
interface WrittenType {
  readonly id: number;
  readonly table: TableShape;
  /** Fills the table. */
  readonly write: (writer: FlatWriter, table: number) => void;
}

const intTable = tableShape({ bitWidth: 4, isSigned: 1 });
const floatTable = tableShape({ precision: 2 });
const timestampTable = tableShape({ unit: 2 });
const emptyTable = tableShape({});

function type(name: ArrowType, table: TableShape, write: WrittenType["write"] = () => {}): WrittenType {
  return { id: arrowTypes.indexOf(name), table, write };
}

function int(bits: number, isSigned: boolean): WrittenType {
  return type("Int", intTable, (writer, table) => {
    setInt32(writer, table + intTable.at.bitWidth, bits);
    setInt8(writer, table + intTable.at.isSigned, isSigned ? 1 : 0);
  });
}

/** @param precision single is 1, double is 2 */
function float(precision: 1 | 2): WrittenType {
  return type("FloatingPoint", floatTable, (writer, table) => {
    setInt16(writer, table + floatTable.at.precision, precision);
  });
}

const nanoseconds = 3;

/** The Go SDK's type of each kind. */
export const writtenTypes: { readonly [K in FieldKind]: WrittenType } = {
  int8: int(8, true),
  int16: int(16, true),
  int32: int(32, true),
  int64: int(64, true),
  uint8: int(8, false),
  uint16: int(16, false),
  uint32: int(32, false),
  uint64: int(64, false),
  float32: float(1),
  float64: float(2),
  string: type("Utf8", emptyTable),
  bool: type("Bool", emptyTable),
  time: type("Timestamp", timestampTable, (writer, table) => {
    setInt16(writer, table + timestampTable.at.unit, nanoseconds);
  }),
  json: type("Binary", emptyTable),
  enum: int(16, false),
};
