import { hasBit } from "../../src/frames/bitmap.ts";
import type { Column } from "../../src/frames/columns/column.ts";
import type { AnyField } from "../../src/frames/field.ts";
import type { Frame } from "../../src/frames/frame.ts";
import { formatLabels, formatWire, toWireConfig, toWireMeta } from "../../src/frames/meta/wire-meta.ts";

/** A frame in words that Go and TypeScript can compare: every value exact, as test/golden/frames/README.md says. */
export interface Description {
  readonly name: string;
  readonly refId: string;
  readonly meta: unknown;
  readonly fields: readonly FieldDescription[];
}

interface FieldDescription {
  readonly name: string;
  readonly kind: string;
  readonly nullable: boolean;
  readonly labels: unknown;
  readonly config: unknown;
  readonly values: readonly (string | null)[];
}

export function describeFrame(frame: Frame): Description {
  return {
    name: frame.name,
    refId: frame.refId,
    meta: frame.meta === undefined ? null : plain(toWireMeta, frame.meta),
    fields: frame.fields.map((field) => ({
      name: field.name,
      kind: field.kind,
      nullable: field.nullable,
      labels: field.labels === undefined ? null : (JSON.parse(formatLabels(field.labels)) as unknown),
      config: field.config === undefined ? null : plain(toWireConfig, field.config),
      values: describeValues(field),
    })),
  };
}

function plain<T>(toWire: (value: T) => unknown, value: T): unknown {
  return JSON.parse(formatWire(() => toWire(value))) as unknown;
}

/** Reads the columns, not the values: that is where every bit is. */
function describeValues({ kind, column, length }: AnyField): (string | null)[] {
  const { data, validity } = column as Column;
  return Array.from({ length }, (_, row) => {
    if (validity !== undefined && !hasBit(validity, row)) return null;
    switch (kind) {
      case "bool":
        return String(hasBit(data as Uint8Array, row));
      case "string":
      case "json":
        return textAt(column as Column<"string">, row);
      case "float32":
      case "float64":
        return bitsAt(data as Float64Array, row);
      default:
        return String(data[row]);
    }
  });
}

function textAt({ data, offsets }: Column<"string">, row: number): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    data.subarray(offsets?.[row], offsets?.[row + 1]),
  );
}

/** The bytes of the element itself: reading a NaN as a number may change its payload. */
function bitsAt(data: Float32Array | Float64Array, row: number): string {
  const size = data.BYTES_PER_ELEMENT;
  return Buffer.from(new Uint8Array(data.buffer, data.byteOffset + row * size, size))
    .reverse()
    .toString("hex");
}
