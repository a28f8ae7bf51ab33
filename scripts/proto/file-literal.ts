import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { isReflectMessage, protoCamelCase, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import {
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { commonShapes, type Shape } from "./file-of.ts";

/**
 * The call of `fileOf` that makes the descriptor of `file`, as JavaScript: one line for each of its messages,
 * enums and services.
 *
 * @param dependencies names of variables that hold the descriptors of its imports
 */
export function formatFileOf(file: FileDescriptorProto, dependencies: readonly string[]): string {
  const moreShapes = new Map<string, Shape>();
  const args = [formatMessage(reflect(FileDescriptorProtoSchema, file), moreShapes, "\n    ")];
  if (dependencies.length > 0 || moreShapes.size > 0) args.push(`[${dependencies.join(", ")}]`);
  if (moreShapes.size > 0) args.push(JSON.stringify(Object.fromEntries(moreShapes)));
  return `fileOf(${args.join(", ")})`;
}

/** @param separator text before each message of a list */
function formatMessage(message: ReflectMessage, moreShapes: Map<string, Shape>, separator = ""): string {
  const { desc } = message;
  const [unknown] = message.getUnknown() ?? [];
  if (unknown !== undefined) {
    throw new Error(
      `expected members of ${desc.typeName} only, got field ${unknown.no}: file-of.ts does not hold custom options yet`,
    );
  }
  const name = shapeNameOf(desc);
  if (!Object.hasOwn(commonShapes, name)) moreShapes.set(name, shapeOf(desc));

  const values = desc.fields.map((field) =>
    isLeftOut(message, field) ? "" : formatField(message, field, moreShapes, separator),
  );
  // A hole at the end needs no comma.
  while (values.at(-1) === "") values.pop();
  return `[${values.join(",")}]`;
}

function formatField(
  message: ReflectMessage,
  field: DescField,
  moreShapes: Map<string, Shape>,
  separator: string,
): string {
  if (field.fieldKind === "message") return formatMessage(message.get(field), moreShapes);
  if (field.fieldKind !== "list") return JSON.stringify(message.get(field));
  const items = [...message.get(field)].map((item) =>
    isReflectMessage(item) ? separator + formatMessage(item, moreShapes) : JSON.stringify(item),
  );
  return `[${items.join(",")}]`;
}

/** Members that are left out: those that are not set, those that `fileOf` restores, and positions in the source. */
function isLeftOut(message: ReflectMessage, field: DescField): boolean {
  if (!message.isSet(field)) return true;
  if (message.desc === FileDescriptorProtoSchema) {
    return field.localName === "dependency" || field.localName === "sourceCodeInfo";
  }
  if (message.desc !== FieldDescriptorProtoSchema || field.localName !== "jsonName") return false;
  const { name, extendee } = FieldDescriptorProtoSchema.field;
  // As in protobuf-es: the JSON names of extensions stay as they are.
  return !message.isSet(extendee) && message.get(field) === protoCamelCase(`${message.get(name)}`);
}

/** The shape of a message of descriptor.proto. */
export function shapeOf(desc: DescMessage): Shape {
  const empty = reflect(desc);
  return Object.fromEntries(
    desc.fields.map((field) => {
      switch (field.fieldKind) {
        case "message":
          return [field.localName, { one: shapeNameOf(field.message) }];
        case "list":
          return [field.localName, { many: field.listKind === "message" ? shapeNameOf(field.message) : "" }];
        default: {
          const value: unknown = empty.get(field);
          if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
            throw new Error(`expected a string, a number or a boolean in ${field}, got a ${typeof value}`);
          }
          return [field.localName, value];
        }
      }
    }),
  );
}

function shapeNameOf(desc: DescMessage): string {
  return desc.typeName.replace("google.protobuf.", "");
}
