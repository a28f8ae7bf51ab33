/** An HTTP request, of whichever server it came to. */
export interface HttpCall {
  readonly method: string;
  /** The path as sent, with its percent encoding. */
  readonly path: string;
  /** What follows `?`, as sent; empty without it. */
  readonly query: string;
  /** The value of a header, by its name in lower case; several values are joined by `, `. */
  header(name: string): string | undefined;
  /** All headers in their order, names in any case. */
  headers(): Iterable<readonly [name: string, value: string]>;
  /**
   * Reads the body, once.
   *
   * @throws HttpFailure 413 beyond `maxBytes`, 400 when it breaks off.
   */
  body(maxBytes: number): Promise<Uint8Array>;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  /** Address of the client; `undefined` where the server does not provide it. */
  readonly remoteAddress: string | undefined;
}

/** An HTTP answer. A body that is iterated is sent part by part as it comes. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** The body has no end of its own: it does not count as a request in flight, and nothing waits for it. */
  readonly isLive?: boolean;
}
