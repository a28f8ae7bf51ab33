import { type DescMethod, fromBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Http2Stream } from "../http2/http2-stream.ts";
import { createMessageQueue, type MessageQueue } from "./message-queue.ts";
import { createMessageReader, type MessageReader } from "./message-reader.ts";
import { createReceiveGate } from "./receive-gate.ts";

/** The messages of a request, as its handler takes them: one, or an async iterable. */
export interface RequestInput {
  /** The messages of a method that takes a stream. */
  readonly messages: MessageQueue<unknown> | undefined;
  /** DATA came that does not end the request. @throws ConnectError for what is no message, or one too many */
  receive(bytes: Uint8Array, endStream: boolean): void;
  /** The request has ended. Gives the one message. @throws ConnectError when it is missing, or not whole */
  end(): unknown;
}

export function createRequestInput(
  method: DescMethod,
  stream: Http2Stream,
  maxBytes: number,
  encoding: string | undefined,
): RequestInput {
  return method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming"
    ? streamInput(method, stream, maxBytes, encoding)
    : singleInput(method, stream, maxBytes, encoding);
}

function singleInput(
  method: DescMethod,
  stream: Http2Stream,
  maxBytes: number,
  encoding: string | undefined,
): RequestInput {
  let only: Uint8Array | undefined;
  const reader = createMessageReader(maxBytes, encoding, (message) => {
    if (only !== undefined) {
      throw new ConnectError(`${method.name} takes one message, and another one came`, Code.Unimplemented);
    }
    only = message;
  });
  return {
    messages: undefined,
    receive: (bytes, endStream) => {
      reader.read(bytes);
      if (!endStream) stream.consume(bytes.length);
    },
    end: () => {
      assertWhole(reader);
      if (only === undefined) {
        throw new ConnectError(`${method.name} takes one message, and none came`, Code.Unimplemented);
      }
      return decode(method, only);
    },
  };
}

function streamInput(
  method: DescMethod,
  stream: Http2Stream,
  maxBytes: number,
  encoding: string | undefined,
): RequestInput {
  const gate = createReceiveGate();
  const messages: MessageQueue<unknown> = createMessageQueue((bytes) => decode(method, bytes), {
    onTaken: () => gate.onTaken(stream, messages.heldBytes),
    onLeft: () => gate.onTaken(stream, 0),
  });
  const reader = createMessageReader(maxBytes, encoding, (message) => messages.push(message));
  return {
    messages,
    receive: (bytes) => {
      reader.read(bytes);
      gate.onReceived(stream, bytes.length, messages.heldBytes);
    },
    end: () => {
      assertWhole(reader);
      messages.end();
      return undefined;
    },
  };
}

function assertWhole(reader: MessageReader): void {
  if (reader.isWithinMessage()) throw new ConnectError("the request ends within a message", Code.Internal);
}

function decode({ input }: DescMethod, bytes: Uint8Array): unknown {
  try {
    return fromBinary(input, bytes);
  } catch (cause) {
    const message = `a message is no ${input.typeName}`;
    throw new ConnectError(message, Code.Internal, undefined, undefined, cause);
  }
}
