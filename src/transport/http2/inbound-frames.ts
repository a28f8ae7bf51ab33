import type { ConnectionEnding } from "./connection-ending.ts";
import type { Http2ConnectionOptions } from "./connection-options.ts";
import { ErrorCode } from "./error-codes.ts";
import { dependency, type FrameHandler, FrameReader } from "./frame-reader.ts";
import { Flag, FrameType } from "./frame-types.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { Http2Error } from "./http2-error.ts";
import { type HeadersOwner, InboundHeaders, type OnStream } from "./inbound-headers.ts";
import type { Http2Limits } from "./limits.ts";
import type { ReceiveFlow } from "./receive-flow.ts";
import type { Stream } from "./stream.ts";
import { StreamErrors, type StreamErrorsOwner } from "./stream-errors.ts";
import type { StreamTable } from "./stream-table.ts";
import { TokenBucket } from "./token-bucket.ts";

/** The prefix of a message has five bytes: frames with fewer are rarely sent by a well-behaved peer. */
const usefulDataBytes = 5;
/** Peers open a window when a part of it is used, of at least 16 KiB; a few bytes come with a large message, once. */
const usefulWindowBytes = 1024;

/** The part of a connection that the peer's frames need. */
export interface FramesOwner extends HeadersOwner, StreamErrorsOwner {
  /** The largest frame that the peer may send. */
  readonly maxFrameBytes: number;
  readonly limits: Http2Limits;
  readonly options: Pick<Http2ConnectionOptions, "onReady">;
  readonly streams: StreamTable;
  readonly receive: ReceiveFlow;
  readonly writer: Pick<FrameWriter, "rstStream">;
  readonly ending: Pick<ConnectionEnding, "lastAcceptedId" | "onGoaway">;
  /** Applies the peer's SETTINGS and acknowledges them. */
  onSettings(payload: Buffer, isFirst: boolean): void;
  onSettingsAck(): void;
  /** Answers the peer's PING. */
  onPing(payload: Uint8Array): void;
  /** False for a PING that was not sent. */
  onPingAck(): boolean;
  /** The peer opens the connection's window. */
  growSendWindow(bytes: number): void;
  /** Gives bytes of DATA without content back to the peer. */
  onConsumed(stream: Stream, bytes: number): void;
}

/** Handles the peer's frames, and enforces the rules of RFC 9113. */
export class InboundFrames implements FrameHandler {
  readonly #owner: FramesOwner;
  readonly reader: FrameReader;
  readonly #errors: StreamErrors;
  readonly #headers: InboundHeaders;
  readonly #settings: TokenBucket;
  readonly #pings: TokenBucket;
  readonly #windowUpdates: TokenBucket;
  readonly #goaways: TokenBucket;
  /** Stream of the DATA frame being read; `undefined` if its bytes are discarded. */
  #dataStream: Stream | undefined;
  #dataEnds = false;
  hasSettings = false;
  hasSettingsAck = false;
  /** Counts finished frames and header blocks, so that a timeout can check for progress. */
  finished = 0;

  constructor(owner: FramesOwner, onStream: OnStream | undefined) {
    const { limits } = owner;
    this.#owner = owner;
    this.reader = new FrameReader(this, owner.maxFrameBytes);
    this.#errors = new StreamErrors(owner);
    this.#headers = new InboundHeaders(owner, this.#errors, onStream);
    this.#settings = new TokenBucket(limits.settings, "SETTINGS frames came");
    this.#pings = new TokenBucket(limits.pings, "PING frames came");
    this.#windowUpdates = new TokenBucket(limits.windowUpdates, "WINDOW_UPDATE frames came");
    this.#goaways = new TokenBucket(limits.goaways, "GOAWAY frames came");
  }

  /** Stream of the header block that CONTINUATION has to go on with, 0 for none. */
  get openBlock(): number {
    return this.#headers.openBlock;
  }

