import { readFile } from "node:fs/promises";
import { fromBinary, isFieldSet } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  type ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";

/** The definition of one message, enum or service, in the shape of test/golden/descriptors.json. */
export type Definition =
  | { readonly kind: "message"; readonly mapEntry?: true; readonly fields: readonly Field[] }
  | { readonly kind: "enum"; readonly values: readonly { readonly name: string; readonly number: number }[] }
  | { readonly kind: "service"; readonly methods: readonly Method[] };

export interface Field {
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly typeName?: string;
  readonly oneof?: string;
  readonly proto3Optional?: true;
}

export interface Method {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
}

/** Definitions by full name. */
export type Catalogue = Readonly<Record<string, Definition>>;

/** What an image of `buf build` defines: one catalogue for each proto package. */
export async function readCatalogues(image: string): Promise<ReadonlyMap<string, Catalogue>> {
  const { file: files } = fromBinary(FileDescriptorSetSchema, await readFile(image));
  const packages = Map.groupBy(files, (file) => file.package);
  return new Map(
    [...packages].map(([name, files]) => [name, Object.fromEntries(files.flatMap(definitionsOfFile))]),
  );
}

type Entry = [name: string, definition: Definition];

function definitionsOfFile(file: FileDescriptorProto): Entry[] {
  const prefix = `${file.package}.`;
  return [
    ...file.messageType.flatMap((message) => definitionsOfMessage(prefix, message)),
    ...file.enumType.map((type) => definitionOfEnum(prefix, type)),
    ...file.service.map((service) => definitionOfService(prefix, service)),
  ];
}

function definitionsOfMessage(prefix: string, message: DescriptorProto): Entry[] {
  const name = prefix + message.name;
  const fields = message.field.map((field) => fieldOf(message, field)).sort((a, b) => a.number - b.number);
  const mapEntry = message.options?.mapEntry === true ? { mapEntry: true as const } : {};
  return [
    [name, { kind: "message", ...mapEntry, fields }],
    ...message.nestedType.flatMap((nested) => definitionsOfMessage(`${name}.`, nested)),
    ...message.enumType.map((type) => definitionOfEnum(`${name}.`, type)),
  ];
}

/** The oneof of a proto3 `optional` field is left out: the compiler made it up. */
function fieldOf(message: DescriptorProto, field: FieldDescriptorProto): Field {
  const typeName = field.typeName.replace(/^\./, "");
  const oneof = field.proto3Optional ? undefined : oneofNameOf(message, field);
  return {
    number: field.number,
    name: field.name,
    type: FieldDescriptorProto_Type[field.type].toLowerCase(),
    label: FieldDescriptorProto_Label[field.label].toLowerCase(),
    ...(typeName === "" ? {} : { typeName }),
    ...(oneof === undefined ? {} : { oneof }),
    ...(field.proto3Optional ? { proto3Optional: true as const } : {}),
  };
}

/** An absent oneofIndex reads as 0, the index of the first oneof: only its presence tells. */
function oneofNameOf(message: DescriptorProto, field: FieldDescriptorProto): string | undefined {
  const inOneof = isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex);
  return inOneof ? message.oneofDecl[field.oneofIndex]?.name : undefined;
}

function definitionOfEnum(prefix: string, type: EnumDescriptorProto): Entry {
  const values = type.value
    .map(({ name, number }) => ({ name, number }))
    .sort((a, b) => a.number - b.number || compareText(a.name, b.name));
  return [prefix + type.name, { kind: "enum", values }];
}

function definitionOfService(prefix: string, service: ServiceDescriptorProto): Entry {
  const methods = service.method
    .map((method) => ({
      name: method.name,
      input: method.inputType.replace(/^\./, ""),
      output: method.outputType.replace(/^\./, ""),
      clientStreaming: method.clientStreaming,
      serverStreaming: method.serverStreaming,
    }))
    .sort((a, b) => compareText(a.name, b.name));
  return [prefix + service.name, { kind: "service", methods }];
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
