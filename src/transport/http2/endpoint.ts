import type { Duplex } from "node:stream";
import { ConnectionEnding, type EndingOwner } from "./connection-ending.ts";
import type { Http2ConnectionOptions } from "./connection-options.ts";
import { EndQueue } from "./end-queue.ts";
import { ErrorCode } from "./error-codes.ts";
import { clientPreface, initialWindowBytes, maxStreamId, minMaxFrameBytes } from "./frame-types.ts";
import { FrameWriter } from "./frame-writer.ts";
import { HpackEncoder } from "./hpack/encoder.ts";
import { Http2Error } from "./http2-error.ts";
import type { HeaderFields, Http2StreamListener } from "./http2-stream.ts";
import type { FramesOwner } from "./inbound-frames.ts";
import { defaultLimits, type Http2Limits } from "./limits.ts";
import { ReceiveFlow } from "./receive-flow.ts";
import { applySettings, createPeerSettings, type PeerSettings, SettingId } from "./settings.ts";
import { SocketWriter } from "./socket-writer.ts";
import { Stream, type StreamOwner } from "./stream.ts";
import { StreamTable } from "./stream-table.ts";
import { WriteScheduler } from "./write-scheduler.ts";

const defaultStreamWindowBytes = 4 * 2 ** 20;
const defaultConnectionWindowBytes = 16 * 2 ** 20;
const defaultMaxFrameBytes = 64 * 1024;
const pingPayload = Buffer.from("endpoint", "latin1");

/** This side of a connection: its streams, its windows and its output. */
export class Endpoint implements StreamOwner, EndingOwner, FramesOwner {
  readonly isServer: boolean;
  readonly limits: Http2Limits;
  readonly options: Http2ConnectionOptions;
  readonly maxFrameBytes: number;
  readonly streamWindowBytes: number;
  readonly streams: StreamTable = new StreamTable();
  readonly peer: PeerSettings = createPeerSettings();
  readonly #encoder: HpackEncoder = new HpackEncoder();
  readonly socketWriter: SocketWriter;
  readonly scheduler: WriteScheduler<Stream>;
  readonly writer: FrameWriter;
  readonly receive: ReceiveFlow;
  /** A client's streams that may not open yet. */
  readonly #waiting = new Set<Stream>();
  readonly #drained: Stream[] = [];
  readonly #socket: Duplex;
  readonly ending: ConnectionEnding;
  readonly ends: EndQueue = new EndQueue();
  readonly #pings: (() => void)[] = [];
  #isIdle = false;

  constructor(socket: Duplex, isServer: boolean, options: Http2ConnectionOptions) {
    this.#socket = socket;
    this.isServer = isServer;
    this.options = options;
    this.limits = { ...defaultLimits, ...options.limits };
    this.maxFrameBytes = options.maxFrameBytes ?? defaultMaxFrameBytes;
    this.streamWindowBytes = options.streamWindowBytes ?? defaultStreamWindowBytes;
    const connectionWindowBytes = options.connectionWindowBytes ?? defaultConnectionWindowBytes;
    this.receive = new ReceiveFlow(
      { connectionBytes: connectionWindowBytes, streamBytes: this.streamWindowBytes },
      this.limits,
      (bytes) => this.#updateWindow(0, bytes),
    );
    this.socketWriter = new SocketWriter(
      socket,
      () => this.#beforeWrite(),
      () => this.#notifyDrained(),
    );
    this.scheduler = new WriteScheduler(() => this.socketWriter.queuedBytes);
    this.writer = new FrameWriter(this.socketWriter.output, this.#encoder);
    this.ending = new ConnectionEnding(this, socket);
    this.#sendPreface(connectionWindowBytes);
    this.#updateRef();
  }

  /** RFC 9113 §3.4. */
  #sendPreface(connectionWindowBytes: number): void {
    if (!this.isServer) this.socketWriter.output.add(Buffer.from(clientPreface, "latin1"));
    const settings: number[] = [
      SettingId.initialWindowSize,
      this.streamWindowBytes,
      SettingId.maxHeaderListSize,
      this.limits.maxHeaderListBytes,
    ];
    if (this.maxFrameBytes !== minMaxFrameBytes) settings.push(SettingId.maxFrameSize, this.maxFrameBytes);
    if (this.isServer) settings.push(SettingId.maxConcurrentStreams, this.limits.maxConcurrentStreams);
    else settings.push(SettingId.enablePush, 0);
    this.writer.settings(settings);
    if (connectionWindowBytes > initialWindowBytes) {
      this.writer.windowUpdate(0, connectionWindowBytes - initialWindowBytes);
    }
    this.scheduleFlush();
  }

