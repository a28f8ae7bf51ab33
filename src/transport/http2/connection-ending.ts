import type { Duplex } from "node:stream";
import type { Http2ConnectionOptions } from "./connection-options.ts";
import type { EndQueue } from "./end-queue.ts";
import { ErrorCode, errorCodeName } from "./error-codes.ts";
import { maxStreamId } from "./frame-types.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { quoteField } from "./quote-field.ts";
import type { SocketWriter } from "./socket-writer.ts";
import type { Stream } from "./stream.ts";
import type { StreamTable } from "./stream-table.ts";

/** The part of a connection that its ending needs. */
export interface EndingOwner {
  readonly isServer: boolean;
  readonly options: Pick<Http2ConnectionOptions, "onClosed">;
  readonly streams: Pick<StreamTable, "lastId">;
  /** Whether streams are open or wait to be. */
  readonly hasStreams: boolean;
  readonly writer: Pick<FrameWriter, "goaway">;
  readonly socketWriter: Pick<SocketWriter, "end">;
  /** Notifies of ends, in order. */
  readonly ends: Pick<EndQueue, "add">;
  /** Streams that are open or wait to be. */
  allStreams(): readonly Stream[];
  /** Ends a stream; its listener is notified later. */
  endStreamLater(stream: Stream, errorCode: number, reason: string): void;
  ping(onAck: () => void): void;
  /** Called after writing to the output, which has to be flushed. */
  scheduleFlush(): void;
}

/** How long a peer may take to answer GOAWAY, or to close its half of a socket when this side has closed its own. */
const lingerMs = 1000;
/** How long a peer may take to read the last bytes after a regular end. */
const lastReadMs = 10_000;

/** Ends a connection: in order with GOAWAY (RFC 9113 §6.8), with an error (§5.4.1), or with its socket. */
export class ConnectionEnding {
  readonly #owner: EndingOwner;
  readonly #socket: Duplex;
  /** No new streams: GOAWAY was sent or received. */
  isClosing = false;
  /** No more frames in either direction. */
  isOver = false;
  /** A closing server ignores streams above this id. */
  lastAcceptedId: number = maxStreamId;
  #isGoawaySent = false;
  /** No stream will be added: the connection ends with the last one. */
  #isFinal = false;
  #closeTimer: NodeJS.Timeout | undefined;
  /** The text of the peer's GOAWAY. */
  #peerGoaway: string | undefined;
  #reason: string | undefined;
  #onOver: () => void = () => {};

  constructor(owner: EndingOwner, socket: Duplex) {
    this.#owner = owner;
    this.#socket = socket;
  }

  /** The reason why there are no new streams. */
  get reason(): string {
    return this.#reason ?? this.#peerGoaway ?? "the connection is closing";
  }

  /** `notify` is called when the connection is over. */
  whenOver(notify: () => void): void {
    this.#onOver = notify;
  }

  /** No more new streams; the connection ends when the open ones have. */
  close(): void {
    if (this.isOver || this.#isGoawaySent) return;
    const { isServer, writer } = this.#owner;
    this.#isGoawaySent = true;
    this.isClosing = true;
    if (isServer) {
      // In two steps: streams that the peer has opened and that are still in flight are served.
      writer.goaway(maxStreamId, ErrorCode.noError, "");
      this.#owner.ping(() => this.#closeFinally());
      this.#closeTimer = setTimeout(() => this.#closeFinally(), lingerMs);
      this.#closeTimer.unref();
    } else {
      this.#isFinal = true;
      writer.goaway(0, ErrorCode.noError, "");
    }
    this.#owner.scheduleFlush();
    this.endIfDone();
  }

  #closeFinally(): void {
    clearTimeout(this.#closeTimer);
    if (this.isOver || this.#isFinal) return;
    this.#isFinal = true;
    this.lastAcceptedId = this.#owner.streams.lastId;
    this.#owner.writer.goaway(this.lastAcceptedId, ErrorCode.noError, "");
    this.#owner.scheduleFlush();
    this.endIfDone();
  }

  /** Handles the peer's GOAWAY: streams that a server ignores end, the others continue. */
  onGoaway(lastStreamId: number, errorCode: number, debug: string): void {
    const words = debug === "" ? "" : ` ${quoteField(debug)}`;
    this.#peerGoaway = `the peer is closing the connection: ${errorCodeName(errorCode)}${words}`;
    // A client's lastStreamId refers to server-initiated streams; we never open any.
    if (this.#owner.isServer) return;
    this.#isFinal = true;
    this.isClosing = true;
    for (const stream of this.#owner.allStreams()) {
      if (stream.id > 0 && stream.id <= lastStreamId) continue;
      this.#owner.endStreamLater(stream, ErrorCode.refusedStream, this.#peerGoaway);
    }
    this.endIfDone();
  }

  endIfDone(): void {
    if (!this.#isFinal || this.#owner.hasStreams) return;
    this.#end(ErrorCode.noError, this.#peerGoaway ?? "the connection was closed", lastReadMs);
  }

  /** Ends the connection with GOAWAY. */
  fail(errorCode: number, reason: string): void {
    if (this.isOver) return;
    const { isServer, streams, writer } = this.#owner;
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
    const code = this.#owner.hasStreams ? ErrorCode.connectError : ErrorCode.noError;
    this.#end(code, this.#peerGoaway === undefined ? reason : `${this.#peerGoaway}; ${reason}`, lingerMs);
  }

  #end(errorCode: number, reason: string, lastWriteMs: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#reason = reason;
    this.isClosing = true;
    this.#onOver();
    clearTimeout(this.#closeTimer);
    for (const stream of this.#owner.allStreams()) {
      this.#owner.endStreamLater(stream, errorCode, reason);
    }
    this.#owner.ends.add(() => this.#owner.options.onClosed?.(errorCode, reason));
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
    this.#owner.socketWriter.end();
  }
}
