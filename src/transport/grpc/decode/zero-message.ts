import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { implicitPresence } from "../field-forms.ts";

/** A message while it is filled. */
export type Message = Record<string, unknown>;

/** Makes messages without content, of the shape of protobuf-es' `create(desc)`. */
export function compileZeroMessage({ typeName, members }: DescMessage): () => Message {
  const names: string[] = [];
  const values: unknown[] = [];
  for (const member of members) {
    const value = member.kind === "oneof" ? newOneof : zeroOf(member);
    if (value === undefined) continue;
    names.push(member.localName);
    values.push(value);
  }
  return () => {
    const message: Message = { $typeName: typeName };
    for (let index = 0; index < names.length; index++) {
      const value = values[index];
      message[names[index] ?? ""] = typeof value === "function" ? value() : value;
    }
    return message;
  };
}

/** The value of an absent field; a function makes a new value for each message. `undefined`: not set. */
function zeroOf(field: DescField): unknown {
  switch (field.fieldKind) {
    case "list":
      return newList;
    case "map":
      return newMap;
    case "message":
      return undefined;
    case "enum":
      return field.presence === implicitPresence ? field.enum.values[0]?.number : undefined;
    case "scalar":
      return field.presence === implicitPresence ? zeroOfScalar(field.scalar, field.longAsString) : undefined;
  }
}

/** Zero of a scalar type; for bytes an empty array that all messages share. */
export function zeroOfScalar(type: ScalarType, longAsString: boolean): unknown {
  switch (type) {
    case ScalarType.STRING:
      return "";
    case ScalarType.BOOL:
      return false;
    case ScalarType.BYTES:
      return new Uint8Array(0);
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return longAsString ? "0" : 0n;
    default:
      return 0;
  }
}

function newOneof(): Message {
  return { case: undefined };
}

function newList(): unknown[] {
  return [];
}

function newMap(): Message {
  return {};
}

/** The list of a repeated field: only decoders write into a message while it is filled. */
export function heldList(message: Message, name: string): unknown[] {
  return message[name] as unknown[];
}

/** The same of a map. */
export function heldMap(message: Message, name: string): Message {
  return message[name] as Message;
}

/** The same of a field of a message, or of a oneof; `undefined` when nothing has come. */
export function heldMessage(message: Message, name: string): Message | undefined {
  return message[name] as Message | undefined;
}
