import { TimeError } from "../../time/time-error.ts";
import { createTimeReader } from "../../time/time-reader.ts";

/** A time range in milliseconds since 1970. */
export interface ResolvedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Resolves the ends of a time range as clients send them: milliseconds since 1970, and Grafana's relative times
 * (`now-6h`, `now/d`), in UTC.
 *
 * @returns `undefined` where one of them is another text
 */
export function resolveRange(from: string, to: string, nowMs: number): ResolvedRange | undefined {
  // What frontends send; a reader for relative times has its price.
  if (milliseconds.test(from) && milliseconds.test(to)) return { fromMs: Number(from), toMs: Number(to) };
  try {
    const range = createTimeReader().range({ from, to }, { now: nowMs });
    return { fromMs: range.from.getTime(), toMs: range.to.getTime() };
  } catch (reason) {
    if (reason instanceof TimeError) return undefined;
    throw reason;
  }
}

/** Whole milliseconds within the range of a `Date`; of four digits it may be a year. */
const milliseconds = /^\d{5,15}$/;
