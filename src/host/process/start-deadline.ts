import { startTimer, stopTimer } from "../../timer.ts";

/** Why a start was given up. */
export type StartGivenUp = { readonly why: "timeout" } | { readonly why: "aborted"; readonly cause: unknown };

/** A signal that is aborted when the start takes too long or the caller gives up. */
export interface StartDeadline {
  readonly signal: AbortSignal;
  readonly givenUp: () => StartGivenUp | undefined;
  /** Ends both waits; the signal is not aborted any more. */
  readonly clear: () => void;
}

export function createStartDeadline(timeoutMs: number, outer: AbortSignal | undefined): StartDeadline {
  const controller = new AbortController();
  let givenUp: StartGivenUp | undefined;
  const giveUp = (how: StartGivenUp): void => {
    givenUp ??= how;
    controller.abort(new Error(how.why));
  };
  const onAbort = (): void => giveUp({ why: "aborted", cause: outer?.reason });
  const timer = startTimer(timeoutMs, () => giveUp({ why: "timeout" }));
  outer?.addEventListener("abort", onAbort, { once: true });
  if (outer?.aborted) onAbort();
  return {
    signal: controller.signal,
    givenUp: () => givenUp,
    clear: () => {
      stopTimer(timer);
      outer?.removeEventListener("abort", onAbort);
    },
  };
}
