import { type DescField, type DescMessage, type DescOneof, ScalarType } from "@bufbuild/protobuf";
import { implicitPresence } from "../field-forms.ts";
import { compileMapField } from "./map-encoder.ts";
import {
  compileBareScalar,
  compileMessageValue,
  compileScalarValue,
  type Encoders,
  isFields,
  type MessageEncoder,
  type ValueEncoder,
  withLength,
} from "./value-encoder.ts";
import { type WireWriter, writeRaw, writeVarint } from "./wire-writer.ts";

/** As `implicitPresence`. */
const legacyRequired = 3;

/**
 * Encoders that give the bytes of protobuf-es' `toBinary(desc, create(desc, init))`, and need neither the filled
 * message nor a copy of large byte fields: fields by number, then `$unknown`. A missing required field, and a value
 * that does not fit its type, throw.
 */
export function createEncoders(): Encoders {
  const known = new Map<DescMessage, MessageEncoder>();
  const encoders: Encoders = (desc) => {
    let encoder = known.get(desc);
    if (encoder === undefined) {
      const fields: MessageEncoder[] = [];
      encoder = (writer, message) => {
        for (let index = 0; index < fields.length; index++) fields[index]?.(writer, message);
        const unknown = message["$unknown"];
        if (unknown !== undefined) writeUnknown(writer, unknown);
      };
      // Registered before its fields are compiled, because a message type may contain itself.
      known.set(desc, encoder);
      for (const field of desc.fields.toSorted((a, b) => a.number - b.number)) {
        fields.push(compileField(field, encoders));
      }
    }
    return encoder;
  };
  return encoders;
}

function compileField(field: DescField, encoders: Encoders): MessageEncoder {
  switch (field.fieldKind) {
    case "map":
      return compileMapField(field, encoders);
    case "list":
      return compileList(field, encoders);
    case "message":
      return compileSingular(field, compileMessageValue(field, field.number, field.message, encoders));
    case "enum":
      return compileSingular(field, compileScalarValue(field, field.number, ScalarType.INT32));
    case "scalar":
      return compileSingular(field, compileScalarValue(field, field.number, field.scalar));
  }
}

function compileSingular(
  field: DescField & { readonly fieldKind: "message" | "scalar" | "enum" },
  encode: ValueEncoder,
): MessageEncoder {
  const name = field.localName;
  if (field.oneof !== undefined) return compileOneofMember(field.oneof, name, encode);
  if (field.presence !== implicitPresence) {
    const isRequired = field.presence === legacyRequired;
    return (writer, message) => {
      const value = message[name];
      // A message of proto2 has its defaults on the prototype.
      if (value != null && Object.hasOwn(message, name)) encode(writer, value);
      else if (isRequired) throw new Error(`${field.toString()} is required and not set`);
    };
  }
  const isZero = zeroTest(field);
  return (writer, message) => {
    const value = message[name];
    if (value != null && !isZero(value)) encode(writer, value);
  };
}

function compileOneofMember(oneof: DescOneof, name: string, encode: ValueEncoder): MessageEncoder {
  const { localName } = oneof;
  return (writer, message) => {
    const chosen = message[localName];
    if (isFields(chosen) && chosen["case"] === name) encode(writer, chosen["value"]);
  };
}

function zeroTest(field: DescField): (value: unknown) => boolean {
  if (field.fieldKind === "enum") {
    const zero = field.enum.values[0]?.number;
    return (value) => value === zero;
  }
  switch (field.scalar) {
    case ScalarType.STRING:
      return (value) => value === "";
    case ScalarType.BOOL:
      return (value) => value === false;
    case ScalarType.BYTES:
      return (value) => isFields(value) && value["length"] === 0;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      // -0 is not the default: its bits differ.
      return (value) => Object.is(value, 0);
    default:
      return (value) => value === 0 || value === 0n || value === "0";
  }
}

function compileList(field: DescField & { readonly fieldKind: "list" }, encoders: Encoders): MessageEncoder {
  const name = field.localName;
  if (field.listKind === "message") {
    return eachItem(name, compileMessageValue(field, field.number, field.message, encoders));
  }
  const type = field.listKind === "enum" ? ScalarType.INT32 : field.scalar;
  if (!field.packed) return eachItem(name, compileScalarValue(field, field.number, type));
  const encode = compileBareScalar(field, type);
  const writePacked = withLength(field.number, (writer, items) => {
    if (!Array.isArray(items)) return;
    for (let index = 0; index < items.length; index++) encode(writer, items[index]);
  });
  return (writer, message) => {
    const items = message[name];
    if (Array.isArray(items) && items.length > 0) writePacked(writer, items);
  };
}

function eachItem(name: string, encode: ValueEncoder): MessageEncoder {
  return (writer, message) => {
    const items = message[name];
    if (!Array.isArray(items)) return;
    for (let index = 0; index < items.length; index++) encode(writer, items[index]);
  };
}

function writeUnknown(writer: WireWriter, unknown: unknown): void {
  if (!Array.isArray(unknown)) return;
  for (const { no, wireType, data } of unknown) {
    writeVarint(writer, no * 8 + wireType);
    writeRaw(writer, data);
  }
}