  /** Whether a frame other than DATA, or a header block, is unfinished. */
  get isWithinBlock(): boolean {
    return this.reader.isWithinFrame || this.openBlock !== 0;
  }

  // DATA

  onDataFrame(streamId: number, payloadBytes: number, endStream: boolean): void {
    const owner = this.#owner;
    this.#dataEnds = endStream;
    this.finished++;
    if (streamId === 0) throw protocolError("DATA came on stream 0");
    if (!owner.receive.onAnyData(payloadBytes)) {
      throw new Http2Error(ErrorCode.flowControlError, "DATA came past the connection's window");
    }
    if (payloadBytes < usefulDataBytes && !endStream) this.#errors.countIdleFrame();
    this.#dataStream = this.#takeData(streamId, payloadBytes);
    owner.receive.giveBack(payloadBytes);
  }

  /** The stream that receives the DATA, if any. */
  #takeData(streamId: number, payloadBytes: number): Stream | undefined {
    const stream = this.#owner.streams.get(streamId);
    if (stream === undefined) this.#errors.onAbsent(streamId, "DATA");
    else if (stream.isRemoteClosed) {
      this.#errors.reset(stream, ErrorCode.streamClosed, "DATA came after the end of the stream");
    } else if (!stream.hasHeaders) {
      this.#errors.reset(stream, ErrorCode.protocolError, "DATA came before a header section");
    } else if (!this.#owner.receive.onData(stream.flow, payloadBytes)) {
      this.#errors.reset(stream, ErrorCode.flowControlError, "DATA came past the stream's window");
    } else return stream;
    return undefined;
  }

  onDataBytes(bytes: Buffer, isLast: boolean, paddingBytes: number): void {
    const stream = this.#dataStream;
    if (stream === undefined || stream.isReset) return;
    if (paddingBytes > 0) this.#owner.onConsumed(stream, paddingBytes);
    const isEnd = isLast && this.#dataEnds;
    if (paddingBytes > 0 && bytes.length < usefulDataBytes && !isEnd) this.#errors.countIdleFrame();
    if (bytes.length === 0 && !isEnd) return;
    if (!stream.takeContent(bytes.length, isEnd)) {
      this.#errors.reset(stream, ErrorCode.protocolError, "DATA is not as long as content-length says");
      return;
    }
    if (isEnd) stream.closeRemote();
    stream.listener.onData(bytes, isEnd);
  }

  // All other frames

  onFrame(type: number, flags: number, streamId: number, payload: Buffer): void {
    if (!this.hasSettings && (type !== FrameType.settings || flags & Flag.ack)) {
      throw protocolError(`the first frame is of type ${type}, expected SETTINGS`);
    }
    switch (type) {
      case FrameType.headers:
        this.#headers.onHeaders(flags, streamId, payload);
        break;
      case FrameType.continuation:
        this.#headers.onContinuation(flags, streamId, payload);
        break;
      case FrameType.windowUpdate:
        this.#onWindowUpdate(streamId, payload.readUInt32BE(0) & 0x7fffffff);
        break;
      case FrameType.rstStream:
        this.#onRstStream(streamId, payload.readUInt32BE(0));
        break;
      case FrameType.ping:
        this.#onPing(flags, streamId, payload);
        break;
      case FrameType.settings:
        this.#onSettings(flags, streamId, payload);
        break;
      case FrameType.goaway:
        this.#onGoaway(streamId, payload);
        break;
      case FrameType.priority:
        this.#onPriority(streamId, payload);
        break;
      default:
        // Clients cannot push, and we disable push for servers (RFC 9113 §6.6, §8.4).
        throw protocolError("PUSH_PROMISE came, and push is disabled");
    }
    if (this.openBlock === 0) this.finished++;
  }

  onUnknownFrame(): void {
    if (!this.hasSettings) throw protocolError("the first frame is not SETTINGS");
    this.#errors.countIdleFrame();
  }

  // Control

  #onWindowUpdate(streamId: number, bytes: number): void {
    const owner = this.#owner;
    this.#windowUpdates.take();
    if (bytes < usefulWindowBytes) this.#errors.countIdleFrame();
    if (streamId === 0) {
      if (bytes === 0) throw protocolError("WINDOW_UPDATE opens the connection's window by 0");
      owner.growSendWindow(bytes);
      return;
    }
    const stream = owner.streams.get(streamId);
    if (stream === undefined) this.#errors.onAbsent(streamId, "WINDOW_UPDATE");
    else if (bytes === 0)
      this.#errors.reset(stream, ErrorCode.protocolError, "WINDOW_UPDATE opens the window by 0");
    else if (!stream.growSendWindow(bytes)) {
      this.#errors.reset(
        stream,
        ErrorCode.flowControlError,
        "the peer opens the stream's window past 2^31-1",
      );
    }
  }

  #onRstStream(streamId: number, errorCode: number): void {
    if (streamId === 0) throw protocolError("RST_STREAM came on stream 0");
    const owner = this.#owner;
    const stream = owner.streams.get(streamId);
    if (stream === undefined) {
      this.#errors.onAbsent(streamId, "RST_STREAM");
      return;
    }
    // Only the side that opens streams can cause useless work by resetting them.
    if (owner.isServer) this.#errors.countReset();
    owner.endStream(stream, errorCode, "the peer has reset the stream", true);
  }

  #onPing(flags: number, streamId: number, payload: Buffer): void {
    if (streamId !== 0) throw protocolError(`PING came on stream ${streamId}`);
    if (flags & Flag.ack) {
      if (!this.#owner.onPingAck()) this.#errors.countIdleFrame();
      return;
    }
    this.#pings.take();
    this.#owner.onPing(payload);
  }

  #onSettings(flags: number, streamId: number, payload: Buffer): void {
    const owner = this.#owner;
    if (streamId !== 0) throw protocolError(`SETTINGS came on stream ${streamId}`);
    if (flags & Flag.ack) {
      this.#onSettingsAck();
      return;
    }
    this.#settings.take();
    owner.onSettings(payload, !this.hasSettings);
    if (this.hasSettings) return;
    this.hasSettings = true;
    owner.options.onReady?.();
  }

  /** From here on the peer follows this side's SETTINGS (RFC 9113 §6.5.3). */
  #onSettingsAck(): void {
    if (this.hasSettingsAck) {
      this.#errors.countIdleFrame();
      return;
    }
    this.hasSettingsAck = true;
    this.#owner.onSettingsAck();
  }

  #onGoaway(streamId: number, payload: Buffer): void {
    if (streamId !== 0) throw protocolError(`GOAWAY came on stream ${streamId}`);
    this.#goaways.take();
    const debug = payload.toString("utf8", 8, Math.min(payload.length, 8 + 256));
    this.#owner.ending.onGoaway(payload.readUInt32BE(0) & 0x7fffffff, payload.readUInt32BE(4), debug);
  }

  /** Priorities are deprecated and have no effect here (RFC 9113 §5.3.2, §6.3). */
  #onPriority(streamId: number, payload: Buffer): void {
    if (streamId === 0) throw protocolError("PRIORITY came on stream 0");
    this.#errors.countIdleFrame();
    const isWrongSize = payload.length !== 5;
    if (!isWrongSize && dependency(payload, 0) !== streamId) return;
    const code = isWrongSize ? ErrorCode.frameSizeError : ErrorCode.protocolError;
    const stream = this.#owner.streams.get(streamId);
    if (stream === undefined)
      throw new Http2Error(code, "a PRIORITY frame of a stream that is not open is wrong");
    this.#errors.reset(stream, code, "a PRIORITY frame is wrong");
  }
}

function protocolError(message: string): Http2Error {
  return new Http2Error(ErrorCode.protocolError, message);
}
