import { type FieldKind, kinds } from "../field-kind.ts";
import { arrowTypes } from "./arrow-format.ts";
import { type FlatTable, readInt16, readInt32, readUint8 } from "./flat-table.ts";
import { typeAdvice } from "./type-advice.ts";
import { unsupported } from "./unsupported.ts";

/** The layout of an Arrow field's rows in its buffers, and their kind. */
export interface ArrowLayout {
  readonly kind: FieldKind;
  /** `largeText` has offsets of 64 bits. */
  readonly shape: "fixed" | "text" | "largeText" | "view";
  /** For times: nanoseconds in one unit. */
  readonly nsPerUnit?: bigint;
}

/** By Arrow's number of the unit. */
const nsPerUnits = [1_000_000_000n, 1_000_000n, 1000n, 1n];

/**
 * The layout of a field.
 *
 * @param typeId Arrow's number of the type
 * @throws FrameError `arrow_unsupported` for a type that frames do not have.
 */
export function layoutOf(
  name: string,
  typeId: number,
  type: FlatTable | undefined,
  metadata: ReadonlyMap<string, string>,
): ArrowLayout {
  const typeName = arrowTypes[typeId];
  const refused = (seen: string, advice: string, expected = "a type of data frames") =>
    unsupported(`field "${name}"`, expected, seen, advice);
  switch (typeName) {
    case "Int": {
      const bits = type === undefined ? 0 : readInt32(type, 0);
      const kind = `${type !== undefined && readUint8(type, 1) !== 0 ? "int" : "uint"}${bits}`;
      if (kind === "uint16" && metadata.get("tstype") === "enum") return { kind: "enum", shape: "fixed" };
      if (kind in kinds) return { kind: kind as FieldKind, shape: "fixed" };
      throw refused(kind, "cast to int64", "integers of 8, 16, 32 or 64 bits");
    }
    case "FloatingPoint": {
      const precision = type === undefined ? 0 : readInt16(type, 0);
      if (precision === 1) return { kind: "float32", shape: "fixed" };
      if (precision === 2) return { kind: "float64", shape: "fixed" };
      throw refused("16-bit floats", "cast to float32", "float32 or float64");
    }
    case "Bool":
      return { kind: "bool", shape: "fixed" };
    case "Timestamp": {
      const unit = type === undefined ? 0 : readInt16(type, 0);
      const nsPerUnit = nsPerUnits[unit];
      if (nsPerUnit !== undefined) return { kind: "time", shape: "fixed", nsPerUnit };
      throw refused(
        `time unit ${unit}`,
        "cast to timestamp of nanoseconds",
        "seconds, milli-, micro- or nanoseconds",
      );
    }
    case "Utf8":
      return { kind: "string", shape: "text" };
    case "LargeUtf8":
      return { kind: "string", shape: "largeText" };
    case "Utf8View":
      return { kind: "string", shape: "view" };
    case "Binary":
      return { kind: "json", shape: "text" };
    default: {
      const advice = typeName === undefined ? undefined : typeAdvice[typeName];
      const seen = typeName === undefined ? `Arrow type ${typeId}` : `Arrow type ${typeName}`;
      throw refused(seen, advice ?? "cast to one of them");
    }
  }
}
