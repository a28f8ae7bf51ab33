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
  /** The first value of an entry of the metadata. Our own transport has it, because it makes no `Headers`. */
  readonly findMetadata?: ((name: string) => string | undefined) | undefined;
}

/** The first value of an entry of the call's metadata, whose name is in lower case. */
export function findMetadata(call: CallFacts, name: string): string | undefined {
  if (call.findMetadata !== undefined) return call.findMetadata(name);
  return call.requestHeader.get(name) ?? undefined;
}
