import type { RequestContext } from "./request-context.ts";

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Parses a `traceparent` (W3C Trace Context). Of versions after 00 it reads the parts that 00 has, as the
 * recommendation says.
 *
 * @returns `undefined` for anything else, which starts a new trace
 */
export function parseTraceParent(text: string | undefined): RequestContext["trace"] {
  const [, version, traceId = "", spanId = "", flags = "", more] = pattern.exec(text?.trim() ?? "") ?? [];
  if (version === undefined || version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
