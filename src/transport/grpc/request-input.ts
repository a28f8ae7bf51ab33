import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Http2Stream } from "../http2/http2-stream.ts";
import type { Decode } from "./decode/message-decoder.ts";
import { createMessageQueue, type MessageQueue } from "./message-queue.ts";
import { MessageReader, type MessageSink } from "./message-reader.ts";
import { ReceiveGate } from "./receive-gate.ts";

/** The messages of a request, as its handler takes them: one, or an async iterable. */
export interface RequestInput {
  /** The messages of a method that takes a stream. */
  readonly messages: MessageQueue<unknown> | undefined;
  /** DATA came that does not end the request. @throws ConnectError for what is no message, or one too many */
  receive(bytes: Uint8Array, endStream: boolean): void;
  /** The request has ended. Gives the one message. @throws ConnectError when it is missing, or not whole */
  end(): unknown;
}

/** What the requests of a server share. */
export interface InputOptions {
  readonly maxReceiveBytes: number;
  readonly decode: Decode;
}

export function createRequestInput(
  method: DescMethod,
  stream: Http2Stream,
  options: InputOptions,
  encoding: string | undefined,
): RequestInput {
  return method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming"
    ? streamInput(method, stream, options, encoding)
    : new SingleInput(method, stream, options, encoding);
}

/** A class because there is one for each call. */
class SingleInput implements RequestInput, MessageSink {
  readonly messages: undefined;
  readonly #method: DescMethod;
  readonly #stream: Http2Stream;
  readonly #decode: Decode;
  readonly #reader: MessageReader;
  #message: Uint8Array | undefined;

  constructor(
    method: DescMethod,
    stream: Http2Stream,
    { maxReceiveBytes, decode }: InputOptions,
    encoding: string | undefined,
  ) {
    this.#method = method;
    this.#stream = stream;
    this.#decode = decode;
    this.#reader = new MessageReader(maxReceiveBytes, encoding, this);
  }

  onMessage(message: Uint8Array): void {
    if (this.#message !== undefined) {
      const { name } = this.#method;
      throw new ConnectError(`${name} takes one message, and another one came`, Code.Unimplemented);
    }
    this.#message = message;
  }

  receive(bytes: Uint8Array, endStream: boolean): void {
    this.#reader.read(bytes);
    if (!endStream) this.#stream.consume(bytes.length);
  }

  end(): unknown {
    assertWhole(this.#reader);
    const method = this.#method;
    if (this.#message === undefined) {
      throw new ConnectError(`${method.name} takes one message, and none came`, Code.Unimplemented);
    }
    return decodeInput(this.#decode, method, this.#message);
  }
}

function streamInput(
  method: DescMethod,
  stream: Http2Stream,
  { maxReceiveBytes, decode }: InputOptions,
  encoding: string | undefined,
): RequestInput {
  const gate = new ReceiveGate();
  const messages: MessageQueue<unknown> = createMessageQueue((bytes) => decodeInput(decode, method, bytes), {
    onTaken: () => gate.onTaken(stream, messages.heldBytes),
    onLeft: () => gate.onTaken(stream, 0),
  });
  const reader = new MessageReader(maxReceiveBytes, encoding, {
    onMessage: (message) => messages.push(message),
  });
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

function decodeInput(decode: Decode, { input }: DescMethod, bytes: Uint8Array): unknown {
  try {
    return decode(input, bytes);
  } catch (cause) {
    const message = `a message is no ${input.typeName}`;
    throw new ConnectError(message, Code.Internal, undefined, undefined, cause);
  }
}
