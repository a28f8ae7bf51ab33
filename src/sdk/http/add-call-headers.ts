import { encodeHeader } from "../../handlers/header-text.ts";
import { type ForwardOptions, forwardedHeaders } from "../context/forwarded-headers.ts";
import { HeaderName } from "../context/header-names.ts";
import type { RequestContext } from "../context/request-context.ts";
import { formatTraceContext, type Propagation } from "../observe/tracing/trace-context.ts";

/** Which parts of a call an outgoing request gets. */
export interface PassedOn {
  /** The headers of the login; `undefined` for none. */
  readonly forward: ForwardOptions | undefined;
  /** Formats of the trace headers. */
  readonly propagation: readonly Propagation[];
}

/**
 * Adds what a call of the host passes on: its trace, its alert mark, and the headers that `forward` names. Only the alert
 * mark replaces a header that is there.
 */
export function addCallHeaders(
  headers: Headers,
  context: RequestContext,
  { forward, propagation }: PassedOn,
): void {
  for (const [name, value] of Object.entries(forwardedHeaders(context, forward))) {
    if (!headers.has(name)) headers.set(name, value);
  }
  if (context.isFromAlert) {
    headers.set(HeaderName.fromAlert, encodeHeader(context.headers.get(HeaderName.fromAlert) ?? "true"));
  }
  const trace = context.trace === undefined ? {} : formatTraceContext(context.trace, propagation);
  if (Object.keys(trace).some((name) => headers.has(name))) return;
  for (const [name, value] of Object.entries(trace)) headers.set(name, value);
}
