import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import type { Http2Stream } from "../http2/http2-stream.ts";
import { textOfThrown } from "../thrown.ts";
import type { Decode } from "./decode/message-decoder.ts";
import { createMessageQueue, type MessageQueue } from "./message-queue.ts";
import { countedMessageBytes, MessageReader, type MessageSink, tooMuchUnfinished } from "./message-reader.ts";
import { ReceiveGate } from "./receive-gate.ts";

/** The messages of a request, in the form that its handler takes: one, or an async iterable. */
export interface RequestInput {
  /** The messages of a method that takes a stream. */
  readonly messages: MessageQueue<unknown> | undefined;
  /** Called for DATA that does not end the request. @throws ConnectError for what is no message, or one too many */
  receive(bytes: Uint8Array, endStream: boolean): void;
  /** Whether complete messages are still being decompressed: the request ends after them. */
  readonly isBehind: boolean;
  whenCaughtUp(callback: () => void): void;
  /**
   * Called at the end of the request. Returns the message of a unary request. @throws ConnectError when it is missing,
   * or not whole
   */
  end(): unknown;
}

/** State that the requests of a server share. */
export interface InputOptions {
  readonly maxReceiveBytes: number;
  readonly decode: Decode;
}

/** The call of the request. */
export interface InputOwner {
  /** Called when the request cannot be read. */
  onBroken(reason: unknown): void;
}

export function createRequestInput(
  method: DescMethod,
  stream: Http2Stream,
  options: InputOptions,
  encoding: string | undefined,
  owner: InputOwner,
): RequestInput {
  return method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming"
    ? streamInput(method, stream, options, encoding, owner)
    : new SingleInput(method, stream, options, encoding, owner);
}

/** A class because there is one for each call. */
class SingleInput implements RequestInput, MessageSink {
  readonly messages: undefined;
  readonly #method: DescMethod;
  readonly #stream: Http2Stream;
  readonly #decode: Decode;
  readonly #reader: MessageReader;
  readonly #owner: InputOwner;
  #message: Uint8Array | undefined;

  constructor(
    method: DescMethod,
    stream: Http2Stream,
    { maxReceiveBytes, decode }: InputOptions,
    encoding: string | undefined,
    owner: InputOwner,
  ) {
    this.#owner = owner;
    this.#method = method;
    this.#stream = stream;
    this.#decode = decode;
    this.#reader = new MessageReader(maxReceiveBytes, encoding, this);
  }

  onMessage(message: Uint8Array): void {
    if (this.#message !== undefined) {
      const { name } = this.#method;
      throw rpcError(`${name} takes one message, and another one came`, Code.Unimplemented);
    }
    if (message.length >= countedMessageBytes && !this.#stream.hold(message.length))
      throw tooMuchUnfinished();
    this.#message = message;
  }

  onBroken(reason: unknown): void {
    this.#owner.onBroken(reason);
  }

  hold(bytes: number): boolean {
    return this.#stream.hold(bytes);
  }

  get isBehind(): boolean {
    return this.#reader.isBehind;
  }

  whenCaughtUp(callback: () => void): void {
    this.#reader.whenCaughtUp(callback);
  }

  receive(bytes: Uint8Array, endStream: boolean): void {
    this.#reader.read(bytes);
    if (!endStream) this.#stream.consume(bytes.length);
  }

  end(): unknown {
    assertWhole(this.#reader);
    const method = this.#method;
    const message = this.#message;
    if (message === undefined) {
      throw rpcError(`${method.name} takes one message, and none came`, Code.Unimplemented);
    }
    // From here on the message belongs to the handler.
    this.#message = undefined;
    if (message.length >= countedMessageBytes) this.#stream.hold(-message.length);
    return decodeInput(this.#decode, method, message);
  }
}

function streamInput(
  method: DescMethod,
  stream: Http2Stream,
  { maxReceiveBytes, decode }: InputOptions,
  encoding: string | undefined,
  owner: InputOwner,
): RequestInput {
  const gate = new ReceiveGate();
  const messages: MessageQueue<unknown> = createMessageQueue((bytes) => decodeInput(decode, method, bytes), {
    onTaken: () => gate.onTaken(stream, messages.heldBytes),
    onLeft: () => gate.onTaken(stream, 0),
  });
  const reader = new MessageReader(maxReceiveBytes, encoding, {
    onMessage: (message, wasCompressed) => {
      messages.push(message);
      if (wasCompressed && !gate.onDecompressed(stream, messages.heldBytes)) throw tooMuchUnfinished();
    },
    onBroken: (reason) => owner.onBroken(reason),
    hold: (bytes) => stream.hold(bytes),
  });
  return {
    messages,
    get isBehind() {
      return reader.isBehind;
    },
    whenCaughtUp: (callback) => reader.whenCaughtUp(callback),
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
  if (reader.isWithinMessage()) throw rpcError("the request ends within a message", Code.Internal);
}

function decodeInput(decode: Decode, { input }: DescMethod, bytes: Uint8Array): unknown {
  try {
    return decode(input, bytes);
  } catch (cause) {
    if (cause instanceof ConnectError) throw cause;
    const message = `a message is not a valid ${input.typeName}: ${textOfThrown(cause)}`;
    throw rpcError(message, Code.Internal, { cause });
  }
}
