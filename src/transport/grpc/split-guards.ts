import type { Interceptor } from "@connectrpc/connect";
import type { CallGuard } from "../call-guard.ts";
import { guardOf } from "../guard-calls.ts";

/** Interceptors, and the guards that stand between them and the wire; of either the first one is the outermost. */
export interface SplitInterceptors {
  readonly interceptors: readonly Interceptor[];
  readonly guards: readonly CallGuard[];
}

/**
 * Takes the guards from the end of a list that is closest to the wire: `last` on a caller, `first` on a server. One that
 * is elsewhere stays the interceptor that it is too.
 */
export function splitGuards(list: readonly Interceptor[], end: "first" | "last"): SplitInterceptors {
  const guards: CallGuard[] = [];
  for (const interceptor of end === "first" ? list : list.toReversed()) {
    const guard = guardOf(interceptor);
    if (guard === undefined) break;
    guards.push(guard);
  }
  return end === "first"
    ? { guards, interceptors: list.slice(guards.length) }
    : { guards: guards.toReversed(), interceptors: list.slice(0, list.length - guards.length) };
}
