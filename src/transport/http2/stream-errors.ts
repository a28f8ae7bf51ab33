import type { Endpoint } from "./endpoint.ts";
import { ErrorCode } from "./error-codes.ts";
import { Http2Error } from "./http2-error.ts";
import type { Stream } from "./stream.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Handles violations on one stream, and frames for a stream that is over. */
export class StreamErrors {
  readonly #endpoint: Endpoint;
  readonly #resets: TokenBucket;
  readonly #idleFrames: TokenBucket;
  readonly #informational: TokenBucket;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.#resets = new TokenBucket(endpoint.limits.resets, "streams were reset");
    this.#informational = new TokenBucket(endpoint.limits.informational, "informational responses came");
    this.#idleFrames = new TokenBucket(endpoint.limits.idleFrames, "frames without effect came");
  }

  /** A stream error (RFC 9113 §5.4.2). */
  reset(stream: Stream, errorCode: number, reason: string): void {
    this.refuse(stream.id, errorCode);
    this.#endpoint.endStream(stream, errorCode, reason, stream.isRemoteClosed);
  }

  /** The same for a stream that was never opened. */
  refuse(streamId: number, errorCode: number): void {
    this.countReset();
    this.#endpoint.writer.rstStream(streamId, errorCode);
    this.#endpoint.scheduleFlush();
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
    const absent = this.#endpoint.streams.absent(streamId);
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
