/** A rate that may be exceeded for a while: `burst` at once, and `perSecond` more with time. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Limits on the peer of an endpoint (RFC 9113 §10.5). The defaults are far above the needs of busy gRPC peers, and
 * bound the cost of a hostile one. Past a rate the connection ends with ENHANCE_YOUR_CALM.
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
   * Frames with little or no effect: DATA of less than a message's prefix that does not end its stream, windows opened
   * by less than 1 KiB, PRIORITY, unknown types, unsolicited acknowledgements, and all frames on closed streams.
   * Default 100,000 at once and 50,000 a second: Go opens windows of streams that have just ended.
   */
  readonly idleFrames: RateLimit;
  /**
   * WINDOW_UPDATE frames. Default 200,000 at once and 100,000 a second: a Go peer sends one for each 16 KiB where its
   * windows are small.
   */
  readonly windowUpdates: RateLimit;
  /** GOAWAY frames. Default 20 at once and one a second: a connection ends with two of them. */
  readonly goaways: RateLimit;
  /** Responses with a status of 1xx. Default 20,000 at once and 2,000 a second: one for each call of a busy proxy. */
  readonly informational: RateLimit;
  /**
   * Bytes that wait for a peer that does not read, answers to its control frames included. Past it the connection ends
   * with ENHANCE_YOUR_CALM. Default 16 MiB; DATA waits in its streams from 512 KiB on and never leads to it.
   */
  readonly maxQueuedBytes: number;
  /**
   * The memory budget of the connection: for received data that the layers above hold (unconsumed DATA and incomplete
   * messages), as much again for DATA that is queued for the peer, and an eighth of it for the header lists of open
   * streams. Above it the connection's window stays closed, and calls that need more memory fail. Default 512 MiB.
   */
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
  windowUpdates: { burst: 200_000, perSecond: 100_000 },
  goaways: { burst: 20, perSecond: 1 },
  informational: { burst: 20_000, perSecond: 2_000 },
  maxQueuedBytes: 16 * 2 ** 20,
  maxHeldBytes: 512 * 2 ** 20,
  handshakeTimeoutMs: 10_000,
  frameTimeoutMs: 10_000,
};
