import type { Column } from "./columns/column.ts";
import type { FieldConfig, Labels } from "./field-config.ts";
import type { FieldKind, ValueOf } from "./field-kind.ts";

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
