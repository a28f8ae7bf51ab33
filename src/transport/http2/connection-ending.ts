import type { Duplex } from "node:stream";
import type { Endpoint } from "./endpoint.ts";
import { ErrorCode, errorCodeName } from "./error-codes.ts";
import { maxStreamId } from "./frame-types.ts";
import { quoteField } from "./quote-field.ts";

/** How long a peer may take to answer GOAWAY, or to close its half of a socket when this side has closed its own. */
const lingerMs = 1000;
/** How long a peer may take to read what was written last, when nothing went wrong. */
const lastReadMs = 10_000;

/** How a connection ends: in order with GOAWAY (RFC 9113 §6.8), with an error (§5.4.1), or with its socket. */
export class ConnectionEnding {
  readonly #endpoint: Endpoint;
  readonly #socket: Duplex;
  /** No new streams: GOAWAY was sent, or has come. */
  isClosing = false;
  /** No more frames in either direction. */
  isOver = false;
  /** Called when it is. */
  onOver: () => void = () => {};
  /** A server that is closing does not look at streams above. */
  lastAcceptedId: number = maxStreamId;
  #isGoawaySent = false;
  /** No stream will be added: the connection ends with the last one. */
  #isFinal = false;
  #closeTimer: NodeJS.Timeout | undefined;
  /** What the peer's GOAWAY said. */
  #peerGoaway: string | undefined;
  #reason: string | undefined;

  constructor(endpoint: Endpoint, socket: Duplex) {
    this.#endpoint = endpoint;
    this.#socket = socket;
  }

  /** Why there are no new streams. */
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
      // In two steps: the peer may have opened streams that are still on their way, and they are served.
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

  /** The peer has said GOAWAY: what a server will not look at ends, the rest goes on. */
  onGoaway(lastStreamId: number, errorCode: number, debug: string): void {
    const words = debug === "" ? "" : ` ${quoteField(debug)}`;
    this.#peerGoaway = `the peer is closing the connection: ${errorCodeName(errorCode)}${words}`;
    // A client speaks of streams that a server would open, of which there are none.
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
    // Never above what was said before (RFC 9113 §6.8).
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
    queueMicrotask(() => this.#endpoint.options.onClosed?.(errorCode, reason));
    this.#endSocket(lastWriteMs);
  }

  /** The peer has so long to take what is written, and then to close its half. */
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
