/** A rate that may be exceeded for a while: `burst` at once, and `perSecond` more with time. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * What a peer may ask of an endpoint (RFC 9113 §10.5). The defaults are far above what busy gRPC peers do, and bound
 * what a hostile one can cost. Past a rate the connection ends with ENHANCE_YOUR_CALM.
 */
export interface Http2Limits {
  /**
   * Streams that the peer may have open (RFC 9113 §5.1.2); more are answered with REFUSED_STREAM. Default 16,384: Go
   * servers have no limit, and hosts hold a stream for each live subscription.
   */
  readonly maxConcurrentStreams: number;
  /**
   * Bytes of a header list, with 32 for each field (RFC 9113 §6.5.2); a larger one ends its stream with
   * ENHANCE_YOUR_CALM, and a block that is larger on the wire the connection. Default 1 MiB.
   */
  readonly maxHeaderListBytes: number;
  /** CONTINUATION frames of one header block (RFC 9113 §6.10). Default 128, enough for the default list size twice. */
  readonly maxContinuations: number;
  /**
   * RST_STREAM from the peer, and streams that it makes this side reset: rapid reset, CVE-2023-44487. Default 50,000
   * at once and 5,000 a second: a Go client cancels every call whose caller has gone.
   */
  readonly resets: RateLimit;
  /** SETTINGS frames. Default 100 at once and 10 a second. */
  readonly settings: RateLimit;
  /** PING frames. Default 100,000 at once and 50,000 a second: a Go peer that receives probes the line with
   * one each round trip. */
  readonly pings: RateLimit;
  /**
   * Frames that achieve nothing: DATA without bytes, PRIORITY, unknown types, and any on streams that are over. Default
   * 100,000 at once and 50,000 a second: Go opens windows of streams that have just ended.
   */
  readonly idleFrames: RateLimit;
  /**
   * Bytes that wait for a peer that does not read, answers to its control frames included. Past it the connection ends
   * with ENHANCE_YOUR_CALM. Default 16 MiB; DATA waits in its streams from 512 KiB on and never leads to it.
   */
  readonly maxQueuedBytes: number;
  /** DATA of all streams that the layer above has not consumed: past it the connection's window stays shut. Default 256 MiB. */
  readonly maxHeldBytes: number;
  /** How long the peer's first SETTINGS and the acknowledgement of ours may take. Default 10,000 ms. */
  readonly handshakeTimeoutMs: number;
  /** How long a frame other than DATA, or a header block, may stay unfinished. Default 10,000 ms. */
  readonly frameTimeoutMs: number;
}

export const defaultLimits: Http2Limits = {
  maxConcurrentStreams: 16_384,
  maxHeaderListBytes: 2 ** 20,
  maxContinuations: 128,
  resets: { burst: 50_000, perSecond: 5_000 },
  settings: { burst: 100, perSecond: 10 },
  pings: { burst: 100_000, perSecond: 50_000 },
  idleFrames: { burst: 100_000, perSecond: 50_000 },
  maxQueuedBytes: 16 * 2 ** 20,
  maxHeldBytes: 256 * 2 ** 20,
  handshakeTimeoutMs: 10_000,
  frameTimeoutMs: 10_000,
};
