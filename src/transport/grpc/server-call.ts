import { isPromise } from "node:util/types";
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import { nowMs } from "../../clock.ts";
import { rpcError } from "../../rpc-error.ts";
import { startTimer, stopTimer, type Timer } from "../../timer.ts";
import { type CallGuard, endGuards, type GuardedCall, tellUnsendable, thrown } from "../call-guard.ts";
import type { HeaderFields, Http2Stream, Http2StreamListener } from "../http2/http2-stream.ts";
import { sendableError } from "../sendable-error.ts";
import type { SectionLimits } from "../sent-metadata.ts";
import { textOfThrown, toConnectError } from "../thrown.ts";
import { asIterable } from "./async-iterables.ts";
import { CallContext } from "./call-context.ts";
import type { MessageWriter } from "./message-writer.ts";
import { stopRequest } from "./refuse.ts";
import { createRequestInput, type InputOptions, type RequestInput } from "./request-input.ts";
import { responseFields, trailersOnly } from "./response-fields.ts";
import { type Handler, isObject } from "./routes.ts";
import { createSendBatch, type SendBatch } from "./send-batch.ts";
import { errorTrailers, fixedTrailers, okTrailers } from "./status-fields.ts";

/** The facts of a call from its headers. */
interface CallSetup {
  readonly handler: Handler;
  /** Around the handler, the first one closest to the wire. */
  readonly guards: readonly CallGuard[];
  readonly stream: Http2Stream;
  readonly fields: HeaderFields;
  readonly timeoutMs: number | undefined;
  /** The caller's `grpc-encoding`. */
  readonly encoding: string | undefined;
  readonly isCompressed: boolean;
}

/** State that the calls of a server share. */
export interface ServerState extends InputOptions {
  readonly writer: MessageWriter;
  readonly running: Set<ServerCall>;
  /** Gives the reason with which the signal of a call that succeeded is aborted. */
  readonly ended: () => ConnectError;
  /** Counts ticks of a coarse clock, so that it costs calls nothing. */
  tick: number;
}

/**
 * One call on its stream, from its headers to its status. None of its methods throws, whatever the handler returns or
 * throws: they run in callbacks of promises, sockets and timers, where an exception could not be caught. A class
 * because there is one for each call.
 */
export class ServerCall implements GuardedCall, Http2StreamListener, SectionLimits {
  readonly #handler: Handler;
  readonly #guards: readonly CallGuard[];
  readonly #stream: Http2Stream;
  readonly #state: ServerState;
  readonly #isCompressed: boolean;
  readonly #input: RequestInput;
  readonly context: CallContext;
  /** The status was sent, or the caller no longer waits for it. */
  isOver = false;
  #hasSentHeaders = false;
  /** The caller has ended its request. */
  #hasPeerEnded = false;
  readonly #beganAt: number;
  readonly #timer: Timer | undefined;
  #batch: SendBatch | undefined;
  #output: AsyncIterator<unknown> | undefined;
  /** Resolves when a handler that was left at a `yield` has ended. */
  #left: Promise<void> | undefined;
  /** Number of guards whose `onBegin` was called and `onEnd` was not. */
  #begun = 0;

  constructor(setup: CallSetup, state: ServerState) {
    const { handler, stream, fields, timeoutMs } = setup;
    this.#handler = handler;
    this.#guards = setup.guards;
    this.#stream = stream;
    this.#state = state;
    this.#isCompressed = setup.isCompressed;
    this.#input = createRequestInput(handler.method, stream, state, setup.encoding, this);
    this.#beganAt = state.tick;
    const deadline = timeoutMs === undefined ? undefined : nowMs() + timeoutMs;
    this.context = new CallContext(handler.method, fields, deadline, state.ended);
    state.running.add(this);
    this.#timer = timeoutMs === undefined ? undefined : startTimer(timeoutMs, () => this.#onDeadline());
  }

  get method(): DescMethod {
    return this.#handler.method;
  }

  get abortReason(): unknown {
    return this.context.abortReason;
  }

  /** Whether messages of the handler wait to be sent. */
  get hasMessages(): boolean {
    return this.#batch?.hasMessages() ?? false;
  }

