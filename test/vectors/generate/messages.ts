import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createFileRegistry, type DescMessage, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { packageRoot } from "../../../scripts/proto/run-tool.ts";

/** Packages whose messages are somebody else's, and have their own vectors there. */
const foreign = /^(google|grpc)\./;

/** The messages of the image that `buildImage` has written, as descriptors. */
export async function readRegistry(): Promise<FileRegistry> {
  const image = await readFile(join(packageRoot, ".build", "image.binpb"));
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
}

/** All messages of all contracts, by package, in the order of their files. Map entries are not among them. */
export function messagesByPackage(registry: FileRegistry): Map<string, DescMessage[]> {
  const messages = new Map<string, DescMessage[]>();
  const files = [...registry.files].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const file of files) {
    const { package: name } = file.proto;
    if (foreign.test(`${name}.`)) continue;
    const own = messages.get(name) ?? [];
    messages.set(name, [...own, ...withNested(file.messages)]);
  }
  return messages;
}

function withNested(messages: readonly DescMessage[]): DescMessage[] {
  return messages
    .filter((message) => message.proto.options?.mapEntry !== true)
    .flatMap((message) => [message, ...withNested(message.nestedMessages)]);
}
