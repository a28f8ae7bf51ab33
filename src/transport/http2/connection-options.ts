import type { HeaderFields, Http2Stream, Http2StreamListener } from "./http2-stream.ts";
import type { Http2Limits } from "./limits.ts";

/** Options of both sides of a connection. */
export interface Http2ConnectionOptions {
  /** Limits on the peer; absent ones have their defaults. */
  readonly limits?: Partial<Http2Limits> | undefined;
  /**
   * How much DATA the peer may send on a stream before it is consumed, 65,535 to 2^31-1. Default 4 MiB: a Node receiver
   * gets faster up to this size, not beyond.
   */
  readonly streamWindowBytes?: number | undefined;
  /** The same for all streams together. Default 16 MiB. */
  readonly connectionWindowBytes?: number | undefined;
  /** How large a frame the peer may send, 16,384 to 2^24-1. Default 64 KiB, as much as a stream writes in a turn. */
  readonly maxFrameBytes?: number | undefined;
  /** The connection keeps the process alive only while it has streams. Default false: as any socket does. */
  readonly unrefWhenIdle?: boolean | undefined;
  /** Called when the peer has answered as an HTTP/2 endpoint: its SETTINGS have arrived. */
  readonly onReady?: (() => void) | undefined;
  /**
   * A listener of a stream has thrown, which none is meant to: the last line of defence. Default: the exception is thrown on,
   * out of a callback of the event loop.
   *
   * @param lost what is lost because of it
   */
  readonly onDefect?: ((lost: string, reason: unknown) => void) | undefined;
  /** Called when the connection is over and all streams were notified. NO_ERROR after a regular end. */
  readonly onClosed?: ((errorCode: number, reason: string) => void) | undefined;
}

export interface Http2ServerOptions extends Http2ConnectionOptions {
  /** Called for a new request with its first fields and their END_STREAM. The returned listener receives what follows. */
  readonly onStream: (stream: Http2Stream, fields: HeaderFields, endStream: boolean) => Http2StreamListener;
  /** Called when the peer has begun as an HTTP/2 client. */
  readonly onPreface?: (() => void) | undefined;
}
