import type { StreamRequest, StreamResponse, UnaryRequest, UnaryResponse } from "@connectrpc/connect";

/** The answer of an interceptor that does not pass the call on. */
export function unaryAnswer(request: UnaryRequest, message: UnaryResponse["message"]): UnaryResponse {
  const { service, method } = request;
  return { stream: false, service, method: method as UnaryResponse["method"], message, ...sections(request) };
}

/** The same for a stream. */
export function streamAnswer(request: StreamRequest, message: StreamResponse["message"]): StreamResponse {
  const { service, method } = request;
  return { stream: true, service, method: method as StreamResponse["method"], message, ...sections(request) };
}

/**
 * Connect's own server sends the header of the response that comes out of the interceptors, and has put the content type
 * there before. It is that of the request.
 */
function sections({ header }: UnaryRequest | StreamRequest): Pick<UnaryResponse, "header" | "trailer"> {
  const contentType = header.get("content-type");
  return {
    header: new Headers(contentType === null ? [] : [["content-type", contentType]]),
    trailer: new Headers(),
  };
}
