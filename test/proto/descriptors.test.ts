/** The descriptors that gen/es makes of literals are the ones that protobuf-es makes of the same protos. */
import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { create, type DescFile, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { embedFileDesc, fileDesc } from "@bufbuild/protobuf/codegenv2";
import * as wkt from "@bufbuild/protobuf/wkt";
import {
  Edition,
  FeatureSet_FieldPresence,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FileOptionsSchema,
  file_google_protobuf_descriptor,
} from "@bufbuild/protobuf/wkt";
import { formatFileOf, shapeOf } from "../../scripts/proto/file-literal.ts";
import { commonShapes, fileOf } from "../../scripts/proto/file-of.ts";
import { packageRoot } from "../../scripts/proto/run-tool.ts";
import { firstDifference } from "./first-difference.ts";

const protos = await readProtos();
const descriptors = await importDescriptors();

test("gen/es has a descriptor of each file of the image", () => {
  const names = descriptors.map(({ proto }) => proto.name);

  assert.deepEqual(names.sort(), [...protos.keys()].sort());
});

for (const file of descriptors) {
  suite(file.proto.name, () => {
    test(`${file.proto.name} has the bytes that it has in the image`, () => {
      assert.deepEqual(
        toBinary(FileDescriptorProtoSchema, file.proto),
        toBinary(FileDescriptorProtoSchema, protoOf(file.proto.name)),
      );
    });

    test(`${file.proto.name} is the graph of descriptors that protobuf-es makes of its bytes`, () => {
      assert.equal(firstDifference(file, reference(protoOf(file.proto.name))), undefined);
    });
  });
}

test("the common shapes are those of descriptor.proto", () => {
  const expected = file_google_protobuf_descriptor.messages
    .filter(({ name }) => Object.hasOwn(commonShapes, name))
    .map((desc) => [desc.name, Object.entries(shapeOf(desc))] as const);

  assert.equal(expected.length, Object.keys(commonShapes).length);
  for (const [name, members] of expected) {
    assert.deepEqual(Object.entries(commonShapes[name] ?? {}), members, name);
  }
});

// They have what our contract lacks: options of all kinds, extensions, defaults, reserved names and numbers.
for (const file of Object.values(wkt)) {
  if (typeof file !== "object" || !("kind" in file) || file.kind !== "file") continue;

  test(`a literal holds all of ${file.proto.name}`, () => {
    const expected = fileDesc(embedFileDesc(file.proto).base64(), [...file.dependencies]);

    assert.equal(firstDifference(evaluate(file.proto, file.dependencies), expected), undefined);
  });
}

test("a literal holds features of an edition, and a JSON name that is not the default", () => {
  const proto = createProto({
    syntax: "editions",
    edition: Edition.EDITION_2023,
    options: { features: { fieldPresence: FeatureSet_FieldPresence.IMPLICIT } },
  });

  const file = evaluate(proto);

  assert.equal(file.messages[0]?.fields[0]?.jsonName, "other");
  assert.equal(firstDifference(file, reference(proto)), undefined);
});

test("a custom option is refused: a literal would lose it", () => {
  const options = create(FileOptionsSchema);
  options.$unknown = [{ no: 50_000, wireType: 0, data: Uint8Array.of(1) }];
  const proto = createProto({ options });

  assert.throws(() => formatFileOf(proto, []), {
    message:
      "expected members of google.protobuf.FileOptions only, got field 50000: file-of.ts does not hold custom options yet",
  });
});

/** What buf compiled, without what it notes about the sources. */
async function readProtos(): Promise<ReadonlyMap<string, FileDescriptorProto>> {
  const image = await readFile(join(packageRoot, ".build", "image.binpb"));
  const { file: files } = fromBinary(FileDescriptorSetSchema, image);
  for (const file of files) {
    delete file.sourceCodeInfo;
    delete file.$unknown;
  }
  return new Map(files.map((file) => [file.name, file]));
}

function protoOf(name: string): FileDescriptorProto {
  const proto = protos.get(name);
  assert.ok(proto, `${name} is not in the image`);
  return proto;
}

async function importDescriptors(): Promise<readonly DescFile[]> {
  const found: DescFile[] = [];
  for await (const file of glob("gen/es/**/*_pb.js", { cwd: packageRoot })) {
    const generated: Readonly<Record<string, DescFile | DescMessage>> = await import(
      pathToFileURL(join(packageRoot, file)).href
    );
    for (const value of Object.values(generated)) if (value.kind === "file") found.push(value);
  }
  return found;
}

/** The descriptor as protobuf-es' generated code makes it. */
function reference(proto: FileDescriptorProto): DescFile {
  const dependencies = proto.dependency.map((name) => reference(protoOf(name)));
  return fileDesc(embedFileDesc(proto).base64(), dependencies);
}

/** Writes the literal and runs what was written. */
function evaluate(proto: FileDescriptorProto, dependencies: readonly DescFile[] = []): DescFile {
  const names = dependencies.map((_, index) => `dependency${index}`);
  const run = new Function("fileOf", ...names, `return ${formatFileOf(proto, names)};`);
  return run(fileOf, ...dependencies);
}

/** A file with one message, whose one field has a JSON name of its own. */
function createProto(
  rest: Parameters<typeof create<typeof FileDescriptorProtoSchema>>[1],
): FileDescriptorProto {
  const field = {
    name: "one",
    jsonName: "other",
    number: 1,
    label: FieldDescriptorProto_Label.OPTIONAL,
    type: FieldDescriptorProto_Type.STRING,
  };
  return create(FileDescriptorProtoSchema, {
    name: "made/up.proto",
    package: "made",
    messageType: [{ name: "Up", field: [field] }],
    ...rest,
  });
}
