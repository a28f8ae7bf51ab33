import { randomBytes } from "node:crypto";
import type { RandomHex } from "./random-hex.ts";

/** The trace that a request belongs to (W3C Trace Context). */
export interface RequestTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The header for calls of plugins, with a span id of this gateway. */
  readonly traceparent: string;
  readonly tracestate: string | undefined;
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;

/**
 * Continues the trace of the request, or begins one.
 *
 * @param randomHex for ids; default a draw for each
 */
export function readTrace(
  traceparent: string | undefined,
  tracestate: string | undefined,
  randomHex: RandomHex = drawHex,
): RequestTrace {
  if (traceparent === undefined) return newTrace(randomHex);
  const [, version, traceId = "", parent = "", flags = "00"] = form.exec(traceparent) ?? [];
  const isValid = version !== undefined && version !== "ff" && !isZero(traceId) && !isZero(parent);
  if (!isValid) return newTrace(randomHex);
  return {
    traceId,
    traceparent: `00-${traceId}-${randomHex(spanBytes)}-${flags}`,
    tracestate: tracestate !== undefined && tracestate.length <= 512 ? tracestate : undefined,
  };
}

const traceBytes = 16;
const spanBytes = 8;

function newTrace(randomHex: RandomHex): RequestTrace {
  const ids = randomHex(traceBytes + spanBytes);
  const traceId = ids.slice(0, 2 * traceBytes);
  return { traceId, traceparent: `00-${traceId}-${ids.slice(2 * traceBytes)}-00`, tracestate: undefined };
}

function isZero(id: string): boolean {
  return /^0+$/.test(id);
}

function drawHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
