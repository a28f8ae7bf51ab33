import type { HttpCall } from "../http/http-call.ts";
import { HttpFailure } from "../http/http-failure.ts";

/**
 * A request without its body, for calls of plugins that outlive it.
 *
 * @param token the token that its headers shall have instead of their own
 */
export function callerOf(call: HttpCall, token?: string): HttpCall {
  const authorization = token === undefined ? undefined : `Bearer ${token}`;
  return {
    method: call.method,
    path: call.path,
    query: "",
    header: (name) => (name === "authorization" && authorization) || call.header(name),
    headers: () => call.headers(),
    body: () => Promise.reject(new HttpFailure(400, "the request has no body any more")),
    signal: call.signal,
    remoteAddress: call.remoteAddress,
  };
}
