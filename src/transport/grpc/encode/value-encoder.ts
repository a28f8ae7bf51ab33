import type { DescField, DescMessage, ScalarType } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { wrapperName } from "../field-forms.ts";
import { wireTypeOf } from "../wire-type.ts";
import { type ScalarEncoder, scalarEncoders } from "./scalar-encoder.ts";
import { structFields } from "./struct-fields.ts";
import { beginLength, endLength, type WireWriter, writeVarint } from "./wire-writer.ts";

/** A message or its initializer: absent fields have the same meaning in both. */
export type Fields = Readonly<Record<string, unknown>>;

/** Writes the fields of a message, without a length. */
export type MessageEncoder = (writer: WireWriter, fields: Fields) => void;

/** Writes a value with its tag and length. */
export type ValueEncoder = (writer: WireWriter, value: unknown) => void;

/** Returns the encoder of a message type, compiled at its first use. */
export type Encoders = (desc: DescMessage) => MessageEncoder;

const noFields: Fields = {};

/** The encoder of a scalar or enum value, with its tag. */
export function compileScalarValue(field: DescField, number: number, type: ScalarType): ValueEncoder {
  const encode = compileBareScalar(field, type);
  const tag = number * 8 + wireTypeOf(type);
  return (writer, value) => {
    writeVarint(writer, tag);
    encode(writer, value);
  };
}

/** The encoder of a scalar or enum value, without a tag; its errors name the field. */
export function compileBareScalar(field: DescField, type: ScalarType): ScalarEncoder {
  const encode = scalarEncoders[type];
  return (writer, value) => {
    try {
      encode(writer, value);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`cannot encode ${field.parent.typeName}.${field.name}: ${message}`, { cause });
    }
  };
}

/** The encoder of a submessage, with its tag and length, or as a group. */
export function compileMessageValue(
  field: DescField,
  number: number,
  desc: DescMessage,
  encoders: Encoders,
): ValueEncoder {
  const toFields = compileToFields(field, desc);
  // Looked up at use, because a message type may contain itself.
  let compiled: MessageEncoder | undefined;
  const encode: ValueEncoder = (writer, value) => {
    compiled ??= encoders(desc);
    compiled(writer, toFields(value));
  };
  const isGroup = "delimitedEncoding" in field && field.delimitedEncoding;
  if (!isGroup) return withLength(number, encode);
  return (writer, value) => {
    writeVarint(writer, number * 8 + WireType.StartGroup);
    encode(writer, value);
    writeVarint(writer, number * 8 + WireType.EndGroup);
  };
}

/** Puts the tag and the length before what `encode` writes. */
export function withLength(number: number, encode: ValueEncoder): ValueEncoder {
  const tag = number * 8 + WireType.LengthDelimited;
  // The values of a field are similar: the length usually takes as many bytes as last time.
  let lengthBytes = 1;
  return (writer, value) => {
    writeVarint(writer, tag);
    const referencedBefore = writer.referencedBytes;
    const guess = lengthBytes;
    const begin = beginLength(writer, guess);
    encode(writer, value);
    lengthBytes = endLength(writer, begin, guess, referencedBefore);
  };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

/** Makes the message from its representation in protobuf-es: JSON for a Struct, the bare value for a wrapper. */
function compileToFields(field: DescField, desc: DescMessage): (value: unknown) => Fields {
  if (desc.typeName === "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value") {
    return structFields;
  }
  if (field.fieldKind === "message" && field.oneof === undefined && wrapperName.test(desc.typeName)) {
    return (value) => ({ value });
  }
  return (value) => (isFields(value) ? value : noFields);
}
