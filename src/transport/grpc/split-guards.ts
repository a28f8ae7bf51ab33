import type { Interceptor } from "@connectrpc/connect";
import type { CallGuard } from "../call-guard.ts";
import { guardOf } from "../guard-calls.ts";

/** Interceptors, and the guards between them and the wire; the first of each is the outermost. */
export interface SplitInterceptors {
  readonly interceptors: readonly Interceptor[];
  readonly guards: readonly CallGuard[];
}

/**
 * Takes the guards from the end of a list that is closest to the wire: `last` on a caller, `first` on a server. A guard
 * elsewhere in the list stays an interceptor.
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
