import type * as http2 from "node:http2";
import { splitBinaryHeaders } from "./split-binary-headers.ts";

/** Headers that Node or a Go peer refuses in HTTP/2 (RFC 9113 §8.2.2); Node's exception for them cannot be caught. */
const forbidden: ReadonlySet<string> = new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);
/** Largest field, and largest section, that Node's own client accepts. */
const maxFieldChars = 60 << 10;
const maxSectionChars = 140 << 10;

/**
 * Removes headers and trailers of a handler that a peer would refuse, and sends each value of a `-bin` key in its own
 * field, as gRPC requires.
 */
export function sendLegalHeaders(response: http2.Http2ServerResponse): void {
  const writeHead: (status: number, headers?: http2.OutgoingHttpHeaders) => typeof response =
    response.writeHead.bind(response);
  const addTrailers = response.addTrailers.bind(response);
  // Two methods of the response are replaced: connect-node has no hook between itself and Node.
  response.writeHead = ((status: number, headers: http2.OutgoingHttpHeaders = {}) =>
    writeHead(status, splitBinaryHeaders(legal(headers)))) as typeof response.writeHead;
  response.addTrailers = (trailers) => addTrailers(splitBinaryHeaders(legal(trailers)));
}

function legal(headers: http2.OutgoingHttpHeaders): http2.OutgoingHttpHeaders {
  let room = maxSectionChars;
  const entries = Object.entries(headers).filter(([name, value]) => {
    const text = String(value);
    if (forbidden.has(name) || text.length > maxFieldChars || hasControl(text)) return false;
    if (name.endsWith("-bin") && /[^A-Za-z0-9+/=, ]/.test(text)) return false;
    room -= name.length + text.length;
    return room >= 0;
  });
  return Object.fromEntries(entries);
}

function hasControl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the point
  return /[\0-\x1f\x7f]/.test(text);
}
