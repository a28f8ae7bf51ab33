import { isPromise } from "node:util/types";
import type {
  DescMessage,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { Code, ConnectError, type UnaryResponse } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import { textOfThrown, toConnectError } from "../thrown.ts";
import { type AnswerListener, type CallOptions, ClientCall, type ClientState } from "./client-call.ts";
import type { Decode } from "./decode/message-decoder.ts";
import type { MessageWriter } from "./message-writer.ts";
import { toHeaders } from "./metadata.ts";
import { type MessageTaker, openMessage } from "./open-message.ts";
import type { ReceivedMessage } from "./received-message.ts";

/** The state of unary calls, in addition to that of all calls. */
export interface SendState extends ClientState {
  readonly writer: MessageWriter;
  readonly decode: Decode;
  readonly isCompressed: boolean;
}

/** Runs a unary call: one message each way. */
export function callUnary<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  options: CallOptions,
  state: SendState,
  input: MessageInitShape<I>,
): Promise<UnaryResponse<I, O>> {
  return new Promise((resolve, reject) => {
    new UnaryCall(method, options, state, { resolve, reject }).start(input);
  });
}

interface Caller<I extends DescMessage, O extends DescMessage> {
  readonly resolve: (response: UnaryResponse<I, O>) => void;
  readonly reject: (reason: unknown) => void;
}

/** Waits for the message of the answer. A class because there is one for each call. */
class UnaryCall<I extends DescMessage, O extends DescMessage> implements AnswerListener {
  readonly #method: DescMethodUnary<I, O>;
  readonly #state: SendState;
  readonly #caller: Caller<I, O>;
  readonly #call: ClientCall;
  #answer: ReceivedMessage | undefined;

  constructor(method: DescMethodUnary<I, O>, options: CallOptions, state: SendState, caller: Caller<I, O>) {
    this.#method = method;
    this.#state = state;
    this.#caller = caller;
    this.#call = new ClientCall(options, state, this);
  }

  start(input: MessageInitShape<I>): void {
    if (!this.#call.begin()) return;
    const { writer, isCompressed } = this.#state;
    try {
      writer.write(undefined, this.#method.input, input, isCompressed);
    } catch (reason) {
      this.#call.cancel(toConnectError(reason));
      return;
    }
    this.#call.start(writer.take(), true);
  }

  onMessage(message: ReceivedMessage): void {
    if (this.#answer !== undefined) {
      throw rpcError(`${this.#method.name} gave more than one message`, Code.Unimplemented);
    }
    this.#answer = message;
  }

  onEnd(error: ConnectError | undefined): void {
    const { resolve, reject } = this.#caller;
    const method = this.#method;
    if (error !== undefined) reject(error);
    else if (this.#answer === undefined) {
      reject(rpcError(`${method.name} gave no message`, Code.Unimplemented));
    } else {
      try {
        const answer = openAnswer(this.#state.decode, method.output, this.#answer, this.#call);
        if (!isPromise(answer)) resolve(new LazyResponse(method, this.#call, answer));
        else {
          answer.then(
            (message) => resolve(new LazyResponse(method, this.#call, message)),
            // The caller's own reason comes first.
            (reason) =>
              reject(this.#call.abortReason === undefined ? (this.#call.lateness ?? reason) : reason),
          );
        }
      } catch (reason) {
        reject(reason);
      }
      this.#answer = undefined;
    }
  }
}

/** A response whose headers are made when they are read: the first `Headers` of a process load all of `fetch`. */
class LazyResponse<I extends DescMessage, O extends DescMessage> implements UnaryResponse<I, O> {
  readonly stream = false;
  readonly method: DescMethodUnary<I, O>;
  readonly message: MessageShape<O>;
  readonly #call: ClientCall;
  #header: Headers | undefined;
  #trailer: Headers | undefined;

  constructor(method: DescMethodUnary<I, O>, call: ClientCall, message: MessageShape<O>) {
    this.method = method;
    this.message = message;
    this.#call = call;
  }

  get service(): DescService {
    return this.method.parent;
  }

  get header(): Headers {
    this.#header ??= toHeaders(this.#call.headerFields ?? []);
    return this.#header;
  }

  get trailer(): Headers {
    this.#trailer ??= toHeaders(this.#call.trailerFields);
    return this.#trailer;
  }
}

/**
 * Opens a message of the answer, see {@link openMessage}.
 * @throws ConnectError INTERNAL for bytes that are not such a message, RESOURCE_EXHAUSTED for a message that would take
 *   too much memory, the reason of the caller's signal; a promise rejects with the same
 */
export function openAnswer<O extends DescMessage>(
  decode: Decode,
  desc: O,
  message: ReceivedMessage,
  call: Pick<ClientCall, "abortReason"> & MessageTaker,
): MessageShape<O> | Promise<MessageShape<O>> {
  const fail = (cause: unknown): never => {
    if (call.abortReason !== undefined) throw toConnectError(call.abortReason, Code.Canceled);
    if (cause instanceof ConnectError) throw cause;
    const text = `the answer is not a valid ${desc.typeName}: ${textOfThrown(cause)}`;
    throw rpcError(text, Code.Internal, { cause });
  };
  try {
    const opened = openMessage(decode, desc, message, call);
    return isPromise(opened) ? opened.catch(fail) : opened;
  } catch (cause) {
    return fail(cause);
  }
}
