/** Name, value, name, value and so on: names in lower case, pseudo-header fields first (RFC 9113 §8.3). */
export type HeaderFields = readonly string[];

/** One stream of an HTTP/2 connection, as the layer above sends on it (RFC 9113 §5). */
export interface Http2Stream {
  /** 0 while a client's stream is queued: the peer limits how many may be open at once. */
  readonly id: number;
  /** Bytes of DATA that were given and have not yet had their turn to be written to the socket. */
  readonly queuedBytes: number;
  /** The largest header list that the peer accepts (SETTINGS_MAX_HEADER_LIST_SIZE). A larger one ends the stream there. */
  readonly maxHeaderListBytes: number;
  /** A header section or a trailer section; the latter ends the stream. */
  sendHeaders(fields: HeaderFields, endStream: boolean): void;
  /**
   * Queues DATA. The chunks are written by reference, in order, cut to the peer's frame size and windows, taking turns
   * with other streams: the caller must not change them afterwards.
   */
  sendData(chunks: readonly Uint8Array[], endStream: boolean): void;
  /**
   * Returns this many bytes of DATA to the peer's window. Without this call flow control stops the peer, on this stream
   * only: the connection's window opens again as bytes come in, until `maxHeldBytes` of all streams together are not
   * consumed.
   */
  consume(bytes: number): void;
  /**
   * Counts memory that the layer above keeps for the stream in the budget of the connection (`maxHeldBytes`); a
   * negative number releases it. False, and nothing counted, if the budget is used up. The rest is released when the
   * stream ends.
   */
  hold(bytes: number): boolean;
  /**
   * Counts memory that may outlive the stream, in the same budget. Returns the function that releases it, or `undefined`
   * if the budget is used up.
   */
  holdApart(bytes: number): (() => void) | undefined;
  /**
   * With more DATA queued than this a sender should wait. Few bytes while many streams have queued DATA, because each
   * of them fills its queue, and a byte waits for its turn behind those of all others.
   */
  readonly drainMarkBytes: number;
  /** Whether a sender should wait. If so, `onDrain` is called when the queue has become short. */
  mustWait(): boolean;
  /** Whether the connection may queue as many bytes more (`maxHeldBytes`); always when nothing is queued. */
  hasRoomFor(bytes: number): boolean;
  /** Ends the stream at once with RST_STREAM; queued DATA is dropped. Nothing after it reaches the listener. */
  reset(errorCode: number): void;
}

/** Callbacks of a stream to the layer above. None is called after `onClosed`, nor within a call on the stream. */
export interface Http2StreamListener {
  /** A header section: informational ones (1xx) are left out, the one that ends the stream may be trailers. */
  onHeaders(fields: HeaderFields, endStream: boolean): void;
  /** Bytes of DATA without padding. Valid within the call only: the buffer is read into again. */
  onData(bytes: Uint8Array, endStream: boolean): void;
  /** Called when the queue is no longer than {@link Http2Stream.drainMarkBytes} again after it was longer. */
  onDrain(): void;
  /**
   * Called when the stream ended because of the peer or the connection: `errorCode` of the peer's RST_STREAM or of the
   * connection's end, in words as `reason`. `isConnectionLost`: it ended with the connection, which accepts no more
   * streams. REFUSED_STREAM: the peer has not processed the stream. Not called after a regular end of both sides.
   */
  onClosed(errorCode: number, reason: string, isConnectionLost: boolean): void;
}
