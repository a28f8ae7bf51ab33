// Makes descriptors for the bindings in gen/es, where generation puts a compiled copy of scripts/proto/file-of.ts.
// protobuf-es' own fileDesc() first makes the descriptors of descriptor.proto, to read the others with; a process
// spends more time on those than on all of ours.
import { createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import type { DescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";

/** A message of descriptor.proto: the values of its members in the order of its shape, with holes for those not set. */
type Literal = readonly unknown[];

/** The default of a scalar or enum, or the shape of a message, or of a list's items: `""` when they are scalars. */
type Member = string | number | boolean | { readonly one: string } | { readonly many: string };

/** The members of a message of descriptor.proto, in the order in which it declares them. */
export type Shape = Readonly<Record<string, Member>>;

/** By name, without `google.protobuf.`. */
type Shapes = Readonly<Record<string, Shape>>;

/** What nearly every file needs. Others, such as the options of a field, come with the file that has them. */
export const commonShapes: Shapes = {
  FileDescriptorProto: {
    name: "",
    package: "",
    dependency: { many: "" },
    publicDependency: { many: "" },
    weakDependency: { many: "" },
    optionDependency: { many: "" },
    messageType: { many: "DescriptorProto" },
    enumType: { many: "EnumDescriptorProto" },
    service: { many: "ServiceDescriptorProto" },
    extension: { many: "FieldDescriptorProto" },
    options: { one: "FileOptions" },
    sourceCodeInfo: { one: "SourceCodeInfo" },
    syntax: "",
    edition: 0,
  },
  DescriptorProto: {
    name: "",
    field: { many: "FieldDescriptorProto" },
    extension: { many: "FieldDescriptorProto" },
    nestedType: { many: "DescriptorProto" },
    enumType: { many: "EnumDescriptorProto" },
    extensionRange: { many: "DescriptorProto.ExtensionRange" },
    oneofDecl: { many: "OneofDescriptorProto" },
    options: { one: "MessageOptions" },
    reservedRange: { many: "DescriptorProto.ReservedRange" },
    reservedName: { many: "" },
    visibility: 0,
  },
  FieldDescriptorProto: {
    name: "",
    number: 0,
    label: 1,
    type: 1,
    typeName: "",
    extendee: "",
    defaultValue: "",
    oneofIndex: 0,
    jsonName: "",
    options: { one: "FieldOptions" },
    proto3Optional: false,
  },
  OneofDescriptorProto: { name: "", options: { one: "OneofOptions" } },
  EnumDescriptorProto: {
    name: "",
    value: { many: "EnumValueDescriptorProto" },
    options: { one: "EnumOptions" },
    reservedRange: { many: "EnumDescriptorProto.EnumReservedRange" },
    reservedName: { many: "" },
    visibility: 0,
  },
  EnumValueDescriptorProto: { name: "", number: 0, options: { one: "EnumValueOptions" } },
  ServiceDescriptorProto: {
    name: "",
    method: { many: "MethodDescriptorProto" },
    options: { one: "ServiceOptions" },
  },
  MethodDescriptorProto: {
    name: "",
    inputType: "",
    outputType: "",
    options: { one: "MethodOptions" },
    clientStreaming: false,
    serverStreaming: false,
  },
  MessageOptions: {
    messageSetWireFormat: false,
    noStandardDescriptorAccessor: false,
    deprecated: false,
    mapEntry: false,
    deprecatedLegacyJsonFieldConflicts: false,
    features: { one: "FeatureSet" },
    uninterpretedOption: { many: "UninterpretedOption" },
  },
};

/**
 * The descriptor of a file, the same as protobuf-es makes it of the file's bytes.
 *
 * @param literal the file's FileDescriptorProto, without its dependencies and its default JSON names
 * @param moreShapes what `literal` holds beyond the common shapes
 */
export function fileOf(
  literal: Literal,
  dependencies: readonly DescFile[] = [],
  moreShapes: Shapes = {},
): DescFile {
  const proto = makeMessage("FileDescriptorProto", literal, moreShapes);
  // The one place where a shape becomes a type: a test holds all shapes and all files to protobuf-es' own.
  return registerFile(proto as unknown as FileDescriptorProto, dependencies);
}

function registerFile(proto: FileDescriptorProto, dependencies: readonly DescFile[]): DescFile {
  proto.dependency = dependencies.map((file) => file.proto.name);
  proto.messageType.forEach(restoreJsonNames);
  const resolve = (name: string) => dependencies.find((file) => file.proto.name === name);
  const file = createFileRegistry(proto, resolve).getFile(proto.name);
  if (file === undefined) throw new Error(`expected a registry that has "${proto.name}"`);
  return file;
}

function restoreJsonNames(message: DescriptorProto): void {
  for (const field of message.field) {
    if (Object.hasOwn(field, "jsonName")) continue;
    field.jsonName = field.name.includes("_") ? protoCamelCase(field.name) : field.name;
  }
  message.nestedType.forEach(restoreJsonNames);
}

interface Message {
  [member: string]: unknown;
}

/** A shape, prepared for the many messages that have it. */
interface Recipe {
  readonly typeName: string;
  /** Holds the defaults of scalars and enums. */
  readonly prototype: object;
  readonly members: readonly (readonly [name: string, member: Member])[];
  readonly lists: readonly string[];
}

/** What `recipeOf` has prepared. */
const recipes = new WeakMap<Shape, Recipe>();

/** Makes a message as protobuf-es does: what is set is its own, defaults come from its prototype. */
function makeMessage(name: string, literal: Literal, moreShapes: Shapes): Message {
  const recipe = recipeOf(name, moreShapes[name] ?? commonShapes[name]);
  const message: Message = Object.create(recipe.prototype);
  message["$typeName"] = recipe.typeName;
  for (const list of recipe.lists) message[list] = [];
  // A plain loop: this runs once and cold, for some hundred messages at each start of a process.
  for (let index = 0; index < literal.length; index++) {
    const value = literal[index];
    const entry = recipe.members[index];
    if (value === undefined || entry === undefined) continue;
    const [key, member] = entry;
    if (typeof member !== "object") message[key] = value;
    else if (!Array.isArray(value)) throw new Error(`expected an array for ${name}.${key}, got ${value}`);
    else if ("one" in member) message[key] = makeMessage(member.one, value, moreShapes);
    else if (member.many === "") message[key] = value;
    else message[key] = value.map((item) => makeMessage(member.many, item, moreShapes));
  }
  return message;
}

function recipeOf(name: string, shape: Shape | undefined): Recipe {
  if (shape === undefined) throw new Error(`expected a shape for ${name}, got none`);
  const known = recipes.get(shape);
  if (known !== undefined) return known;
  const members = Object.entries(shape);
  const recipe = {
    typeName: `google.protobuf.${name}`,
    prototype: Object.fromEntries(members.filter(([, member]) => typeof member !== "object")),
    members,
    lists: members.filter(([, member]) => typeof member === "object" && "many" in member).map(([key]) => key),
  };
  recipes.set(shape, recipe);
  return recipe;
}
