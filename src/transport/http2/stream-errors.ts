import { ErrorCode } from "./error-codes.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { Http2Error } from "./http2-error.ts";
import type { Http2Limits } from "./limits.ts";
import type { Stream } from "./stream.ts";
import type { StreamTable } from "./stream-table.ts";
import { TokenBucket } from "./token-bucket.ts";

/** The part of a connection that its stream errors need. */
export interface StreamErrorsOwner {
  readonly limits: Pick<Http2Limits, "idleFrames" | "informational" | "resets">;
  readonly streams: Pick<StreamTable, "absent">;
  readonly writer: Pick<FrameWriter, "rstStream">;
  /** Called after writing to the output, which has to be flushed. */
  scheduleFlush(): void;
  /** Ends a stream because of the peer, or a rule that the peer broke. */
  endStream(stream: Stream, errorCode: number, reason: string, byPeer: boolean): void;
}

/** Handles violations on one stream, and frames for a stream that is over. */
export class StreamErrors {
  readonly #owner: StreamErrorsOwner;
  readonly #resets: TokenBucket;
  readonly #idleFrames: TokenBucket;
  readonly #informational: TokenBucket;

  constructor(owner: StreamErrorsOwner) {
    this.#owner = owner;
    this.#resets = new TokenBucket(owner.limits.resets, "streams were reset");
    this.#informational = new TokenBucket(owner.limits.informational, "informational responses came");
    this.#idleFrames = new TokenBucket(owner.limits.idleFrames, "frames without effect came");
  }

  /** A stream error (RFC 9113 §5.4.2). */
  reset(stream: Stream, errorCode: number, reason: string): void {
    this.refuse(stream.id, errorCode);
    this.#owner.endStream(stream, errorCode, reason, stream.isRemoteClosed);
  }

  /** The same for a stream that was never opened. */
  refuse(streamId: number, errorCode: number): void {
    this.countReset();
    this.#owner.writer.rstStream(streamId, errorCode);
    this.#owner.scheduleFlush();
  }

  /** Counts a stream that was reset. */
  countReset(): void {
    this.#resets.take();
  }

  /** Counts a response with a status of 1xx, which has no effect here. */
  countInformational(): void {
    this.#informational.take();
  }

  /** Counts a frame without effect. */
  countIdleFrame(): void {
    this.#idleFrames.take();
  }

  /**
   * A frame on a stream that is not open (RFC 9113 §5.1). DATA is not counted: the windows bound it.
   * @throws Http2Error if the peer must know that the stream is not open.
   */
  onAbsent(streamId: number, what: "DATA" | "HEADERS" | "RST_STREAM" | "WINDOW_UPDATE"): void {
    const absent = this.#owner.streams.absent(streamId);
    if (absent === "idle" || (absent === "skipped" && what === "HEADERS")) {
      throw new Http2Error(ErrorCode.protocolError, `${what} came on stream ${streamId}, which is idle`);
    }
    if (absent === "ended" && (what === "DATA" || what === "HEADERS")) {
      throw new Http2Error(ErrorCode.streamClosed, `${what} came on stream ${streamId}, which is closed`);
    }
    // It may have been in flight when this side reset the stream, but only for a while.
    if (what !== "DATA") this.#idleFrames.take();
  }
}