  /** Ends the call with this status. The handler may continue to run. */
  cancel(error: ConnectError): void {
    this.#fail(error);
  }

  /** The headers have been looked at. */
  start(endStream: boolean): void {
    const { messages } = this.#input;
    if (messages !== undefined) this.#run(messages);
    if (endStream) this.#onPeerEnd();
  }

  onData(bytes: Uint8Array, endStream: boolean): void {
    if (this.isOver) {
      // Not held against the connection, and the occasion to say what could not be said before.
      this.#stream.consume(bytes.length);
      if (!endStream) stopRequest(this.#stream);
      return;
    }
    try {
      this.#input.receive(bytes, endStream);
    } catch (cause) {
      this.#hasPeerEnded = endStream;
      this.#fail(cause);
      return;
    }
    if (endStream) this.#onPeerEnd();
  }

  /** A trailer section of a request has no meaning in gRPC and ends the request. */
  onHeaders(_fields: HeaderFields, endStream: boolean): void {
    if (endStream && !this.isOver) this.#onPeerEnd();
  }

  onDrain(): void {
    this.#batch?.onDrain();
  }

  /** The caller cancels by RST_STREAM (PROTOCOL-HTTP2, "Errors"), or is gone. */
  onClosed(_errorCode: number, reason: string, isConnectionLost: boolean): void {
    this.#hasPeerEnded = true;
    if (this.isOver) return;
    const what = isConnectionLost ? "the caller is gone" : "the caller has cancelled the call";
    this.#end(rpcError(`${what}: ${reason}`, Code.Canceled));
  }

  /** A tick of the server's clock: fails a call whose one message has not come within two of them. */
  onTick(): void {
    if (this.#hasPeerEnded || this.#input.messages !== undefined) return;
    if (this.#state.tick - this.#beganAt < 2) return;
    const message = "the message of the call did not come in time, which is a minute at least";
    this.#fail(rpcError(message, Code.DeadlineExceeded));
  }

  #onPeerEnd(): void {
    this.#hasPeerEnded = true;
    if (this.isOver) return;
    try {
      const message = this.#input.end();
      if (isPromise(message)) {
        message.then(
          (opened) => {
            if (!this.isOver) this.#run(opened);
          },
          (cause: unknown) => this.#fail(cause),
        );
      } else if (this.#input.messages === undefined) this.#run(message);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #onDeadline(): void {
    this.#fail(rpcError("the deadline of the call is over", Code.DeadlineExceeded));
  }

  #run(input: unknown): void {
    const handler = this.#handler;
    try {
      for (const guard of this.#guards) {
        guard.onBegin(this);
        this.#begun++;
      }
      if (handler.answersOnce) {
        const answer = handler.call(input, this.context);
        if (isThenable(answer)) {
          // A promise is used as it is; another thenable may call back twice, or with another thenable.
          Promise.resolve(answer).then(
            (message) => this.#answerOnce(message),
            (cause) => this.#onThrown(cause),
          );
        } else this.#answerOnce(answer);
      } else {
        const output = asIterable(handler.call(input, this.context));
        this.#answerStream(output).catch((cause: unknown) => this.#fail(cause));
      }
    } catch (cause) {
      this.#onThrown(cause);
    }
  }

  /** The handler has ended with an error. */
  #onThrown(cause: unknown): void {
    const reason = this.#endGuards(thrown(cause));
    if (isPromise(reason)) void reason.then((later: unknown) => this.#fail(later));
    else this.#fail(reason);
  }

  #answerOnce(message: unknown): void {
    this.#endGuards(undefined);
    if (this.isOver) return;
    const { writer } = this.#state;
    try {
      const bytes = writer.write(
        undefined,
        this.#handler.method.output,
        isObject(message) ? message : {},
        this.#isCompressed,
      );
      const chunks = writer.take();
      if (!this.#stream.hasRoomFor(bytes)) {
        this.#fail(unreadAnswers());
        return;
      }
      this.#sendHeaders();
      this.#stream.sendData(chunks, false);
      this.#succeed();
    } catch (cause) {
      this.#onUnsendableMessage(cause);
    }
  }

  #onUnsendableMessage(cause: unknown): void {
    const error = toConnectError(cause, Code.Internal);
    this.onUnsendable(error.rawMessage);
    this.#fail(error);
  }

  async #answerStream(messages: AsyncIterable<unknown>): Promise<void> {
    try {
      const iterator = messages[Symbol.asyncIterator]();
      this.#output = iterator;
      await this.#sendAll(iterator);
    } catch (cause) {
      if (this.#left !== undefined) await this.#left;
      this.#onThrown(cause);
      return;
    }
    if (this.#left !== undefined) await this.#left;
    this.#endGuards(undefined);
    if (!this.isOver) this.#succeed();
  }

  /** Sends the handler's messages until they or the call end. Rejects with the handler's exception. */
  async #sendAll(messages: AsyncIterator<unknown>): Promise<void> {
    const { output } = this.#handler.method;
    const batch = createSendBatch(this.#stream, this.#state.writer, output, this.#isCompressed);
    this.#batch = batch;
    for (;;) {
      const { done, value } = await messages.next();
      if (done || this.isOver) return;
      if (!this.#stream.hasRoomFor(0)) {
        this.#fail(unreadAnswers());
        return;
      }
      try {
        if (!this.#hasSentHeaders) this.#sendHeaders();
        batch.send(isObject(value) ? value : {});
      } catch (cause) {
        this.#onUnsendableMessage(cause);
        return;
      }
      const drained = batch.drained();
      if (drained !== undefined) await drained;
      if (this.isOver) return;
    }
  }

  #sendHeaders(): void {
    this.#stream.sendHeaders(responseFields(this.context.madeHeader, this.#isCompressed, this), false);
    this.#hasSentHeaders = true;
  }

  #succeed(): void {
    if (!this.#hasSentHeaders) this.#sendHeaders();
    this.#finish(okTrailers(this.context.madeTrailer, this), undefined);
  }

  /** Sends the status of an error, or a fixed one if that fails: a caller without a status would wait forever. */
  #fail(cause: unknown): void {
    if (this.isOver) return;
    const error = sendableError(cause, (problem) => this.onUnsendable(problem));
    try {
      // Headers that the handler has set are sent before the status; without any the status is the only section.
      if (!this.#hasSentHeaders && this.context.madeHeader !== undefined) this.#sendHeaders();
      this.#finish(errorTrailers(error, this.context.madeTrailer, this), error);
    } catch (reason) {
      if (this.isOver) return;
      this.onUnsendable(textOfThrown(reason));
      this.#finish(fixedTrailers, error);
    }
  }

  #finish(trailers: HeaderFields, error: ConnectError | undefined): void {
    this.#batch?.flush();
    this.#stream.sendHeaders(this.#hasSentHeaders ? trailers : trailersOnly(trailers), true);
    this.#end(error);
    if (!this.#hasPeerEnded) stopRequest(this.#stream);
  }

  // For the sections of the answer

  get maxBytes(): number {
    return this.#stream.maxHeaderListBytes;
  }

  onUnsendable(problem: string): void {
    tellUnsendable(this.#guards, this, problem);
  }

  #end(error: ConnectError | undefined): void {
    this.isOver = true;
    this.#state.running.delete(this);
    stopTimer(this.#timer);
    this.context.end(error);
    this.#input.messages?.fail(error ?? this.#state.ended());
    if (this.#batch === undefined) return;
    this.#batch.onDrain();
    // Ends a handler that waits at a `yield`.
    if (error !== undefined && this.#output !== undefined) this.#left = leave(this.#output);
  }

  /** Called when the handler has ended; later calls have no effect. Returns the error to report. */
  #endGuards(error: unknown): unknown {
    const begun = this.#begun;
    this.#begun = 0;
    return endGuards(this.#guards, begun, this, error);
  }
}

function unreadAnswers(): ConnectError {
  return rpcError(
    "the answers that wait for the caller to read them take too much memory: read them, or raise limits.maxConnectionBytes",
    Code.ResourceExhausted,
  );
}

async function leave(messages: AsyncIterator<unknown>): Promise<void> {
  try {
    await messages.return?.();
  } catch {
    // The call is already over; there is no one left to report a clean-up error to.
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof value["then"] === "function";
}
