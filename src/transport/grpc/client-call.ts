import { isPromise } from "node:util/types";
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import { nowMs } from "../../clock.ts";
import { rpcError } from "../../rpc-error.ts";
import { startTimer, stopTimer, type Timer } from "../../timer.ts";
import { type CallGuard, endGuards, type GuardedCall } from "../call-guard.ts";
import { callTimeout } from "../call-timeout.ts";
import { ErrorCode } from "../http2/error-codes.ts";
import type { Http2ClientConnection } from "../http2/http2-connection.ts";
import type { HeaderFields, Http2Stream, Http2StreamListener } from "../http2/http2-stream.ts";
import { quoteField } from "../http2/quote-field.ts";
import { hasRoom } from "../sent-metadata.ts";
import { toConnectError } from "../thrown.ts";
import { type Metadata, requestLimits } from "../to-metadata.ts";
import { codeOfHttpStatus, codeOfReset } from "./codes.ts";
import { countedMessageBytes, MessageReader, type MessageSink, tooMuchUnfinished } from "./message-reader.ts";
import { findField } from "./metadata.ts";
import type { MessageTaker } from "./open-message.ts";
import { ReceiveGate } from "./receive-gate.ts";
import type { ReceivedMessage } from "./received-message.ts";
import type { RequestFields } from "./request-fields.ts";
import { type ReceivedStatus, readStatus } from "./status-fields.ts";

/** The parameters of a call. */
export interface CallOptions {
  readonly method: DescMethod;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly metadata: Metadata | undefined;
}

/** The guards around the calls of a method. */
export interface GuardsOfCall {
  /** The last one is closest to the wire. */
  readonly guards: readonly CallGuard[];
  /** Those of them with `onReceived`. */
  readonly receivers: readonly CallGuard[];
}

/** State that the calls of a transport share. */
export interface ClientState {
  guardsOf(method: DescMethod): GuardsOfCall;
  readonly requestFields: RequestFields;
  readonly maxReceiveBytes: number;
  /** The connection, or `undefined` while none accepts calls. */
  current(): Http2ClientConnection | undefined;
  /** Dials, or waits for a dial in progress. Rejects with UNAVAILABLE. */
  connect(): Promise<Http2ClientConnection>;
}

/** Receives the answer. */
export interface AnswerListener {
  onMessage(message: ReceivedMessage): void;
  /** The call has ended; nothing follows. `undefined` is the status OK. */
  onEnd(error: ConnectError | undefined): void;
}

/** Callbacks that only calls with a stream of messages need. */
interface StreamListener {
  /** Bytes of messages that wait to be read. */
  heldBytes(): number;
  /** The stream is open, or queued by the connection: the rest of the request may be sent on it. */
  onOpen(stream: Http2Stream): void;
  /** The header section has arrived, and the call continues. */
  onHeaders(): void;
  onDrain(): void;
}

const noFields: HeaderFields = [];
const noChunks: readonly Uint8Array[] = [];

/** One call on its stream, from its request to its status. A class because there is one for each call. */
export class ClientCall implements GuardedCall, Http2StreamListener, MessageSink, MessageTaker {
  readonly #options: CallOptions;
  readonly #state: ClientState;
  readonly #guards: GuardsOfCall;
  readonly #listener: AnswerListener;
  readonly #streaming: StreamListener | undefined;
  readonly #deadline: number | undefined;
  readonly #timer: Timer | undefined;
  readonly #gate = new ReceiveGate();
  readonly #onAbort: (() => void) | undefined;
  #reader: MessageReader | undefined;
  #stream: Http2Stream | undefined;
  /** The bytes that the request begins with, until the stream is open, and whether they are all of it. */
  #request: readonly Uint8Array[] = noChunks;
  #isWholeRequest = false;
  /** Number of guards whose `onBegin` was called. */
  #begun = 0;
  #isOver = false;
  headerFields: HeaderFields | undefined;
  trailerFields: HeaderFields = noFields;

