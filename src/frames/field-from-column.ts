import { hasBit } from "./bitmap.ts";
import type { Column } from "./columns/column.ts";
import { unpackTexts } from "./columns/text-column.ts";
import { floorEpochMs } from "./epoch.ts";
import type { Field, FieldOptions } from "./field.ts";
import type { FieldConfig, Labels } from "./field-config.ts";
import type { FieldKind, ValueOf } from "./field-kind.ts";
import { FrameError } from "./frame-error.ts";
import { inspectSymbol, showField } from "./inspect-frame.ts";

type Values<K extends FieldKind> = readonly (ValueOf<K> | null)[];

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
  knownValues?: Values<K>,
): Field<K> {
  return new StoredField(name, kind, length, column, options, knownValues);
}

/**
 * A field without a closure of its own, because a frame may have a hundred thousand. Its members are own and enumerable
 * properties, so that `{ ...field, name: "other" }` is a field too.
 */
class StoredField<K extends FieldKind> implements Field<K> {
  declare readonly name: string;
  declare readonly kind: K;
  declare readonly nullable: boolean;
  declare readonly labels: Labels | undefined;
  declare readonly config: FieldConfig | undefined;
  declare readonly length: number;
  declare readonly column: Column<K>;
  declare readonly values: Values<K>;
  declare readonly get: (row: number) => ValueOf<K> | null;
  declare readonly epochMs: () => Float64Array;
  #column: Column<K> | (() => Column<K>);
  #values: Values<K> | undefined;

  constructor(
    name: string,
    kind: K,
    length: number,
    column: Column<K> | (() => Column<K>),
    { nullable, labels, config }: FieldOptions & { readonly nullable: boolean },
    values: Values<K> | undefined,
  ) {
    this.#column = column;
    this.#values = values;
    this.name = name;
    this.kind = kind;
    this.nullable = nullable;
    this.labels = labels;
    this.config = config;
    this.length = length;
    if (typeof column === "function") Object.defineProperty(this, "column", StoredField.lateColumn);
    else this.column = column;
    Object.defineProperty(this, "values", StoredField.lateValues);
    this.get = getValue;
    this.epochMs = readEpochMs;
  }

  // One getter for all fields: with one of its own, each field would have a hidden class of its own too.
  static readonly lateColumn: PropertyDescriptor = {
    get(this: StoredField<FieldKind>) {
      return this.#readColumn();
    },
    enumerable: true,
    configurable: true,
  };

  static readonly lateValues: PropertyDescriptor = {
    get(this: StoredField<FieldKind>) {
      return this.#readValues();
    },
    enumerable: true,
    configurable: true,
  };

  #readColumn(): Column<K> {
    if (typeof this.#column === "function") this.#column = this.#column();
    return this.#column;
  }

  #readValues(): Values<K> {
    this.#values ??= valuesOf(this.kind, this.column);
    return this.#values;
  }

  /** The values, if they are made already. A copy of a field has them as a property. */
  static valuesOf<K extends FieldKind>(field: Field<K>): Values<K> | undefined {
    const maybe: object = field;
    return #values in maybe ? (maybe.#values as Values<K> | undefined) : field.values;
  }

  static isStored(value: object): boolean {
    return #values in value;
  }

  [inspectSymbol](): string {
    return showField(this);
  }
}

/** Whether a value is a field that was made here, whose parts have been checked. */
export function isMadeField(value: object): boolean {
  return StoredField.isStored(value);
}

/** The values of a field if they are made already: unlike its column they keep lone surrogates. */
export function knownValues<K extends FieldKind>(field: Field<K>): Values<K> | undefined {
  return StoredField.valuesOf(field);
}

function getValue<K extends FieldKind>(this: Field<K>, row: number): ValueOf<K> | null {
  const { name, kind, length } = this;
  if (!Number.isInteger(row) || row < 0 || row >= length) {
    throw new FrameError("row_out_of_range", `field "${name}" has rows 0 to ${length - 1}, asked for ${row}`);
  }
  const values = StoredField.valuesOf(this);
  return values === undefined ? valueAt(kind, this.column, row) : (values[row] as ValueOf<K> | null);
}

function readEpochMs(this: Field): Float64Array {
  const { name, kind, length } = this;
  if (kind !== "time") {
    throw new FrameError(
      "invalid_value",
      `epochMs() is for fields of kind time, "${name}" is of kind ${kind}`,
    );
  }
  const { data, validity } = this.column as Column<"time">;
  const ms = floorEpochMs(data);
  if (validity !== undefined) {
    for (let i = 0; i < length; i++) if (!hasBit(validity, i)) ms[i] = Number.NaN;
  }
  return ms;
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
