import { ErrorCode } from "../http2/error-codes.ts";
import type { HeaderFields, Http2Stream, Http2StreamListener } from "../http2/http2-stream.ts";

/** Answers with one header section, without reading the request. */
export function refuse(stream: Http2Stream, fields: HeaderFields, hasEnded: boolean): Http2StreamListener {
  stream.sendHeaders(fields, true);
  if (!hasEnded) stopRequest(stream);
  return discard;
}

/**
 * Resets the stream after an answer that came before the end of the request, so that the peer stops sending (RFC 9113
 * §8.1). Not while the answer is queued, because it would be dropped.
 */
export function stopRequest(stream: Http2Stream): void {
  if (stream.queuedBytes === 0) stream.reset(ErrorCode.noError);
}

const discard: Http2StreamListener = {
  onHeaders: () => {},
  onData: () => {},
  onDrain: () => {},
  onClosed: () => {},
};
