import { maxWindowBytes } from "./frame-types.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { HeaderFields, Http2Stream, Http2StreamListener } from "./http2-stream.ts";
import type { Http2Limits } from "./limits.ts";
import type { ReceiveFlow, StreamFlow } from "./receive-flow.ts";
import type { PeerSettings } from "./settings.ts";
import type { Scheduled, WriteScheduler } from "./write-scheduler.ts";

/** The part of a connection that a stream needs. */
export interface StreamOwner {
  readonly writer: FrameWriter;
  readonly scheduler: WriteScheduler<Stream>;
  readonly peer: Pick<PeerSettings, "maxHeaderListBytes">;
  /** Called after writing to the output, which has to be flushed. */
  scheduleFlush(): void;
  /** Called when the stream has ended on both sides. */
  onFinished(stream: Stream): void;
  /** Called when this side resets the stream. */
  onReset(stream: Stream, errorCode: number): void;
  readonly receive: Pick<ReceiveFlow, "hold" | "holdApart">;
  readonly limits: Http2Limits;
  /** Called when the layer above has consumed bytes of the stream. */
  onConsumed(stream: Stream, bytes: number): void;
}

/** Larger DATA waits for the turn of its stream, so that others have theirs. */
const maxDirectBytes = 16 * 1024;

const noBytes = new Uint8Array(0);

/** One stream with its states and windows (RFC 9113 §5.1, §5.2). */
export class Stream implements Http2Stream, Scheduled<Stream> {
  readonly #owner: StreamOwner;
  /** Its receive window, and the memory that is counted for it. */
  readonly flow: StreamFlow;
  /** 0 until a client's stream has its turn to open. */
  id = 0;
  listener: Http2StreamListener;
  /** Send window (RFC 9113 §6.9.1); below zero after a change of settings (§6.9.2). */
  sendWindow = 0;
  /** This side has sent END_STREAM: half-closed (local) or closed. */
  isLocalClosed = false;
  /** The peer has sent END_STREAM: half-closed (remote) or closed. */
  isRemoteClosed = false;
  /** Closed by RST_STREAM from either side, or with the connection. */
  isReset = false;
  /** A header section came that is not informational. */
  hasHeaders = false;
  /** Remaining bytes of `content-length`; -1 without one (RFC 9113 §8.1.1). */
  #expectedBytes = -1;
  /** Whether the stream is in the scheduler's queue, and the next stream in it. */
  isQueued = false;
  nextQueued: Stream | undefined;
  /** Headers of a stream that may not open yet. */
  #openingFields: HeaderFields | undefined;
  queuedBytes = 0;
  #chunks: Uint8Array[] = [];
  /** The first chunk that is not completely written, and the bytes of it that are. */
  #chunkIndex = 0;
  #chunkOffset = 0;
  /** END_STREAM is sent with the last queued DATA, or with these trailers after it. */
  #isEnding = false;
  #trailers: HeaderFields | undefined;
  #isDrainWanted = false;

  constructor(owner: StreamOwner, listener: Http2StreamListener, flow: StreamFlow) {
    this.#owner = owner;
    this.listener = listener;
    this.flow = flow;
  }

  /** A client's stream that may not open yet: its headers are sent by {@link open}. */
  awaitOpening(fields: HeaderFields, endStream: boolean): void {
    this.#openingFields = fields;
    if (endStream) this.sendData([], true);
  }

  /** A server's stream: the peer has opened it. */
  accept(id: number, sendWindow: number): void {
    this.id = id;
    this.sendWindow = sendWindow;
  }

  /** Gives the stream its listener, which its first headers decide. */
  listen(listener: Http2StreamListener): void {
    this.listener = listener;
  }

  /** A header section has come that is not informational, with this `content-length`, or -1. */
  beginContent(expectedBytes: number): void {
    this.hasHeaders = true;
    this.#expectedBytes = expectedBytes;
  }

