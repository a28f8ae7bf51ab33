import type { HttpCall } from "./http-call.ts";
import { HttpFailure } from "./http-failure.ts";

/**
 * Reads the body of a request and parses it. Grafana does not look at the content type, and neither does this; a body
 * that is compressed is refused, so that a small one cannot become a large one.
 *
 * @throws HttpFailure 400, 413, 415
 */
export async function readJsonBody<T>(
  call: HttpCall,
  maxBytes: number,
  parse: (bytes: Uint8Array) => T,
): Promise<T> {
  const encoding = call.header("content-encoding");
  if (encoding !== undefined && encoding !== "identity") {
    throw new HttpFailure(415, "expected a body without Content-Encoding: send it uncompressed");
  }
  const bytes = await call.body(maxBytes);
  try {
    return parse(bytes);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new HttpFailure(400, "bad request data", { cause });
    throw cause;
  }
}