  scheduleFlush(): void {
    if (this.#checkBacklog()) this.socketWriter.schedule();
  }

  /** Ends the connection and returns false when more than `maxQueuedBytes` wait for the peer. */
  #checkBacklog(): boolean {
    const { maxQueuedBytes } = this.limits;
    if (this.socketWriter.queuedBytes <= maxQueuedBytes) return true;
    this.ending.fail(
      ErrorCode.enhanceYourCalm,
      `the peer does not read: more than ${maxQueuedBytes} bytes wait`,
    );
    return false;
  }

  /** Whether more is to be written when the socket has taken this. */
  #beforeWrite(): boolean {
    this.scheduler.run(this.#drained);
    if (this.#waiting.size > 0) this.#openWaiting();
    return this.scheduler.isWaiting;
  }

  #notifyDrained(): void {
    if (this.#drained.length === 0) return;
    for (const stream of this.#drained.splice(0)) {
      this.#guarded("a stream stands still", () => stream.listener.onDrain());
    }
  }

  /** Sends a PING; its payload is a counter (RFC 9113 §6.7). */
  ping(onAck: () => void): void {
    if (this.ending.isOver) return;
    this.#pings.push(onAck);
    this.writer.ping(pingPayload, false);
    this.scheduleFlush();
  }

  /**
   * Answers the peer's PING (RFC 9113 §6.7). Go sends one for almost every message that it receives, and an answer alone
   * costs both sides a write and a wake-up, so it waits for other output. It leaves at once while DATA waits for the
   * peer's window, which may depend on the round trip that is measured, and while the connection closes.
   */
  onPing(payload: Uint8Array): void {
    this.writer.ping(payload, true);
    if (this.ending.isClosing || this.scheduler.queuedBytes > 0) this.scheduleFlush();
    else if (this.#checkBacklog()) this.socketWriter.scheduleLater();
  }

  /** Answers arrive in the order of the PINGs. False for an unsolicited one, which has no effect. */
  onPingAck(): boolean {
    const onAck = this.#pings.shift();
    onAck?.();
    return onAck !== undefined;
  }

  /** For callbacks whose exceptions could not be caught. */
  #guarded(lost: string, notify: () => void): void {
    try {
      notify();
    } catch (reason) {
      this.onDefect(lost, reason);
    }
  }

  onDefect(lost: string, reason: unknown): void {
    if (this.options.onDefect === undefined) throw reason;
    this.options.onDefect(lost, reason);
  }

  /**
   * Applies the peer's SETTINGS and acknowledges them (RFC 9113 §6.5.3).
   * @throws Http2Error a connection error.
   */
  onSettings(payload: Buffer, isFirst: boolean): void {
    const { peer } = this;
    const before = peer.initialWindowBytes;
    // Without the setting there is no limit (RFC 9113 §6.5.2).
    if (isFirst) peer.maxConcurrentStreams = Number.POSITIVE_INFINITY;
    applySettings(payload, peer, !this.isServer);
    this.#encoder.limitTable(peer.headerTableBytes);
    this.writer.limitFrames(peer.maxFrameBytes);
    this.#shiftSendWindows(peer.initialWindowBytes - before);
    this.writer.settingsAck();
    this.scheduleFlush();
    this.#openWaiting();
  }

  /** A change of the initial window changes those of all open streams (RFC 9113 §6.9.2). */
  #shiftSendWindows(delta: number): void {
    if (delta === 0) return;
    for (const stream of this.streams.values()) {
      if (stream.growSendWindow(delta)) continue;
      throw new Http2Error(ErrorCode.flowControlError, "SETTINGS open the window of a stream past 2^31-1");
    }
  }

  /** The peer follows this side's SETTINGS from here on (RFC 9113 §6.5.3). */
  onSettingsAck(): void {
    this.receive.onSettingsAck(this.allStreams().map(({ flow }) => flow));
  }

  // Streams

  /** A client's new stream. It waits where the peer's SETTINGS_MAX_CONCURRENT_STREAMS is reached (RFC 9113 §5.1.2). */
  openStream(fields: HeaderFields, endStream: boolean, listener: Http2StreamListener): Stream {
    this.writer.checkFields(fields);
    const stream = new Stream(this, listener, this.receive.open());
    if (this.ending.isClosing) {
      stream.abandon();
      this.#notifyEnd(stream, ErrorCode.refusedStream, this.ending.reason, true);
      return stream;
    }
    stream.awaitOpening(fields, endStream);
    this.#waiting.add(stream);
    this.#openWaiting();
    this.#updateRef();
    return stream;
  }

