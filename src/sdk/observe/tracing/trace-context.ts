import type { ContextValues } from "@connectrpc/connect";

/** The parts of a call's context that name its trace: of a handler's `HandlerContext`. */
export interface TraceSource {
  /** The metadata of the call. */
  readonly requestHeader: Headers;
  /** Where the plugin's own span of the call is, if it makes one. */
  readonly values?: ContextValues | undefined;
}

/** The trace that a call belongs to, and its span. */
export interface TraceContext {
  /** 32 digits of lower-case hex. */
  readonly traceId: string;
  /** 16 digits of lower-case hex. */
  readonly spanId: string;
  readonly isSampled: boolean;
  /** `tracestate` of W3C Trace Context, as received. */
  readonly traceState?: string | undefined;
}

/** A format of trace headers: W3C Trace Context, or `uber-trace-id`. */
export type Propagation = "jaeger" | "w3c";

/** Reads the values of a metadata key or header, in their order. */
export type ReadValues = (name: string) => readonly string[];

const traceparent =
  /^(?<version>[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.*)?$/;
const uberTraceId =
  /^(?<traceId>[0-9a-f]{1,32}):(?<spanId>[0-9a-f]{1,16}):[0-9a-f]{1,16}:(?<flags>[0-9a-f]{1,2})$/i;

/**
 * Reads the trace of a call from its metadata. Headers that do not follow their specification count as absent.
 *
 * @param formats tried in this order
 */
export function readTraceContext(
  read: ReadValues,
  formats: readonly Propagation[],
): TraceContext | undefined {
  for (const format of formats) {
    const found = format === "w3c" ? readW3c(read) : readJaeger(read);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The headers with which an outgoing call belongs to the trace. */
export function formatTraceContext(
  { traceId, spanId, isSampled, traceState }: TraceContext,
  formats: readonly Propagation[],
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const format of formats) {
    if (format === "jaeger") headers["uber-trace-id"] = `${traceId}:${spanId}:0:${isSampled ? "1" : "0"}`;
    else {
      headers["traceparent"] = `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
      if (traceState) headers["tracestate"] = traceState;
    }
  }
  return headers;
}

function readW3c(read: ReadValues): TraceContext | undefined {
  const values = read("traceparent");
  const found = values.length === 1 ? traceparent.exec(values[0]?.trim() ?? "")?.groups : undefined;
  if (found === undefined || found["version"] === "ff") return undefined;
  // Version 00 ends after the flags; later ones may append.
  if (found["version"] === "00" && found["rest"] !== undefined) return undefined;
  const traceState = read("tracestate").join(",");
  return toTrace(found, traceState === "" ? {} : { traceState });
}

/** Jaeger's clients leave out leading zeros. */
function readJaeger(read: ReadValues): TraceContext | undefined {
  const value = read("uber-trace-id")[0]?.trim() ?? "";
  const found = uberTraceId.exec(value.includes("%") ? value.replaceAll(/%3a/gi, ":") : value)?.groups;
  return found === undefined ? undefined : toTrace(found, {});
}

function toTrace(
  { traceId = "", spanId = "", flags = "" }: Readonly<Record<string, string | undefined>>,
  state: Pick<TraceContext, "traceState">,
): TraceContext | undefined {
  if (isZero(traceId) || isZero(spanId)) return undefined;
  return {
    traceId: traceId.toLowerCase().padStart(32, "0"),
    spanId: spanId.toLowerCase().padStart(16, "0"),
    isSampled: (Number.parseInt(flags, 16) & 1) === 1,
    ...state,
  };
}

function isZero(digits: string): boolean {
  return /^0*$/.test(digits);
}
