import type { FieldConfig } from "../../frames/field-config.ts";
import type { FieldKind } from "../../frames/field-kind.ts";

/** A column of a result. */
export interface SqlColumn {
  readonly name: string;
  /** The type as the database names it, such as `TIMESTAMP` or `decimal(10,2)`. Without one it is taken from the values. */
  readonly type?: string | undefined;
  /** Default true, because most drivers do not report it. A frame with a null in the column is nullable anyway. */
  readonly nullable?: boolean | undefined;
  /** Config of the field, such as its unit. */
  readonly config?: FieldConfig | undefined;
}

/**
 * Makes the fields of columns whose values need more than the conversions that are there. The first one that fits a
 * column counts: by its name, or its type.
 */
export interface SqlConverter {
  /** The name of the column. */
  readonly column?: string | undefined;
  /** The type of the column: its text, a pattern, or a function of the text, which is empty for a column without type. */
  readonly type?: string | RegExp | ((type: string) => boolean) | undefined;
  /** The kind of the field. */
  readonly kind: FieldKind;
  /**
   * Makes the field's value from the driver's, which is never null or `undefined`; may return null. Default: the
   * conversions to `kind` that are there.
   */
  readonly convert?: ((value: unknown, column: SqlColumn) => unknown) | undefined;
}

/** The kind of the field for a type of a database, `undefined` for any other type. */
export function kindOfSqlType(type: string, decimals: "number" | "text"): FieldKind | undefined {
  const name = unwrap(type.trim().toLowerCase())
    .replace(/\(.*?\)/g, " ")
    .trim();
  const [first = ""] = name.split(/\s+/);
  // No kind of a frame has so many bits.
  if (/^u?int(?:128|256)$/.test(first)) return "string";
  const isUnsigned = /\bunsigned\b|^uint/.test(name);
  if (
    /^(?:tinyint|smallint|mediumint|int|integer|bigint|u?int\d+|(?:small|big)?serial\d*|rowid)$/.test(first)
  ) {
    return isUnsigned ? "uint64" : "int64";
  }
  if (/^(?:real|double|float\d*)$/.test(first)) return "float64";
  if (/^(?:decimal\d*|dec|numeric|number|money|smallmoney)$/.test(first)) {
    return decimals === "text" ? "string" : "float64";
  }
  if (/^bool(?:ean)?$/.test(first)) return "bool";
  if (/^(?:date|datetime|timestamp)\d*(?:_?(?:tz|ltz|ntz)|offset)?$/.test(first)) return "time";
  if (/^jsonb?$/.test(first)) return "json";
  if (
    /^(?:n?(?:var)?char\d*|n?text|(?:tiny|medium|long)text|character|bpchar|clob|string|uuid|enum|time|timetz|interval|name|citext)$/.test(
      first,
    )
  ) {
    return "string";
  }
  return undefined;
}

/** The type within those of ClickHouse that only wrap one, such as `LowCardinality(Nullable(String))`. */
function unwrap(type: string): string {
  const inner = /^(?:nullable|lowcardinality)\((.*)\)$/.exec(type)?.[1];
  return inner === undefined ? type : unwrap(inner.trim());
}
