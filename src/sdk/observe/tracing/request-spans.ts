import { PluginError } from "../../../errors.ts";
import { hideSecretValues, secretsOf } from "../../../handlers/hide-secret-values.ts";
import { ifMissing } from "../../../optional-peer.ts";
import type { CallObserver, ObservedCall } from "../call-observer.ts";
import { type CallOutcome, textOfError } from "../call-outcome.ts";
import type { OtelSpan, OtelTracer } from "./otel-types.ts";
import { readPropagation } from "./otlp-settings.ts";
import { setSpanOfCall } from "./span-of-call.ts";
import { type Propagation, readTraceContext } from "./trace-context.ts";

type Api = typeof import("@opentelemetry/api");
type ApiContext = import("@opentelemetry/api").Context;
type ApiSpan = import("@opentelemetry/api").Span;

/** Options of {@link requestSpans}. */
export interface RequestSpansOptions {
  /** A tracer of OpenTelemetry: `trace.getTracer("my-plugin")` of `@opentelemetry/api`. */
  readonly tracer: OtelTracer;
  /** Formats of trace headers. Default: those of `GF_INSTANCE_OTLP_PROPAGATION`, else W3C Trace Context. */
  readonly propagation?: readonly Propagation[] | undefined;
}

/** The span of a call and the context in which its handler runs. */
interface Tracing {
  readonly span: OtelSpan;
  readonly context: unknown;
}

/**
 * Makes a span `sdk.<endpoint>` for each call, with the attributes of the Go SDK: `plugin_id`, `org_id`,
 * `datasource_name`, `datasource_uid`, `user`, `tenant_id`, `request_status` and `status_source`. Its parent is the
 * host's span; its kind is `SERVER`, because the plugin has no other span of the call.
 *
 * The handler runs in the span's context, so spans of instrumented libraries become its children where a context
 * manager is set up, and `propagationHeaders` names it. Decrypted secrets of the call become `[secret]` in the text of
 * an error.
 *
 * Loads `@opentelemetry/api`, an optional peer.
 *
 * @throws PluginError `invalid_option` when that package is not installed
 */
export async function requestSpans({
  tracer,
  propagation = readPropagation(),
}: RequestSpansOptions): Promise<CallObserver> {
  const missing = (cause: unknown): never => {
    throw new PluginError(
      "invalid_option",
      "spans need the package @opentelemetry/api, which is not installed: npm install @opentelemetry/api",
      { cause },
    );
  };
  const api = await import("@opentelemetry/api").catch(ifMissing("@opentelemetry/api", missing));
  const observer: CallObserver<Tracing> = {
    onBegin: (call) => startSpan(api, tracer, call, propagation),
    runIn: ({ context }, run) => api.context.with(context as ApiContext, run),
    onEnd: (call, outcome, { span }) => endSpan(api, span, call, outcome),
  };
  return observer;
}

function startSpan(
  api: Api,
  tracer: OtelTracer,
  call: ObservedCall,
  propagation: readonly Propagation[],
): Tracing {
  const { pluginContext } = call;
  const trace = readTraceContext((name) => call.metadata(name), propagation);
  let parent = api.ROOT_CONTEXT;
  if (trace !== undefined) {
    const { traceId, spanId, isSampled, traceState } = trace;
    parent = api.trace.setSpanContext(parent, {
      traceId,
      spanId,
      isRemote: true,
      traceFlags: isSampled ? api.TraceFlags.SAMPLED : api.TraceFlags.NONE,
      ...(traceState === undefined ? {} : { traceState: api.createTraceState(traceState) }),
    });
  }
  const attributes: Record<string, string | number> = {
    plugin_id: pluginContext?.pluginId ?? "",
    org_id: Number(pluginContext?.orgId ?? 0n),
  };
  const settings = pluginContext?.dataSourceInstanceSettings;
  if (settings !== undefined) {
    attributes["datasource_name"] = settings.name;
    attributes["datasource_uid"] = settings.uid;
  }
  if (pluginContext?.user !== undefined) attributes["user"] = pluginContext.user.name;
  const [tenantId = ""] = call.metadata("tenantid");
  if (tenantId !== "") attributes["tenant_id"] = tenantId;
  const span = tracer.startSpan(`sdk.${call.endpoint}`, { kind: api.SpanKind.SERVER, attributes }, parent);
  const own = span.spanContext();
  setSpanOfCall(call.context, {
    traceId: own.traceId,
    spanId: own.spanId,
    isSampled: (own.traceFlags & api.TraceFlags.SAMPLED) !== 0,
    traceState: own.traceState?.serialize(),
  });
  return { span, context: api.trace.setSpan(parent, span as ApiSpan) };
}

function endSpan(api: Api, span: OtelSpan, call: ObservedCall, outcome: CallOutcome): void {
  const { status, source, error } = outcome;
  span.setAttributes({ request_status: status, status_source: source });
  if (error !== undefined) {
    const message = hideSecretValues(textOfError(error), secretsOf(call.pluginContext));
    span.setStatus({ code: api.SpanStatusCode.ERROR, message });
    span.recordException({ name: nameOf(error), message });
  }
  span.end();
}

function nameOf(error: unknown): string {
  try {
    return error instanceof Error ? error.name : "Error";
  } catch {
    return "Error";
  }
}
