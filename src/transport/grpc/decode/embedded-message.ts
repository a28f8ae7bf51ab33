import type { DescMessage } from "@bufbuild/protobuf";
import type { ScalarReaders } from "./scalar-reader.ts";
import type { TextReader } from "./text-reader.ts";
import { charge, enter, type WireReader } from "./wire-reader.ts";
import type { Message } from "./zero-message.ts";

/** Reads the value of a field, whose tag was read, into the message. */
export type FieldDecoder = (reader: WireReader, message: Message) => void;

/** A message type, compiled. */
export interface MessageDecoder {
  /** Heap bytes of an empty message. */
  readonly heapBytes: number;
  readonly create: () => Message;
  /** Reads fields into the message, up to the end of the reader's range. */
  readonly read: (reader: WireReader, message: Message) => void;
}

/** State that the decoders of a transport share. */
export interface Compiler {
  readonly texts: TextReader;
  readonly scalars: ScalarReaders;
  /** The decoder of a message type, compiled at its first use. */
  decoderOf(desc: DescMessage): MessageDecoder;
}

/** Reads an embedded message with its length; into `existing` if there is one. */
export function compileEmbedded(
  desc: DescMessage,
  compiler: Compiler,
): (reader: WireReader, existing: Message | undefined) => Message {
  // Looked up at use, because a message type may contain itself.
  let decoder: MessageDecoder | undefined;
  return (reader, existing) => {
    decoder ??= compiler.decoderOf(desc);
    const outerEnd = enter(reader);
    if (existing === undefined) charge(reader, decoder.heapBytes);
    const message = existing ?? decoder.create();
    decoder.read(reader, message);
    reader.end = outerEnd;
    return message;
  };
}
