import type { ContextKey } from "@connectrpc/connect";
import type { TraceContext, TraceSource } from "./trace-context.ts";

/** The span that the plugin has for a call. A value without state: the key of a table that each call has of its own. */
const spanKey: ContextKey<TraceContext | undefined> = {
  id: Symbol("the span of the call"),
  defaultValue: undefined,
};

/** The plugin's own span of a call, if a tracer makes one. */
export function spanOfCall({ values }: TraceSource): TraceContext | undefined {
  return values?.get(spanKey);
}

/** Stores the plugin's own span of a call, for {@link spanOfCall}. */
export function setSpanOfCall({ values }: TraceSource, span: TraceContext): void {
  values?.set(spanKey, span);
}
