import type { ContextValues } from "@connectrpc/connect";

/**
 * What the context of a call is read from: Connect's `HandlerContext`, or the request of an interceptor as
 * `{ signal, requestHeader: request.header }`.
 */
export interface CallFacts {
  readonly signal: AbortSignal;
  /** The metadata of the call. */
  readonly requestHeader: Headers;
  /** What interceptors left for handlers. */
  readonly values?: ContextValues | undefined;
  /** Milliseconds until the deadline. */
  readonly timeoutMs?: (() => number | undefined) | undefined;
}
