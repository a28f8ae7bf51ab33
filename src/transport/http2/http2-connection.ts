import type { Duplex } from "node:stream";
import type { Http2ConnectionOptions, Http2ServerOptions } from "./connection-options.ts";
import { Endpoint } from "./endpoint.ts";
import { ErrorCode } from "./error-codes.ts";
import { clientPreface } from "./frame-types.ts";
import { Http2Error } from "./http2-error.ts";
import type { HeaderFields, Http2Stream, Http2StreamListener } from "./http2-stream.ts";
import { InboundFrames } from "./inbound-frames.ts";
import { readInTurns } from "./read-in-turns.ts";
import { watchProgress } from "./watch-progress.ts";

/** One HTTP/2 connection over a socket that is already connected (RFC 9113). */
export interface Http2Connection {
  /** Whether the connection accepts new streams. */
  readonly isOpen: boolean;
  /** Streams that are open. */
  readonly streamCount: number;
  /** Whether the system has taken everything that was sent, apart from an answer to a PING that waits for other output. */
  readonly hasSentAll: boolean;
  /**
   * Feeds bytes from the peer; they are read within the call only. For sockets that were connected with `onread`, which
   * emit no "data": of any other the connection reads by itself.
   */
  receive(bytes: Uint8Array): void;
  /** Sends a PING and calls back at its answer. Go servers end connections of clients that send too many. */
  ping(onAck: () => void): void;
  /** Accepts no more streams, and ends the connection when the open ones have ended (RFC 9113 §6.8). Safe to call twice. */
  close(): void;
  /** Ends the connection and all streams at once; written bytes have a second to be sent, or none at the second call. */
  destroy(errorCode: number, reason: string): void;
}

export interface Http2ClientConnection extends Http2Connection {
  /** The largest header list that the server accepts. A larger one may end the whole connection. */
  readonly maxHeaderListBytes: number;
  /**
   * Opens a stream with a request. At the peer's limit of streams it is queued. On a connection that accepts no streams
   * the listener gets REFUSED_STREAM after this call.
   */
  openStream(fields: HeaderFields, endStream: boolean, listener: Http2StreamListener): Http2Stream;
}

/** The client's side of a connection. */
export function createClientConnection(
  socket: Duplex,
  options: Http2ConnectionOptions = {},
): Http2ClientConnection {
  const endpoint = new Endpoint(socket, false, options);
  const frames = new InboundFrames(endpoint, undefined);
  return connect(socket, endpoint, frames, (bytes) => frames.reader.read(bytes));
}

/** The server's side of a connection. */
export function createServerConnection(socket: Duplex, options: Http2ServerOptions): Http2Connection {
  const endpoint = new Endpoint(socket, true, options);
  const frames = new InboundFrames(endpoint, options.onStream);
  let prefaceBytes = 0;
  return connect(socket, endpoint, frames, (bytes) => {
    const rest = clientPreface.length - prefaceBytes;
    if (rest === 0) return frames.reader.read(bytes);
    const part = bytes.toString("latin1", 0, rest);
    if (!clientPreface.startsWith(part, prefaceBytes)) {
      throw new Http2Error(ErrorCode.protocolError, "the peer does not begin as an HTTP/2 client");
    }
    prefaceBytes += part.length;
    if (prefaceBytes === clientPreface.length) options.onPreface?.();
    return part.length + frames.reader.read(bytes.subarray(part.length));
  });
}

/** Both sides differ only in their first bytes; the type of a server hides `openStream`. */
function connect(
  socket: Duplex,
  endpoint: Endpoint,
  frames: InboundFrames,
  read: (bytes: Buffer) => number,
): Http2ClientConnection {
  endpoint.ending.whenOver(() => frames.reader.stop());
  const progress = watchProgress(endpoint.limits, endpoint.ending, frames);
  const turns = readInTurns(socket, frames.reader, (bytes) => {
    if (endpoint.ending.isOver) return bytes.length;
    let readBytes = bytes.length;
    try {
      readBytes = read(bytes);
    } catch (error) {
      if (error instanceof Http2Error) endpoint.ending.fail(error.code, error.message);
      else {
        // The layer above has failed, so the state of the connection is unknown.
        endpoint.ending.fail(ErrorCode.internalError, "a stream could not be handled");
        endpoint.onDefect("a connection has ended", error);
      }
    }
    if (frames.isWithinBlock) progress.watch();
    return readBytes;
  });
  const lose = (reason: string): void => {
    // What the peer has sent before the end still counts.
    turns.finish();
    endpoint.ending.lose(reason);
  };
  socket.on("data", turns.receive);
  socket.once("end", () => lose("the peer has closed the connection"));
  socket.on("error", (error: Error) => lose(`the connection was lost: ${error.message}`));
  socket.once("close", () => {
    progress.stop();
    lose("the connection was lost");
  });
  return {
    get isOpen() {
      return !endpoint.ending.isClosing;
    },
    get streamCount() {
      return endpoint.streams.size;
    },
    get hasSentAll() {
      return endpoint.scheduler.queuedBytes === 0 && endpoint.socketWriter.hasWrittenAll;
    },
    get maxHeaderListBytes() {
      return endpoint.peer.maxHeaderListBytes;
    },
    receive: turns.receive,
    openStream: (fields, endStream, listener) => endpoint.openStream(fields, endStream, listener),
    ping: (onAck) => endpoint.ping(onAck),
    close: () => endpoint.ending.close(),
    destroy: (errorCode, reason) => endpoint.ending.destroy(errorCode, reason),
  };
}
