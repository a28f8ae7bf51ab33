import { type FieldKind, kinds } from "../field-kind.ts";
import { arrowTypes } from "./arrow-format.ts";
import { readInt16, readInt32, readUint8 } from "./flat-table.ts";
import { type ArrowField, unsupported } from "./read-file.ts";

/** How the rows of an Arrow field lie in its buffers, and the kind that they are of. */
export interface ArrowLayout {
  readonly kind: FieldKind;
  readonly shape: "fixed" | "text" | "view";
  /** For times: nanoseconds in one unit. */
  readonly nsPerUnit?: bigint;
}

/** By Arrow's number of the unit. */
const nsPerUnits = [1_000_000_000n, 1_000_000n, 1000n, 1n];

/** @throws FrameError `arrow_unsupported` for a type that frames do not have. */
export function layoutOf({ name, typeId, type, metadata }: ArrowField): ArrowLayout {
  const typeName = arrowTypes[typeId] ?? `type ${typeId}`;
  switch (typeName) {
    case "Int": {
      const bits = type === undefined ? 0 : readInt32(type, 0);
      const kind = `${type !== undefined && readUint8(type, 1) !== 0 ? "int" : "uint"}${bits}`;
      if (kind === "uint16" && metadata.get("tstype") === "enum") return { kind: "enum", shape: "fixed" };
      if (kind in kinds) return { kind: kind as FieldKind, shape: "fixed" };
      throw unsupported(`field "${name}" of ${kind}`, "integers of 8, 16, 32 or 64 bits");
    }
    case "FloatingPoint": {
      const precision = type === undefined ? 0 : readInt16(type, 0);
      if (precision === 1) return { kind: "float32", shape: "fixed" };
      if (precision === 2) return { kind: "float64", shape: "fixed" };
      throw unsupported(`field "${name}" of 16-bit floats`, "float32 or float64");
    }
    case "Bool":
      return { kind: "bool", shape: "fixed" };
    case "Timestamp": {
      const unit = type === undefined ? 0 : readInt16(type, 0);
      const nsPerUnit = nsPerUnits[unit];
      if (nsPerUnit !== undefined) return { kind: "time", shape: "fixed", nsPerUnit };
      throw unsupported(`field "${name}" of time unit ${unit}`, "seconds, milli-, micro- or nanoseconds");
    }
    case "Utf8":
      return { kind: "string", shape: "text" };
    case "Utf8View":
      return { kind: "string", shape: "view" };
    case "Binary":
      return { kind: "json", shape: "text" };
    default:
      throw unsupported(
        `field "${name}" of Arrow type ${typeName}`,
        "one of the types of data frames (no Dictionary, no LargeUtf8)",
      );
  }
}
