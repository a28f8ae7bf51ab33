import {
  Binary,
  Bool,
  type DataType,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  TimestampNanosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from "apache-arrow";
import type { FieldKind } from "../frames/field-kind.ts";

/** The type of apache-arrow in which the Go SDK writes a kind. */
export function typeOfKind(kind: FieldKind): DataType {
  switch (kind) {
    case "int8":
      return new Int8();
    case "int16":
      return new Int16();
    case "int32":
      return new Int32();
    case "int64":
      return new Int64();
    case "uint8":
      return new Uint8();
    case "uint16":
    case "enum":
      return new Uint16();
    case "uint32":
      return new Uint32();
    case "uint64":
      return new Uint64();
    case "float32":
      return new Float32();
    case "float64":
      return new Float64();
    case "string":
      return new Utf8();
    case "bool":
      return new Bool();
    case "time":
      return new TimestampNanosecond();
    case "json":
      return new Binary();
    default:
      return kind satisfies never;
  }
}
