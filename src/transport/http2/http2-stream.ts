/** Name, value, name, value and so on: names in lower case, pseudo-header fields first (RFC 9113 §8.3). */
export type HeaderFields = readonly string[];

/** With more DATA queued than this a sender should wait for `onDrain`. */
export const drainMarkBytes: number = 64 * 1024;

/** One stream of an HTTP/2 connection, as the layer above sends on it (RFC 9113 §5). */
export interface Http2Stream {
  /** 0 while a client's stream waits for its turn to open: the peer limits how many may be open at once. */
  readonly id: number;
  /** Bytes of DATA that were given and have not yet had their turn to be written to the socket. */
  readonly queuedBytes: number;
  /** The largest header list that the peer takes (SETTINGS_MAX_HEADER_LIST_SIZE). A larger one ends the stream there. */
  readonly maxHeaderListBytes: number;
  /** A header section or a trailer section; the latter ends the stream. */
  sendHeaders(fields: HeaderFields, endStream: boolean): void;
  /**
   * Queues DATA. The chunks are written by reference, in order, cut to the peer's frame size and windows,
   * taking turns with other streams: whoever gives them must not change them afterwards.
   */
  sendData(chunks: readonly Uint8Array[], endStream: boolean): void;
  /**
   * Gives the peer room for as many bytes of DATA again. Whoever does not call it holds the peer back, on this
   * stream only: the connection's window opens again as bytes come in, until `maxHeldBytes` of all streams together
   * are not consumed.
   */
  consume(bytes: number): void;
  /**
   * Counts memory that the layer above keeps for the stream, or lets go with a number below 0, in the budget of the
   * connection (`maxHeldBytes`). False, and nothing counted, when that is used up. What is left is let go when the stream
   * ends.
   */
  hold(bytes: number): boolean;
  /** Much DATA of all streams of the connection waits for the peer: senders should wait until their own has gone. */
  readonly isCrowded: boolean;
  /** Whether the connection may queue as many bytes more (`maxHeldBytes`); always when nothing is queued. */
  hasRoomFor(bytes: number): boolean;
  /** Ends the stream at once with RST_STREAM; queued DATA is dropped. Nothing after it reaches the listener. */
  reset(errorCode: number): void;
}

/** What the layer above hears of a stream. No call comes after `onClosed`, nor within a call on the stream. */
export interface Http2StreamListener {
  /** A header section: informational ones (1xx) are left out, the one that ends the stream may be trailers. */
  onHeaders(fields: HeaderFields, endStream: boolean): void;
  /** Bytes of DATA without padding. Valid within the call only: the buffer is read into again. */
  onData(bytes: Uint8Array, endStream: boolean): void;
  /** What was queued was more than {@link drainMarkBytes} and no longer is. */
  onDrain(): void;
  /**
   * The stream is over without this side's doing: `errorCode` of the peer's RST_STREAM or of the connection's
   * end, in words as `reason`. `isConnectionLost` says that it ended with the connection, which takes no more streams.
   * REFUSED_STREAM says that the peer has not looked at the stream. Not called after a regular end of both sides.
   */
  onClosed(errorCode: number, reason: string, isConnectionLost: boolean): void;
}
