/**
 * What becomes of the types that frames do not have, by a name for each. `false` refuses the type: a column of it is an
 * error. Default: the first one named.
 */
export interface Conversions {
  /** Timestamps in other units than nanoseconds, or with a time zone, which is dropped: the instant stays. */
  readonly timestamp?: "time" | false | undefined;
  /** Texts with offsets of 64 bits, and views. */
  readonly text?: "string" | false | undefined;
  /**
   * Values by number: the values, as if there were no dictionary; or, for texts, a field of kind `enum`, with the texts in
   * its config.
   */
  readonly dictionary?: "values" | "enum" | false | undefined;
  /** Floats of 16 bits. */
  readonly half?: "float32" | false | undefined;
  /** `float64` may round: then the conversion is not exact. `string` has every digit. */
  readonly decimal?: "float64" | "string" | false | undefined;
  /** Days: midnight UTC, or `2026-01-02`. */
  readonly date?: "time" | "string" | false | undefined;
  /** Times of day: `12:34:56.789`, or nanoseconds since midnight as int64. */
  readonly time?: "string" | "int64" | false | undefined;
  /** int64 in the unit of the column, which becomes `config.unit`. */
  readonly duration?: "int64" | false | undefined;
  /** Calendar intervals as ISO 8601: `P1M2DT3S`. */
  readonly interval?: "string" | false | undefined;
  /** Bytes, unless the column says that they are JSON (`tstype` is `other`), as frames do. */
  readonly binary?: "base64" | "hex" | "utf8" | "json" | false | undefined;
  /** A JSON object a row; or a column for each child, with dotted names. */
  readonly struct?: "json" | "flatten" | false | undefined;
  /** Lists of any layout. */
  readonly list?: "json" | false | undefined;
  /** An object if the keys are texts or integers, otherwise a list of pairs. */
  readonly map?: "json" | false | undefined;
  readonly union?: "json" | false | undefined;
  /** A column without values becomes a nullable string field. */
  readonly null?: "string" | false | undefined;
}

export type ConversionName = keyof Conversions;

/** The defaults. */
export const defaultConversions: { readonly [N in ConversionName]-?: Exclude<Conversions[N], undefined> } = {
  timestamp: "time",
  text: "string",
  dictionary: "values",
  half: "float32",
  decimal: "float64",
  date: "time",
  time: "string",
  duration: "int64",
  interval: "string",
  binary: "base64",
  struct: "json",
  list: "json",
  map: "json",
  union: "json",
  null: "string",
};