  /** Counts DATA. False when it is more than `content-length` says, or at its end less. */
  takeContent(bytes: number, isEnd: boolean): boolean {
    if (this.#expectedBytes < 0) return true;
    this.#expectedBytes -= bytes;
    return this.#expectedBytes === 0 || (this.#expectedBytes > 0 && !isEnd);
  }

  /** The peer has sent END_STREAM. */
  closeRemote(): void {
    this.isRemoteClosed = true;
    if (this.isLocalClosed) this.#owner.onFinished(this);
  }

  get maxHeaderListBytes(): number {
    return this.#owner.peer.maxHeaderListBytes;
  }

  sendHeaders(fields: HeaderFields, endStream: boolean): void {
    if (this.#hasSentAll()) return;
    this.#owner.writer.checkFields(fields);
    if (this.id === 0 || this.queuedBytes > 0) {
      if (!endStream) throw new Error("a header section within DATA has to end the stream");
      this.#isEnding = true;
      this.#trailers = fields;
      return;
    }
    this.#owner.writer.headers(this.id, fields, endStream);
    this.#owner.scheduleFlush();
    if (endStream) this.#closeLocal();
  }

  sendData(chunks: readonly Uint8Array[], endStream: boolean): void {
    if (this.#hasSentAll()) return;
    let bytes = 0;
    for (const chunk of chunks) bytes += chunk.length;
    if (this.#maySendDirectly(bytes)) {
      this.#sendDirectly(chunks, bytes, endStream);
      return;
    }
    for (const chunk of chunks) {
      if (chunk.length > 0) this.#chunks.push(chunk);
    }
    this.queuedBytes += bytes;
    this.#owner.scheduler.countQueued(bytes);
    this.#isEnding = endStream;
    this.enqueue();
    // Without a turn: the answer to a PING may wait, on which the peer's window depends.
    if (!this.isQueued) this.#owner.scheduleFlush();
    this.mustWait();
  }

  consume(bytes: number): void {
    this.#owner.onConsumed(this, bytes);
  }

  hold(bytes: number): boolean {
    return this.#owner.receive.hold(this.flow, bytes);
  }

  holdApart(bytes: number): (() => void) | undefined {
    return this.#owner.receive.holdApart(bytes);
  }

  get drainMarkBytes(): number {
    return this.#owner.scheduler.drainMarkBytes;
  }

  mustWait(): boolean {
    const { scheduler, limits } = this.#owner;
    // When much DATA of all streams waits for the peer, senders wait until all of their own has gone.
    const isCrowded = scheduler.queuedBytes > limits.maxHeldBytes / 2;
    const isLong = this.queuedBytes > (isCrowded ? 0 : scheduler.drainMarkBytes);
    this.#isDrainWanted ||= isLong;
    return isLong;
  }

  hasRoomFor(bytes: number): boolean {
    const { scheduler, limits } = this.#owner;
    return scheduler.queuedBytes === 0 || scheduler.queuedBytes + bytes <= limits.maxHeldBytes;
  }

  reset(errorCode: number): void {
    if (this.isReset || (this.isLocalClosed && this.isRemoteClosed)) return;
    this.#owner.onReset(this, errorCode);
  }

  /** A client's stream has its turn to open. */
  open(id: number, sendWindow: number): void {
    const fields = this.#openingFields ?? [];
    const endStream = this.#isEnding && this.queuedBytes === 0 && this.#trailers === undefined;
    this.id = id;
    this.sendWindow = sendWindow;
    this.#openingFields = undefined;
    this.#owner.writer.headers(id, fields, endStream);
    this.#owner.scheduleFlush();
    if (endStream) this.#closeLocal();
    else this.enqueue();
  }

  /** Asks for a turn, if there is something to write and the stream's window is open. */
  enqueue(): void {
    if (this.isQueued || this.isReset || this.id === 0) return;
    if (this.queuedBytes > 0 ? this.sendWindow > 0 : this.#isEnding && !this.isLocalClosed) {
      this.#owner.scheduler.add(this);
      this.#owner.scheduleFlush();
    }
  }

  /** False when the window would grow too large (RFC 9113 §6.9.1). */
  growSendWindow(bytes: number): boolean {
    this.sendWindow += bytes;
    if (this.sendWindow > maxWindowBytes) return false;
    this.enqueue();
    return true;
  }

  /**
   * Writes queued DATA, at most `turnBytes`, and what follows the last of it. True when the stream could go on at
   * once in another turn.
   */
  writeTurn(turnBytes: number): boolean {
    const { scheduler, writer } = this.#owner;
    let left = turnBytes;
    while (this.queuedBytes > 0) {
      const bytes = Math.min(this.queuedBytes, left, this.sendWindow, scheduler.window, writer.maxFrameBytes);
      // A closed window of the connection opens for all queued streams; one of the stream brings it back here.
      if (bytes <= 0) return this.sendWindow > 0;
      left -= bytes;
      this.sendWindow -= bytes;
      scheduler.takeWindow(bytes);
      scheduler.countQueued(-bytes);
      this.queuedBytes -= bytes;
      const isEnd = this.queuedBytes === 0 && this.#isEnding && this.#trailers === undefined;
      writer.data(this.id, this.#takeChunks(bytes), isEnd);
      if (isEnd) this.#closeLocal();
    }
    if (this.#isEnding && !this.isLocalClosed) this.#writeEnd();
    return false;
  }

  /** True once when the queue has become short again after it was long. */
  takeDrain(): boolean {
    if (!this.#isDrainWanted || this.queuedBytes > this.drainMarkBytes || this.isLocalClosed) return false;
    this.#isDrainWanted = false;
    return true;
  }

  /** Drops what is queued: the stream is over. */
  abandon(): void {
    this.isReset = true;
    this.#chunks = [];
    this.#chunkIndex = 0;
    this.#chunkOffset = 0;
    this.#owner.scheduler.countQueued(-this.queuedBytes);
    this.queuedBytes = 0;
    this.#trailers = undefined;
    this.#openingFields = undefined;
  }

  #hasSentAll(): boolean {
    return this.isLocalClosed || this.#isEnding || this.isReset;
  }

  #maySendDirectly(bytes: number): boolean {
    const { scheduler, writer } = this.#owner;
    return (
      this.queuedBytes === 0 &&
      // Streams that wait for the connection's window come first.
      !scheduler.isWaiting &&
      this.id !== 0 &&
      bytes <= maxDirectBytes &&
      bytes <= Math.min(this.sendWindow, scheduler.window, writer.maxFrameBytes) &&
      scheduler.hasRoom()
    );
  }

  #sendDirectly(chunks: readonly Uint8Array[], bytes: number, endStream: boolean): void {
    if (bytes === 0 && !endStream) return;
    const { scheduler, writer } = this.#owner;
    this.sendWindow -= bytes;
    scheduler.takeWindow(bytes);
    writer.data(this.id, chunks, endStream);
    this.#owner.scheduleFlush();
    if (endStream) this.#closeLocal();
  }

  /** The next bytes of the queue, which holds at least as many. */
  #takeChunks(bytes: number): readonly Uint8Array[] {
    const taken: Uint8Array[] = [];
    let left = bytes;
    while (left > 0) {
      const chunk = this.#chunks[this.#chunkIndex];
      if (chunk === undefined) throw new Error("more bytes are queued than chunks hold");
      const take = Math.min(left, chunk.length - this.#chunkOffset);
      const end = this.#chunkOffset + take;
      taken.push(take === chunk.length ? chunk : chunk.subarray(this.#chunkOffset, end));
      left -= take;
      this.#chunkOffset = end;
      if (end === chunk.length) {
        this.#chunkOffset = 0;
        // Not kept until the list is done: it may be large.
        this.#chunks[this.#chunkIndex++] = noBytes;
      }
    }
    if (this.#chunkIndex === this.#chunks.length) {
      this.#chunks = [];
      this.#chunkIndex = 0;
    } else if (this.#chunkIndex >= 1024) {
      this.#chunks.splice(0, this.#chunkIndex);
      this.#chunkIndex = 0;
    }
    return taken;
  }

  #writeEnd(): void {
    const { writer } = this.#owner;
    if (this.#trailers === undefined) writer.data(this.id, [], true);
    else writer.headers(this.id, this.#trailers, true);
    this.#closeLocal();
  }

  #closeLocal(): void {
    this.isLocalClosed = true;
    this.#trailers = undefined;
    if (this.isRemoteClosed) this.#owner.onFinished(this);
  }
}

/** Listener of streams that ended before they got one. */
export const noListener: Http2StreamListener = {
  onHeaders: () => {},
  onData: () => {},
  onDrain: () => {},
  onClosed: () => {},
};
