import { requestFields } from "../../../plugin/request-fields.ts";
import { readPropagation } from "./otlp-settings.ts";
import { spanOfCall } from "./span-of-call.ts";
import {
  formatTraceContext,
  type Propagation,
  readTraceContext,
  type TraceContext,
  type TraceSource,
} from "./trace-context.ts";

/**
 * The headers with which an outgoing HTTP request or call belongs to the trace of the host's call: `traceparent` and
 * `tracestate`, or `uber-trace-id`. They name the plugin's own span if it traces (see `requestSpans`), else the host's.
 *
 * @param formats default: those of `GF_INSTANCE_OTLP_PROPAGATION`, else W3C Trace Context
 * @returns empty for a call without a trace
 */
export function propagationHeaders(
  context: TraceSource,
  formats: readonly Propagation[] = readPropagation(),
): Record<string, string> {
  const trace = traceOfCall(context, formats);
  return trace === undefined ? {} : formatTraceContext(trace, formats);
}

/**
 * The trace of a call: with the plugin's own span if it traces, else with that of the host.
 *
 * @param formats default: those of `GF_INSTANCE_OTLP_PROPAGATION`, else W3C Trace Context
 */
export function traceOfCall(
  context: TraceSource,
  formats: readonly Propagation[] = readPropagation(),
): TraceContext | undefined {
  return spanOfCall(context) ?? readTraceContext((name) => requestFields(context, name), formats);
}
