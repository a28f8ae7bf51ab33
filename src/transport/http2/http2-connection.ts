import type { Duplex } from "node:stream";
import type { Http2ConnectionOptions, Http2ServerOptions } from "./connection-options.ts";
import { Endpoint } from "./endpoint.ts";
import { ErrorCode } from "./error-codes.ts";
import { clientPreface } from "./frame-types.ts";
import { Http2Error } from "./http2-error.ts";
import type { HeaderFields, Http2Stream, Http2StreamListener } from "./http2-stream.ts";
import { InboundFrames } from "./inbound-frames.ts";
import { watchProgress } from "./watch-progress.ts";

/** One HTTP/2 connection over a socket that is already connected (RFC 9113). */
export interface Http2Connection {
  /** It takes new streams. */
  readonly isOpen: boolean;
  /** Streams that are open. */
  readonly streamCount: number;
  /**
   * Feeds bytes from the peer; they are read within the call only. For sockets that were connected with `onread`, which
   * emit no "data": of any other the connection reads by itself.
   */
  receive(bytes: Uint8Array): void;
  /** Asks for an answer, and calls back when it is here. Go servers end connections of clients that ask too often. */
  ping(onAck: () => void): void;
  /** Takes no more streams, and ends the connection when the open ones have ended (RFC 9113 §6.8). Safe twice. */
  close(): void;
  /** Ends the connection and all streams at once; what is written already has a second to leave, or none when called again. */
  destroy(errorCode: number, reason: string): void;
}

export interface Http2ClientConnection extends Http2Connection {
  /** The largest header list that the server takes. A larger one may end the whole connection. */
  readonly maxHeaderListBytes: number;
  /**
   * Opens a stream with a request. Where the peer allows no more, it waits for its turn. On a connection that takes no
   * streams the listener hears REFUSED_STREAM, after this call.
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
    if (rest === 0) {
      frames.reader.read(bytes);
      return;
    }
    const part = bytes.toString("latin1", 0, rest);
    if (!clientPreface.startsWith(part, prefaceBytes)) {
      throw new Http2Error(ErrorCode.protocolError, "the peer does not begin as an HTTP/2 client");
    }
    prefaceBytes += part.length;
    if (bytes.length > part.length) frames.reader.read(bytes.subarray(part.length));
  });
}

/** Both sides are the same but for what they begin with; a server's type does not show that it could open streams. */
function connect(
  socket: Duplex,
  endpoint: Endpoint,
  frames: InboundFrames,
  read: (bytes: Buffer) => void,
): Http2ClientConnection {
  endpoint.ending.onOver = () => frames.reader.stop();
  const progress = watchProgress(endpoint, frames);
  const receive = (bytes: Uint8Array): void => {
    if (endpoint.ending.isOver) return;
    try {
      read(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    } catch (error) {
      if (error instanceof Http2Error) endpoint.ending.fail(error.code, error.message);
      else {
        // The layer above has failed: what it would have done next nobody knows.
        endpoint.ending.fail(ErrorCode.internalError, "a stream could not be handled");
        endpoint.onDefect("a connection has ended", error);
      }
    }
    if (frames.isWithinBlock) progress.watch();
  };
  socket.on("data", receive);
  socket.once("end", () => endpoint.ending.lose("the peer has closed the connection"));
  socket.on("error", (error: Error) => endpoint.ending.lose(`the connection was lost: ${error.message}`));
  socket.once("close", () => {
    progress.stop();
    endpoint.ending.lose("the connection was lost");
  });
  return {
    get isOpen() {
      return !endpoint.ending.isClosing;
    },
    get streamCount() {
      return endpoint.streams.size;
    },
    get maxHeaderListBytes() {
      return endpoint.peer.maxHeaderListBytes;
    },
    receive,
    openStream: (fields, endStream, listener) => endpoint.openStream(fields, endStream, listener),
    ping: (onAck) => endpoint.ping(onAck),
    close: () => endpoint.ending.close(),
    destroy: (errorCode, reason) => endpoint.ending.destroy(errorCode, reason),
  };
}
