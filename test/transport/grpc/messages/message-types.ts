import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { create, createFileRegistry, type DescFile, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_api,
  file_google_protobuf_descriptor,
  file_google_protobuf_struct,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { file_connectrpc_conformance_v1_client_compat } from "../../../conformance/gen/connectrpc/conformance/v1/client_compat_pb.js";
import { file_connectrpc_conformance_v1_service } from "../../../conformance/gen/connectrpc/conformance/v1/service_pb.js";
import { file_connectrpc_conformance_v1_suite } from "../../../conformance/gen/connectrpc/conformance/v1/suite_pb.js";
import { file_grpc_testing_messages } from "../../../conformance/gen/grpc/testing/messages_pb.js";

const image = new URL("../../../../.build/image.binpb", import.meta.url);

/** All message types of the contracts, of the conformance suites and of protobuf itself, and one with all of proto2. */
export function messageTypes(): DescMessage[] {
  const ours = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(image)));
  const files: readonly DescFile[] = [
    ...ours.files,
    file_connectrpc_conformance_v1_client_compat,
    file_connectrpc_conformance_v1_service,
    file_connectrpc_conformance_v1_suite,
    file_grpc_testing_messages,
    file_google_protobuf_api,
    file_google_protobuf_descriptor,
    file_google_protobuf_struct,
    file_google_protobuf_type,
    file_google_protobuf_wrappers,
    handmadeFile(),
    plainFile(),
  ];
  return [...new Set(files.flatMap((file) => [...messagesOf(file)]))];
}

/** Groups, required fields, extensions' numbers, unpacked lists and defaults: nothing of ours has them. */
export function handmadeFile(): DescFile {
  const file = create(FileDescriptorProtoSchema, {
    name: "handmade.proto",
    package: "handmade",
    syntax: "proto2",
    messageType: [
      {
        name: "Old",
        field: [
          { name: "needed", number: 1, type: Type.INT32, label: Label.REQUIRED },
          { name: "preset", number: 2, type: Type.STRING, label: Label.OPTIONAL, defaultValue: "x" },
          { name: "loose", number: 3, type: Type.SINT64, label: Label.REPEATED },
          { name: "dense", number: 4, type: Type.SFIXED32, label: Label.REPEATED, options: { packed: true } },
          {
            name: "group",
            number: 5,
            type: Type.GROUP,
            label: Label.OPTIONAL,
            typeName: ".handmade.Old.Group",
          },
          {
            name: "groups",
            number: 600,
            type: Type.GROUP,
            label: Label.REPEATED,
            typeName: ".handmade.Old.Group",
          },
          { name: "real", number: 7, type: Type.FLOAT, label: Label.OPTIONAL },
          { name: "precise", number: 8, type: Type.DOUBLE, label: Label.REPEATED },
          { name: "fixed", number: 9, type: Type.FIXED64, label: Label.OPTIONAL, jsonName: "fixed" },
          { name: "text", number: 10, type: Type.UINT64, label: Label.OPTIONAL, options: { jstype: 1 } },
        ],
        nestedType: [
          {
            name: "Group",
            field: [
              { name: "data", number: 1, type: Type.BYTES, label: Label.OPTIONAL },
              { name: "flag", number: 2, type: Type.BOOL, label: Label.OPTIONAL },
              {
                name: "self",
                number: 3,
                type: Type.MESSAGE,
                label: Label.REPEATED,
                typeName: ".handmade.Old.Group",
              },
            ],
          },
        ],
      },
    ],
  });
  return createFileRegistry(file, () => undefined).getFile("handmade.proto") ?? assert.fail();
}

function* messagesOf(
  parent: { readonly messages: readonly DescMessage[] } | DescMessage,
): Generator<DescMessage> {
  for (const message of "messages" in parent ? parent.messages : parent.nestedMessages) {
    yield message;
    yield* messagesOf(message);
  }
}

/** One message of proto3 with a field of each kind, for bytes that are written by hand. */
export function plainFile(): DescFile {
  const entry = (name: string, value: Record<string, unknown>) => ({
    name,
    options: { mapEntry: true },
    field: [
      { name: "key", number: 1, type: Type.STRING, label: Label.OPTIONAL },
      { name: "value", number: 2, label: Label.OPTIONAL, ...value },
    ],
  });
  const one = (name: string, number: number, type: Type) => ({ name, number, type, label: Label.OPTIONAL });
  const many = (name: string, number: number, type: Type) => ({ name, number, type, label: Label.REPEATED });
  const file = create(FileDescriptorProtoSchema, {
    name: "plain.proto",
    package: "plain",
    syntax: "proto3",
    enumType: [{ name: "Kind", value: [{ name: "NONE", number: 0 }] }],
    messageType: [
      {
        name: "Plain",
        oneofDecl: [{ name: "choice" }, { name: "_maybe" }],
        field: [
          one("text", 1, Type.STRING),
          { ...one("child", 2, Type.MESSAGE), typeName: ".plain.Plain" },
          many("numbers", 3, Type.INT32),
          { ...many("words", 4, Type.MESSAGE), typeName: ".plain.Plain.WordsEntry" },
          { ...many("children", 5, Type.MESSAGE), typeName: ".plain.Plain.ChildrenEntry" },
          one("flag", 6, Type.BOOL),
          { ...one("kind", 7, Type.ENUM), typeName: ".plain.Kind" },
          one("long", 8, Type.INT64),
          { ...one("a", 9, Type.STRING), oneofIndex: 0 },
          { ...one("b", 10, Type.MESSAGE), typeName: ".plain.Plain", oneofIndex: 0 },
          { ...one("maybe", 11, Type.STRING), oneofIndex: 1, proto3Optional: true },
          many("texts", 12, Type.STRING),
          many("doubles", 13, Type.DOUBLE),
          { ...many("items", 14, Type.MESSAGE), typeName: ".plain.Plain" },
          { ...one("asText", 15, Type.UINT64), options: { jstype: 1 } },
          one("data", 1000, Type.BYTES),
        ],
        nestedType: [
          entry("WordsEntry", { type: Type.STRING }),
          entry("ChildrenEntry", { type: Type.MESSAGE, typeName: ".plain.Plain" }),
        ],
      },
    ],
  });
  return createFileRegistry(file, () => undefined).getFile("plain.proto") ?? assert.fail();
}
