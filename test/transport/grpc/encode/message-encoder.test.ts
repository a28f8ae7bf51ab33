import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import {
  create,
  createFileRegistry,
  type DescFile,
  type DescMessage,
  fromBinary,
  toBinary,
} from "@bufbuild/protobuf";
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
import fc from "fast-check";
import { createEncoders } from "../../../../src/transport/grpc/encode/message-encoder.ts";
import { createWireWriter, takeChunks } from "../../../../src/transport/grpc/encode/wire-writer.ts";
import { file_connectrpc_conformance_v1_client_compat } from "../../../conformance/gen/connectrpc/conformance/v1/client_compat_pb.js";
import { file_connectrpc_conformance_v1_service } from "../../../conformance/gen/connectrpc/conformance/v1/service_pb.js";
import { file_connectrpc_conformance_v1_suite } from "../../../conformance/gen/connectrpc/conformance/v1/suite_pb.js";
import { file_grpc_testing_messages } from "../../../conformance/gen/grpc/testing/messages_pb.js";
import { arbitraryInit, arbitraryUnknown } from "./arbitrary-message.ts";

const image = new URL("../../../../.build/image.binpb", import.meta.url);
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
];
const writer = createWireWriter();
const encoders = createEncoders();

function encode(desc: DescMessage, message: Record<string, unknown>): Uint8Array {
  encoders(desc)(writer, message);
  return Buffer.concat(takeChunks(writer));
}

suite("the encoder writes the bytes of protobuf-es", () => {
  for (const desc of new Set(files.flatMap((file) => [...messagesOf(file)]))) {
    test(`of ${desc.typeName}, from an initializer and from a message`, () => {
      fc.assert(
        fc.property(arbitraryInit(desc), arbitraryUnknown, (init, $unknown) => {
          const message = create(desc, init);
          Object.assign(message, $unknown && { $unknown });
          const expected = Buffer.from(toBinary(desc, message));

          assert.deepEqual(encode(desc, $unknown ? { ...init, $unknown } : init), expected);
          assert.deepEqual(encode(desc, message as unknown as Record<string, unknown>), expected);
        }),
        { numRuns: 30 },
      );
    });
  }
});

/** Groups, required fields, extensions' numbers, unpacked lists and defaults: nothing of ours has them. */
function handmadeFile(): DescFile {
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

suite("the encoder refuses", () => {
  const { messages } = handmadeFile();
  const old = messages[0] ?? assert.fail();

  test("a message without a required field", () => {
    assert.throws(() => encode(old, {}), /handmade\.Old\.needed is required and not set/);
    takeChunks(writer);
  });

  test("a value that its type cannot hold, and names the field", () => {
    const bad = [
      { needed: 2 ** 31 },
      { needed: 1.5 },
      { needed: 1, loose: [2n ** 63n] },
      { needed: 1, real: 1e39 },
      { needed: 1, text: "-1" },
      { needed: 1, group: { data: 5 } },
    ];
    for (const init of bad) {
      assert.throws(() => encode(old, init), /cannot encode handmade\.Old[.\w]*: expected a value of type/);
      takeChunks(writer);
    }
  });
});
