import type * as http2 from "node:http2";
import { splitBinaryHeaders } from "./split-binary-headers.ts";

/** Sends repeated `-bin` headers and trailers of a response one by one, as gRPC reads them. */
export function sendBinaryHeadersApart(response: http2.Http2ServerResponse): void {
  const writeHead: (status: number, headers?: http2.OutgoingHttpHeaders) => typeof response =
    response.writeHead.bind(response);
  const addTrailers = response.addTrailers.bind(response);
  // Two hooks on one response: connect-node offers no place between itself and Node.
  response.writeHead = ((status: number, headers: http2.OutgoingHttpHeaders = {}) =>
    writeHead(status, splitBinaryHeaders(headers))) as typeof response.writeHead;
  response.addTrailers = (trailers) => addTrailers(splitBinaryHeaders(trailers));
}