  #openWaiting(): void {
    for (const stream of this.#waiting) {
      if (this.ending.isOver) return;
      if (this.streams.size >= this.peer.maxConcurrentStreams) return;
      // A new stream's headers would wait behind all queued output, so the stream waits until the peer reads.
      if (this.socketWriter.queuedBytes > this.limits.maxQueuedBytes / 2) return;
      const id = this.streams.lastId === 0 ? 1 : this.streams.lastId + 2;
      if (id > maxStreamId) {
        this.#runOut();
        return;
      }
      this.#waiting.delete(stream);
      this.streams.open(id, stream);
      stream.open(id, this.peer.initialWindowBytes);
    }
  }

  /** Stream ids are never reused: further streams need a new connection (RFC 9113 §5.1.1). */
  #runOut(): void {
    const reason = "the connection has no more stream ids";
    for (const stream of this.#waiting) this.endStreamLater(stream, ErrorCode.refusedStream, reason);
    this.ending.close();
  }

  /** A server's stream, opened by the peer. */
  acceptStream(id: number, listener: Http2StreamListener): Stream {
    const stream = new Stream(this, listener, this.receive.open());
    stream.accept(id, this.peer.initialWindowBytes);
    this.streams.open(id, stream);
    this.#updateRef();
    return stream;
  }

  onFinished(stream: Stream): void {
    this.#forget(stream, true);
  }

  onReset(stream: Stream, errorCode: number): void {
    if (stream.id !== 0) {
      this.writer.rstStream(stream.id, errorCode);
      this.scheduleFlush();
    }
    stream.abandon();
    this.#forget(stream, stream.isRemoteClosed);
  }

  /** Ends a stream because of the peer, or a rule that the peer broke. Its listener is notified later. */
  endStream(stream: Stream, errorCode: number, reason: string, byPeer: boolean): void {
    if (stream.isReset) return;
    stream.abandon();
    this.#forget(stream, byPeer);
    this.#notifyEnd(stream, errorCode, reason, false);
  }

  /** Ends a stream together with others. Its listener is notified later, and never within a call on the stream. */
  endStreamLater(stream: Stream, errorCode: number, reason: string): void {
    this.#waiting.delete(stream);
    this.streams.close(stream.id, false);
    stream.abandon();
    this.receive.onForgotten(stream.flow);
    this.#notifyEnd(stream, errorCode, reason, true);
  }

  #notifyEnd(stream: Stream, errorCode: number, reason: string, isConnectionLost: boolean): void {
    this.ends.add(() => {
      this.#guarded("the end of a call is lost", () => {
        stream.listener.onClosed(errorCode, reason, isConnectionLost);
      });
    });
  }

  /** Streams that are open or wait to be. */
  allStreams(): readonly Stream[] {
    return [...this.streams.values(), ...this.#waiting];
  }

  get hasStreams(): boolean {
    return this.streams.size > 0 || this.#waiting.size > 0;
  }

  onConsumed(stream: Stream, bytes: number): void {
    if (this.ending.isOver || stream.isReset) return;
    const update = this.receive.onConsumed(stream.flow, bytes);
    if (update > 0 && !stream.isRemoteClosed) this.#updateWindow(stream.id, update);
  }

  #updateWindow(streamId: number, bytes: number): void {
    if (this.ending.isOver) return;
    this.writer.windowUpdate(streamId, bytes);
    this.scheduleFlush();
  }

  /** @throws Http2Error a connection error. */
  growSendWindow(bytes: number): void {
    if (!this.scheduler.growWindow(bytes)) {
      throw new Http2Error(ErrorCode.flowControlError, "the peer opens the connection's window past 2^31-1");
    }
    if (this.scheduler.isWaiting) this.scheduleFlush();
  }

  #forget(stream: Stream, byPeer: boolean): void {
    this.#waiting.delete(stream);
    this.streams.close(stream.id, byPeer);
    this.receive.onForgotten(stream.flow);
    if (this.#waiting.size > 0) this.#openWaiting();
    this.#updateRef();
    this.ending.endIfDone();
  }

  #updateRef(): void {
    const isIdle = !this.hasStreams;
    if (!this.options.unrefWhenIdle || isIdle === this.#isIdle) return;
    this.#isIdle = isIdle;
    setRef(this.#socket, !isIdle);
  }
}

function setRef(socket: Duplex & { ref?(): unknown; unref?(): unknown }, isRef: boolean): void {
  if (isRef) socket.ref?.();
  else socket.unref?.();
}
