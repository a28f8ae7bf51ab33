import type { Duplex } from "node:stream";
import type { Endpoint } from "./endpoint.ts";
import { ErrorCode, errorCodeName } from "./error-codes.ts";
import { maxStreamId } from "./frame-types.ts";
import { quoteField } from "./quote-field.ts";

/** How long a peer may take to answer GOAWAY, or to close its half of a socket when this side has closed its own. */
const lingerMs = 1000;
/** How long a peer may take to read the last bytes after a regular end. */
const lastReadMs = 10_000;

/** Ends a connection: in order with GOAWAY (RFC 9113 §6.8), with an error (§5.4.1), or with its socket. */
export class ConnectionEnding {
  readonly #endpoint: Endpoint;
  readonly #socket: Duplex;
  /** No new streams: GOAWAY was sent or received. */
  isClosing = false;
  /** No more frames in either direction. */
  isOver = false;
  /** Called when the connection is over. */
  onOver: () => void = () => {};
  /** A closing server ignores streams above this id. */
  lastAcceptedId: number = maxStreamId;
  #isGoawaySent = false;
  /** No stream will be added: the connection ends with the last one. */
  #isFinal = false;
  #closeTimer: NodeJS.Timeout | undefined;
  /** The text of the peer's GOAWAY. */
  #peerGoaway: string | undefined;
  #reason: string | undefined;

  constructor(endpoint: Endpoint, socket: Duplex) {
    this.#endpoint = endpoint;
    this.#socket = socket;
  }

  /** The reason why there are no new streams. */
  get reason(): string {
    return this.#reason ?? this.#peerGoaway ?? "the connection is closing";
  }

  /** No more new streams; the connection ends when the open ones have. */
  close(): void {
    if (this.isOver || this.#isGoawaySent) return;
    const { isServer, writer } = this.#endpoint;
    this.#isGoawaySent = true;
    this.#beginClosing();
    if (isServer) {
      // In two steps: streams that the peer has opened and that are still in flight are served.
      writer.goaway(maxStreamId, ErrorCode.noError, "");
      this.#endpoint.ping(() => this.#closeFinally());
      this.#closeTimer = setTimeout(() => this.#closeFinally(), lingerMs);
      this.#closeTimer.unref();
    } else {
      this.#isFinal = true;
      writer.goaway(0, ErrorCode.noError, "");
    }
    this.#endpoint.scheduleFlush();
    this.endIfDone();
  }

  #closeFinally(): void {
    clearTimeout(this.#closeTimer);
    if (this.isOver || this.#isFinal) return;
    this.#isFinal = true;
    this.lastAcceptedId = this.#endpoint.streams.lastId;
    this.#endpoint.writer.goaway(this.lastAcceptedId, ErrorCode.noError, "");
    this.#endpoint.scheduleFlush();
    this.endIfDone();
  }

  /** Handles the peer's GOAWAY: streams that a server ignores end, the others continue. */
  onGoaway(lastStreamId: number, errorCode: number, debug: string): void {
    const words = debug === "" ? "" : ` ${quoteField(debug)}`;
    this.#peerGoaway = `the peer is closing the connection: ${errorCodeName(errorCode)}${words}`;
    // A client's lastStreamId refers to server-initiated streams; we never open any.
    if (this.#endpoint.isServer) return;
    this.#isFinal = true;
    this.#beginClosing();
    for (const stream of this.#endpoint.allStreams()) {
      if (stream.id > 0 && stream.id <= lastStreamId) continue;
      this.#endpoint.endStreamLater(stream, ErrorCode.refusedStream, this.#peerGoaway);
    }
    this.endIfDone();
  }

  endIfDone(): void {
    if (!this.#isFinal || this.#endpoint.hasStreams) return;
    this.#end(ErrorCode.noError, this.#peerGoaway ?? "the connection was closed", lastReadMs);
  }

  /** Ends the connection with GOAWAY. */
  fail(errorCode: number, reason: string): void {
    if (this.isOver) return;
    const { isServer, streams, writer } = this.#endpoint;
    // Never above the id of an earlier GOAWAY (RFC 9113 §6.8).
    const lastStreamId = isServer ? Math.min(streams.lastId, this.lastAcceptedId) : 0;
    writer.goaway(lastStreamId, errorCode, reason.slice(0, 256));
    this.#end(errorCode, reason, lingerMs);
  }

  /** Ends the connection at once, also while it lingers. */
  destroy(errorCode: number, reason: string): void {
    if (this.isOver) this.#socket.destroy();
    else this.fail(errorCode, reason);
  }

  /** The socket can no longer be used. */
  lose(reason: string): void {
    const code = this.#endpoint.hasStreams ? ErrorCode.connectError : ErrorCode.noError;
    this.#end(code, this.#peerGoaway === undefined ? reason : `${this.#peerGoaway}; ${reason}`, lingerMs);
  }

  #beginClosing(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.#endpoint.options.onClosing?.();
  }

  #end(errorCode: number, reason: string, lastWriteMs: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#reason = reason;
    this.onOver();
    clearTimeout(this.#closeTimer);
    this.#beginClosing();
    for (const stream of this.#endpoint.allStreams()) {
      this.#endpoint.endStreamLater(stream, errorCode, reason);
    }
    this.#endpoint.ends.add(() => this.#endpoint.options.onClosed?.(errorCode, reason));
    this.#endSocket(lastWriteMs);
  }

  /** Gives the peer this long to read the written bytes, and then to close its half. */
  #endSocket(lastWriteMs: number): void {
    const socket = this.#socket;
    const cut = (): unknown => socket.destroy();
    let timer = setTimeout(cut, lastWriteMs).unref();
    socket.once("finish", () => {
      clearTimeout(timer);
      if (!socket.destroyed) timer = setTimeout(cut, lingerMs).unref();
    });
    socket.once("close", () => clearTimeout(timer));
    this.#endpoint.socketWriter.end();
  }
}
