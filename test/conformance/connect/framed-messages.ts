import type { Readable } from "node:stream";
import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";

/** Reads messages that stand behind their lengths, four bytes each, until the end of the stream. */
export async function* readMessages<Desc extends DescMessage>(
  desc: Desc,
  input: Readable,
): AsyncGenerator<MessageShape<Desc>> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of input) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
      const end = 4 + bytes.readUInt32BE(0);
      yield fromBinary(desc, bytes.subarray(4, end));
      bytes = bytes.subarray(end);
    }
  }
}

/** A message behind its length. */
export function frameMessage(message: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
}
