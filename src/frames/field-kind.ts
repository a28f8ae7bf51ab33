/** The kinds of a field, named as in frame JSON. Each may be nullable. */
export type FieldKind =
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float32"
  | "float64"
  | "string"
  | "bool"
  | "time"
  | "json"
  | "enum";

/** A value of a kind as it is read: 64-bit integers and times (nanoseconds since 1970) are `bigint`. */
export type ValueOf<K extends FieldKind> = K extends "string"
  ? string
  : K extends "bool"
    ? boolean
    : K extends "int64" | "uint64" | "time"
      ? bigint
      : K extends "json"
        ? unknown
        : number;

/** The typed array that stores a kind. A bool is one bit, a string or json the bytes of all its values. */
export type DataOf<K extends FieldKind> = K extends "int8"
  ? Int8Array
  : K extends "int16"
    ? Int16Array
    : K extends "int32"
      ? Int32Array
      : K extends "int64" | "time"
        ? BigInt64Array
        : K extends "uint16" | "enum"
          ? Uint16Array
          : K extends "uint32"
            ? Uint32Array
            : K extends "uint64"
              ? BigUint64Array
              : K extends "float32"
                ? Float32Array
                : K extends "float64"
                  ? Float64Array
                  : Uint8Array;

type TypedArrayConstructor =
  | Int8ArrayConstructor
  | Int16ArrayConstructor
  | Int32ArrayConstructor
  | BigInt64ArrayConstructor
  | Uint8ArrayConstructor
  | Uint16ArrayConstructor
  | Uint32ArrayConstructor
  | BigUint64ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor;

/** Properties of a kind for the encodings. */
export interface KindInfo {
  readonly data: TypedArrayConstructor;
  /** The name in frame JSON's `typeInfo.frame`, which is Go's name of the type. */
  readonly goType: string;
  /** The frontend's type, Arrow's field metadata `tstype`. */
  readonly frontendType: "boolean" | "enum" | "number" | "other" | "string" | "time";
  /** Smallest and largest value of an integer of up to 32 bits. */
  readonly range?: readonly [number, number];
}

const signed = (bits: number): readonly [number, number] => [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
const unsigned = (bits: number): readonly [number, number] => [0, 2 ** bits - 1];

/** Every kind. */
export const kinds: { readonly [K in FieldKind]: KindInfo } = {
  int8: { data: Int8Array, goType: "int8", frontendType: "number", range: signed(8) },
  int16: { data: Int16Array, goType: "int16", frontendType: "number", range: signed(16) },
  int32: { data: Int32Array, goType: "int32", frontendType: "number", range: signed(32) },
  int64: { data: BigInt64Array, goType: "int64", frontendType: "number" },
  uint8: { data: Uint8Array, goType: "uint8", frontendType: "number", range: unsigned(8) },
  uint16: { data: Uint16Array, goType: "uint16", frontendType: "number", range: unsigned(16) },
  uint32: { data: Uint32Array, goType: "uint32", frontendType: "number", range: unsigned(32) },
  uint64: { data: BigUint64Array, goType: "uint64", frontendType: "number" },
  float32: { data: Float32Array, goType: "float32", frontendType: "number" },
  float64: { data: Float64Array, goType: "float64", frontendType: "number" },
  string: { data: Uint8Array, goType: "string", frontendType: "string" },
  bool: { data: Uint8Array, goType: "bool", frontendType: "boolean" },
  time: { data: BigInt64Array, goType: "time.Time", frontendType: "time" },
  json: { data: Uint8Array, goType: "json.RawMessage", frontendType: "other" },
  enum: { data: Uint16Array, goType: "enum", frontendType: "enum", range: unsigned(16) },
};
