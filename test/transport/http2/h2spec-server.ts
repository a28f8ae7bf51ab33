import { createServer, type Server } from "node:net";
import { createServerConnection } from "../../../src/transport/http2/http2-connection.ts";
import type { Http2Stream } from "../../../src/transport/http2/http2-stream.ts";

const body = Buffer.from("a small body\n");

/** Answers every request with 200 and a small body when it has all of it: what h2spec asks of a server. */
export function createH2specServer(): Server {
  return createServer((socket) => {
    createServerConnection(socket, {
      // h2spec takes a frame of 16,385 bytes for too large without a look at our settings.
      maxFrameBytes: 16_384,
      onStream: (stream, _fields, endStream) => {
        if (endStream) answer(stream);
        return {
          onHeaders: (_trailers, isEnd) => {
            if (isEnd) answer(stream);
          },
          onData: (bytes, isEnd) => {
            stream.consume(bytes.length);
            if (isEnd) answer(stream);
          },
          onDrain: () => {},
          onClosed: () => {},
        };
      },
    });
  });
}

function answer(stream: Http2Stream): void {
  stream.sendHeaders([":status", "200", "content-length", String(body.length)], false);
  stream.sendData([body], true);
}
