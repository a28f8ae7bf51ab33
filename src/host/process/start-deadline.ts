import { startTimer, stopTimer } from "../../timer.ts";

/** The reason why a start was aborted. */
export type StartGivenUp = { readonly why: "timeout" } | { readonly why: "aborted"; readonly cause: unknown };

/** Makes a signal that is aborted when the start takes too long or the caller aborts it. */
export interface StartDeadline {
  readonly signal: AbortSignal;
  readonly givenUp: () => StartGivenUp | undefined;
  /** Ends both waits; the signal will not be aborted any more. */
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
