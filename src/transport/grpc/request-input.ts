import { isPromise } from "node:util/types";
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import type { Http2Stream } from "../http2/http2-stream.ts";
import { textOfThrown } from "../thrown.ts";
import type { Decode } from "./decode/message-decoder.ts";
import { createMessageQueue, type MessageQueue } from "./message-queue.ts";
import { countedMessageBytes, MessageReader, type MessageSink, tooMuchUnfinished } from "./message-reader.ts";
import { type MessageTaker, openMessage } from "./open-message.ts";
import { ReceiveGate } from "./receive-gate.ts";
import type { ReceivedMessage } from "./received-message.ts";

/** The messages of a request, in the form that its handler takes: one, or an async iterable. */
export interface RequestInput {
  /** The messages of a method that takes a stream. */
  readonly messages: MessageQueue<unknown> | undefined;
  /** Called for DATA that does not end the request. @throws ConnectError for an invalid message, or too many */
  receive(bytes: Uint8Array, endStream: boolean): void;
  /**
   * Called at the end of the request. Returns the message of a unary request, or a promise of one that takes longer.
   * @throws ConnectError when it is missing, not whole or not valid; the promise rejects with the same
   */
  end(): unknown;
}

/** State that the requests of a server share. */
export interface InputOptions {
  readonly maxReceiveBytes: number;
  readonly decode: Decode;
}

/** The call of the request. */
interface InputOwner {
  /** The status was sent, or the caller no longer waits for it. */
  readonly isOver: boolean;
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
class SingleInput implements RequestInput, MessageSink, MessageTaker {
  readonly messages: undefined;
  readonly #method: DescMethod;
  readonly #stream: Http2Stream;
  readonly #decode: Decode;
  readonly #reader: MessageReader;
  readonly #owner: InputOwner;
  #message: ReceivedMessage | undefined;

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

  onMessage(message: ReceivedMessage): void {
    if (this.#message !== undefined) {
      const { name } = this.#method;
      throw rpcError(`${name} takes one message, and another one came`, Code.Unimplemented);
    }
    if (message.length >= countedMessageBytes && !this.#stream.hold(message.length))
      throw tooMuchUnfinished();
    this.#message = message;
  }

  hold(bytes: number): boolean {
    return this.#stream.hold(bytes);
  }

  holdApart(bytes: number): (() => void) | undefined {
    return this.#stream.holdApart(bytes);
  }

  isWanted(): boolean {
    return !this.#owner.isOver;
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
    return openInput(this.#decode, method, message, this);
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
  const taker: MessageTaker = {
    holdApart: (bytes) => stream.holdApart(bytes),
    isWanted: () => !owner.isOver,
  };
  const open = (message: ReceivedMessage): unknown => openInput(decode, method, message, taker);
  const messages: MessageQueue<unknown> = createMessageQueue(open, {
    onTaken: () => gate.onTaken(stream, messages.heldBytes),
    onLeft: () => gate.onTaken(stream, 0),
  });
  const reader = new MessageReader(maxReceiveBytes, encoding, {
    onMessage: (message) => messages.push(message),
    hold: (bytes) => stream.hold(bytes),
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
  if (reader.isWithinMessage()) throw rpcError("the request ends within a message", Code.Internal);
}

function openInput(
  decode: Decode,
  { input }: DescMethod,
  message: ReceivedMessage,
  taker: MessageTaker,
): unknown {
  const fail = (cause: unknown): never => {
    if (cause instanceof ConnectError) throw cause;
    const text = `a message is not a valid ${input.typeName}: ${textOfThrown(cause)}`;
    throw rpcError(text, Code.Internal, { cause });
  };
  try {
    const opened = openMessage(decode, input, message, taker);
    return isPromise(opened) ? opened.catch(fail) : opened;
  } catch (cause) {
    return fail(cause);
  }
}