  /**
   * @param streaming for a method with a stream in either direction
   * @throws ConnectError INVALID_ARGUMENT for a timeout that is not a number.
   */
  constructor(
    options: CallOptions,
    state: ClientState,
    listener: AnswerListener,
    streaming?: StreamListener,
  ) {
    const { signal } = options;
    const timeoutMs = callTimeout(options.timeoutMs);
    this.#options = options;
    this.#state = state;
    this.#guards = state.guardsOf(options.method);
    this.#listener = listener;
    this.#streaming = streaming;
    if (timeoutMs !== undefined) {
      this.#deadline = nowMs() + timeoutMs;
      this.#timer = startTimer(timeoutMs, () => this.cancel(deadlineExceeded()));
    }
    if (signal !== undefined) {
      this.#onAbort = () => this.cancel(toConnectError(signal.reason, Code.Canceled));
      signal.addEventListener("abort", this.#onAbort);
    }
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get method(): DescMethod {
    return this.#options.method;
  }

  get abortReason(): unknown {
    const { signal } = this.#options;
    return signal?.aborted ? signal.reason : undefined;
  }

  /** Calls `onBegin` of the guards. False if one of them refused the call, which is then over. */
  begin(): boolean {
    try {
      for (const guard of this.#guards.guards) {
        guard.onBegin(this);
        this.#begun++;
      }
      return true;
    } catch (reason) {
      this.cancel(toConnectError(reason));
      return false;
    }
  }

  /** Opens the stream and sends these chunks as soon as there is a connection; `isLast` ends the request. */
  start(chunks: readonly Uint8Array[], isLast: boolean): void {
    const { signal } = this.#options;
    this.#request = chunks;
    this.#isWholeRequest = isLast;
    if (signal?.aborted) {
      this.cancel(toConnectError(signal.reason, Code.Canceled));
      return;
    }
    const connection = this.#state.current();
    if (connection !== undefined) this.#open(connection);
    else {
      this.#state.connect().then(
        (opened) => this.#open(opened),
        // For any reason that prevents another dial, the call reports a lost connection.
        (reason: unknown) => this.cancel(unavailable(reason)),
      );
    }
  }

  /** Ends the call from this side (PROTOCOL-HTTP2, "Errors": RST_STREAM with CANCEL). */
  cancel(error: ConnectError): void {
    if (this.#isOver) return;
    this.#stream?.reset(ErrorCode.cancel);
    this.#end(error);
  }

  /** A waiting message was read. */
  onTaken(): void {
    if (this.#stream !== undefined) this.#gate.onTaken(this.#stream, this.#heldBytes());
  }

  onHeaders(fields: HeaderFields, endStream: boolean): void {
    if (this.#isOver) return;
    if (this.headerFields !== undefined) {
      this.#onTrailers(fields);
      return;
    }
    this.headerFields = fields;
    if (endStream) this.trailerFields = fields;
    // A status before the end of the stream is invalid: it has to be in trailers, or alone (PROTOCOL-HTTP2,
    // "Responses").
    const status = endStream ? readStatus(fields) : undefined;
    const problem = status?.error ?? problemOf(fields, status);
    if (problem !== undefined) this.#stop(problem, endStream);
    else if (endStream) this.#onTrailers(fields);
    else {
      const encoding = findField(fields, "grpc-encoding");
      this.#reader = new MessageReader(this.#state.maxReceiveBytes, encoding, this);
      this.#streaming?.onHeaders();
    }
  }

  onData(bytes: Uint8Array, endStream: boolean): void {
    if (this.#isOver || this.#reader === undefined) return;
    for (const guard of this.#guards.receivers) guard.onReceived?.(this);
    try {
      this.#reader.read(bytes);
    } catch (cause) {
      this.#stop(toConnectError(cause, Code.Internal), endStream);
      return;
    }
    if (endStream) this.#end(missingStatus(this.#reader));
    else if (this.#stream !== undefined) {
      this.#gate.onReceived(this.#stream, bytes.length, this.#heldBytes());
    }
  }

  onMessage(message: ReceivedMessage): void {
    if (this.#isOver) return;
    // A unary answer waits for its status; a stream's messages are counted while they wait for the reader.
    const isCounted = this.method.methodKind === "unary" && message.length >= countedMessageBytes;
    if (isCounted && !this.hold(message.length)) throw tooMuchUnfinished();
    this.#listener.onMessage(message);
  }

  hold(bytes: number): boolean {
    return this.#stream?.hold(bytes) ?? true;
  }

  holdApart(bytes: number): (() => void) | undefined {
    return this.#stream?.holdApart(bytes);
  }

  isWanted(): boolean {
    // Messages of a stream that came in time are its reader's, however late it reads them.
    return !this.#options.signal?.aborted && !(this.method.methodKind === "unary" && this.#isLate());
  }

  /** The error of a call whose answer came in time, and whose deadline was over before it was read. */
  get lateness(): ConnectError | undefined {
    return this.#isLate() ? deadlineExceeded() : undefined;
  }

  #isLate(): boolean {
    return this.#deadline !== undefined && nowMs() >= this.#deadline;
  }

  onDrain(): void {
    this.#streaming?.onDrain();
  }

  onClosed(errorCode: number, reason: string, isConnectionLost: boolean): void {
    if (this.#isOver) return;
    // A Go server resets a call in this way when its deadline is over, which may be a little before this side's timer.
    const isLate = this.#deadline !== undefined && this.#deadline - nowMs() <= clockToleranceMs;
    if (!isConnectionLost && errorCode === ErrorCode.cancel && isLate) this.#end(deadlineExceeded());
    else if (isConnectionLost) this.#end(rpcError(`connection lost: ${reason}`, Code.Unavailable));
    else this.#end(rpcError(`the server has reset the call: ${reason}`, codeOfReset(errorCode)));
  }

  #open(connection: Http2ClientConnection): void {
    if (this.#isOver) return;
    const { method, metadata } = this.#options;
    const timeoutMs = this.#deadline === undefined ? undefined : Math.max(this.#deadline - nowMs(), 0);
    try {
      const fields = this.#state.requestFields.make(method, timeoutMs, metadata);
      if (metadata !== undefined)
        hasRoom("the metadata", fields, requestLimits(connection.maxHeaderListBytes));
      this.#stream = connection.openStream(fields, false, this);
    } catch (reason) {
      // Metadata that cannot be sent fail this call only.
      this.cancel(toConnectError(reason, Code.InvalidArgument));
      return;
    }
    const stream = this.#stream;
    if (this.#isWholeRequest || this.#request.length > 0) {
      stream.sendData(this.#request, this.#isWholeRequest);
      this.#request = noChunks;
    }
    this.#streaming?.onOpen(stream);
  }

  /** The message of a unary answer does not wait for a reader. */
  #heldBytes(): number {
    return this.#streaming?.heldBytes() ?? 0;
  }

  #onTrailers(fields: HeaderFields): void {
    if (this.#isOver) return;
    this.trailerFields = fields;
    const status = readStatus(fields, this.headerFields === fields ? [] : this.headerFields);
    const brokenOff = this.#reader?.isWithinMessage() ?? false;
    if (status === undefined) this.#stop(missingStatus(this.#reader), true);
    else if (status.error === undefined && brokenOff) this.#stop(missingStatus(this.#reader), true);
    else this.#stop(status.error, true);
  }

  /** Ends the call and stops the request (RFC 9113 §8.1). */
  #stop(error: ConnectError | undefined, hasPeerEnded: boolean): void {
    this.#stream?.reset(hasPeerEnded ? ErrorCode.noError : ErrorCode.cancel);
    this.#end(error);
  }

  #end(error: ConnectError | undefined): void {
    this.#isOver = true;
    stopTimer(this.#timer);
    if (this.#onAbort !== undefined) this.#options.signal?.removeEventListener("abort", this.#onAbort);
    const reason = endGuards(this.#guards.guards, this.#begun, this, error);
    if (error === undefined) this.#listener.onEnd(undefined);
    else if (isPromise(reason)) {
      void reason.then((later: unknown) => this.#listener.onEnd(toConnectError(later)));
    } else this.#listener.onEnd(toConnectError(reason));
  }
}

function unavailable(reason: unknown): ConnectError {
  const { rawMessage, cause } = toConnectError(reason);
  return rpcError(rawMessage, Code.Unavailable, { cause });
}

/** Tolerance for the difference between the clocks of two processes. */
const clockToleranceMs = 20;

function deadlineExceeded(): ConnectError {
  return rpcError("the deadline of the call is over", Code.DeadlineExceeded);
}

/** Says why a header section is not that of a gRPC answer (PROTOCOL-HTTP2, "Responses"). */
function problemOf(fields: HeaderFields, status: ReceivedStatus | undefined): ConnectError | undefined {
  const httpStatus = findField(fields, ":status") ?? "";
  if (httpStatus !== "200" && status === undefined) {
    return rpcError(`the server answered with HTTP status ${httpStatus}`, codeOfHttpStatus(httpStatus));
  }
  const contentType = findField(fields, "content-type") ?? "";
  if (!/^application\/grpc(\+proto)?(;|$)/i.test(contentType)) {
    return rpcError(
      `expected an answer of type "application/grpc", got ${quoteField(contentType)}`,
      Code.Unknown,
    );
  }
  const encoding = findField(fields, "grpc-encoding");
  if (encoding !== undefined && encoding !== "identity" && encoding !== "gzip") {
    return rpcError(`cannot read an answer that is compressed as ${quoteField(encoding)}`, Code.Internal);
  }
  return undefined;
}

function missingStatus(reader: MessageReader | undefined): ConnectError {
  return reader?.isWithinMessage()
    ? rpcError("the answer ends within a message", Code.Internal)
    : rpcError("the answer ends without a status", Code.Internal);
}
