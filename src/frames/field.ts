import { hasBit } from "./bitmap.ts";
import type { Column } from "./column.ts";
import { floorEpochMs } from "./epoch.ts";
import type { FieldConfig, Labels } from "./field-config.ts";
import type { FieldKind, ValueOf } from "./field-kind.ts";
import { FrameError } from "./frame-error.ts";
import { showField } from "./inspect-frame.ts";
import { unpackTexts } from "./text-column.ts";

/** A column of a frame: a name, a kind, and one value per row. */
export interface Field<K extends FieldKind = FieldKind> {
  /** Names may repeat and be empty: labels distinguish such fields. */
  readonly name: string;
  readonly kind: K;
  /** Whether rows may be null, which is part of the type on the wire. */
  readonly nullable: boolean;
  readonly labels: Labels | undefined;
  readonly config: FieldConfig | undefined;
  /** Number of rows. */
  readonly length: number;
  /** The values as typed arrays: the fast way to read. */
  readonly column: Column<K>;
  /** All values, made at the first use and kept. */
  readonly values: readonly (ValueOf<K> | null)[];
  /** @throws FrameError `row_out_of_range` for a row that the field does not have. */
  get(row: number): ValueOf<K> | null;
  /**
   * The times of a field of kind `time` in milliseconds since 1970, rounded down and exact; NaN for null.
   *
   * @throws FrameError `invalid_value` for another kind.
   */
  epochMs(): Float64Array;
}

/** A field of any kind, to be narrowed by `kind`. */
export type AnyField = { [K in FieldKind]: Field<K> }[FieldKind];

/** Options of a field in addition to its name, kind and values. */
export interface FieldOptions {
  readonly labels?: Labels | undefined;
  readonly config?: FieldConfig | undefined;
  /** Default: whether a value is null. */
  readonly nullable?: boolean | undefined;
}

/**
 * Makes a field that reads a column.
 *
 * @param column the storage, or a function that makes it at its first use
 * @param knownValues the values, if they are already known
 */
export function fieldFromColumn<K extends FieldKind>(
  name: string,
  kind: K,
  length: number,
  column: Column<K> | (() => Column<K>),
  options: FieldOptions & { readonly nullable: boolean },
  knownValues?: readonly (ValueOf<K> | null)[],
): Field<K> {
  let stored = typeof column === "function" ? undefined : column;
  let values = knownValues;
  const read = (): Column<K> => {
    stored ??= (column as () => Column<K>)();
    return stored;
  };
  const readAll = (): readonly (ValueOf<K> | null)[] => {
    values ??= valuesOf(kind, read());
    return values;
  };
  const field: Field<K> = {
    name,
    kind,
    nullable: options.nullable,
    labels: options.labels,
    config: options.config,
    length,
    get column() {
      return read();
    },
    get values() {
      return readAll();
    },
    get(row) {
      if (!Number.isInteger(row) || row < 0 || row >= length) {
        throw new FrameError(
          "row_out_of_range",
          `field "${name}" has rows 0 to ${length - 1}, asked for ${row}`,
        );
      }
      return values === undefined ? valueAt(kind, read(), row) : (values[row] as ValueOf<K> | null);
    },
    epochMs() {
      if (kind !== "time") {
        throw new FrameError(
          "invalid_value",
          `epochMs() is for fields of kind time, "${name}" is of kind ${kind}`,
        );
      }
      const { data, validity } = read() as Column<"time">;
      const ms = floorEpochMs(data);
      if (validity !== undefined) {
        for (let i = 0; i < length; i++) if (!hasBit(validity, i)) ms[i] = Number.NaN;
      }
      return ms;
    },
  };
  return showField(field);
}

function valueAt<K extends FieldKind>(kind: K, column: Column<K>, row: number): ValueOf<K> | null {
  const { data, offsets, validity } = column as Column;
  if (validity !== undefined && !hasBit(validity, row)) return null;
  if (kind === "bool") return hasBit(data as Uint8Array, row) as ValueOf<K>;
  if (offsets === undefined) return data[row] as ValueOf<K>;
  const [text] = unpackTexts({ data: data as Uint8Array, offsets: offsets.subarray(row, row + 2) });
  return (kind === "json" ? parseJson(text as string) : text) as ValueOf<K>;
}

function valuesOf<K extends FieldKind>(kind: K, column: Column<K>): (ValueOf<K> | null)[] {
  const { data, length, offsets, validity } = column as Column;
  const values = (
    offsets === undefined
      ? plainValues(kind, data, length)
      : textValues(kind, data as Uint8Array, offsets, validity)
  ) as (ValueOf<K> | null)[];
  if (validity !== undefined) {
    for (let i = 0; i < length; i++) if (!hasBit(validity, i)) values[i] = null;
  }
  return values;
}

function plainValues(kind: FieldKind, data: Column["data"], length: number): unknown[] {
  if (kind === "bool") return Array.from({ length }, (_, i) => hasBit(data as Uint8Array, i));
  return Array.from(data as ArrayLike<unknown>);
}

function textValues(
  kind: FieldKind,
  data: Uint8Array,
  offsets: Int32Array,
  validity: Uint8Array | undefined,
): unknown[] {
  const texts = unpackTexts({ data, offsets });
  if (kind === "string") return texts;
  return texts.map((text, i) => (validity === undefined || hasBit(validity, i) ? parseJson(text) : null));
}

/** Bytes that are not JSON stay a text, because they come from the plugin. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
