import type { DescMessage } from "@bufbuild/protobuf";
import type { StreamResponse } from "@connectrpc/connect";

/**
 * The response with other messages, for interceptors. Nothing else of it is read: headers and trailers are made when
 * somebody looks at them, and the first `Headers` of a process loads all of `fetch`, 20 ms and 16 MB.
 */
export function withMessages<I extends DescMessage, O extends DescMessage>(
  response: StreamResponse<I, O>,
  message: StreamResponse<I, O>["message"],
): StreamResponse<I, O> {
  return {
    stream: true,
    service: response.service,
    method: response.method,
    message,
    get header() {
      return response.header;
    },
    get trailer() {
      return response.trailer;
    },
  };
}
