/** Names and values that distinguish series with the same field name. */
export type Labels = Readonly<Record<string, string>>;

/** A link that the frontend shows with a value. */
export interface DataLink {
  readonly title?: string;
  readonly url?: string;
  readonly targetBlank?: boolean;
  /** A link to a query of a datasource. */
  readonly internal?: Readonly<Record<string, unknown>>;
}

/** The text to show instead of a value. */
export interface ValueMappingResult {
  readonly text?: string;
  readonly color?: string;
  readonly icon?: string;
  readonly index?: number;
}

/**
 * In the frontend's spelling. A mapping of type `regex` exists only in the frontend: the Go SDK and hosts refuse it,
 * and so does encoding.
 */
export type ValueMapping =
  | { readonly type: "value"; readonly options: Readonly<Record<string, ValueMappingResult>> }
  | {
      readonly type: "range";
      readonly options: {
        readonly from: number | null;
        readonly to: number | null;
        readonly result: ValueMappingResult;
      };
    }
  | {
      readonly type: "special";
      readonly options: { readonly match: SpecialValueMatch; readonly result: ValueMappingResult };
    };

export type SpecialValueMatch = "true" | "false" | "null" | "nan" | "null+nan" | "empty";

export interface Threshold {
  /** From this value on; `-Infinity` for the first step. */
  readonly value: number;
  readonly color?: string;
  readonly state?: string;
}

export interface ThresholdsConfig {
  readonly mode: "absolute" | "percentage";
  readonly steps: readonly Threshold[];
}

/** The texts (and looks) of a field of kind `enum`, by value. */
export interface EnumFieldConfig {
  readonly text: readonly string[];
  readonly color?: readonly string[];
  readonly icon?: readonly string[];
  readonly description?: readonly string[];
}

/** How the frontend shows a field. All members are optional, and hosts drop unknown keys. */
export interface FieldConfig {
  readonly displayName?: string;
  readonly displayNameFromDS?: string;
  readonly path?: string;
  readonly description?: string;
  readonly filterable?: boolean;
  readonly writeable?: boolean;
  readonly unit?: string;
  /** 0 to 65535. */
  readonly decimals?: number;
  /** NaN and infinities count as not set. */
  readonly min?: number | null;
  readonly max?: number | null;
  /** Milliseconds between two values. */
  readonly interval?: number;
  readonly mappings?: readonly ValueMapping[];
  readonly thresholds?: ThresholdsConfig;
  readonly color?: Readonly<Record<string, unknown>>;
  readonly links?: readonly DataLink[];
  readonly noValue?: string;
  readonly type?: { readonly enum?: EnumFieldConfig };
  readonly custom?: Readonly<Record<string, unknown>>;
}
