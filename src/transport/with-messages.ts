import type { DescMessage } from "@bufbuild/protobuf";
import type { StreamResponse } from "@connectrpc/connect";

/**
 * Copies a response with other messages, for interceptors. Headers and trailers stay lazy: the first `Headers` of a
 * process loads all of `fetch`, 20 ms and 16 MB.
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
