import { randomUUID } from "node:crypto";

/** The trace that a request belongs to (W3C Trace Context). */
export interface RequestTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The header for calls of plugins, with a span id of this gateway. */
  readonly traceparent: string;
  readonly tracestate: string | undefined;
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;

/** Continues the trace of the request, or begins one. */
export function readTrace(traceparent: string | undefined, tracestate: string | undefined): RequestTrace {
  const [, version, given, parent, flags = "00"] = form.exec(traceparent ?? "") ?? [];
  const isValid =
    version !== undefined && version !== "ff" && !/^0+$/.test(given ?? "") && !/^0+$/.test(parent ?? "");
  const traceId = isValid && given !== undefined ? given : randomHex();
  return {
    traceId,
    traceparent: `00-${traceId}-${randomHex().slice(16)}-${isValid ? flags : "00"}`,
    tracestate: isValid && tracestate !== undefined && tracestate.length <= 512 ? tracestate : undefined,
  };
}

/** 32 digits of which 6 bits are fixed. `randomUUID` has a cache of random bytes, `randomBytes` has none. */
function randomHex(): string {
  return randomUUID().replaceAll("-", "");
}
