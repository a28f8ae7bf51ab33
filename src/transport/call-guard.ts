import { isPromise } from "node:util/types";
import type { DescMethod } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { attempt } from "./thrown.ts";

/** The call that a guard is notified about. All callbacks for one call get the same object. */
export interface GuardedCall {
  readonly method: DescMethod;
  /**
   * The abort reason of the call's signal; `undefined` while it is not aborted. Unlike the signal it costs nothing to
   * read.
   */
  readonly abortReason: unknown;
  /**
   * Ends the call with this error now; does nothing after its end. The reader of a stream first gets the messages that
   * have arrived. Not for `onBegin`, which throws.
   */
  cancel(error: ConnectError): void;
}

/**
 * Observes the begin and end of every call on one side, closer to the wire than all interceptors. It never sees
 * messages, so its only cost is these calls. Experimental: made for the hosts and plugins of this package.
 */
export interface CallGuard {
  /** For `caller` a cancelled call has ended; for `handler` it ends when the handler returns. */
  readonly side: "caller" | "handler";
  /**
   * Whether it is meant for the calls of a method; by default for all. Asked once for each method, so that others cost
   * nothing.
   */
  readonly isFor?: ((method: DescMethod) => boolean) | undefined;
  /**
   * @throws ConnectError that refuses the call; Then `onEnd` is not called.
   */
  onBegin(call: GuardedCall): void;
  /**
   * Called once for each call that began: for `caller` when the call is over, for `handler` when the handler has ended,
   * even if the caller has left.
   *
   * @param error the error of the call, or the exception of its handler; `undefined` without one
   * @returns the error to report instead, or a promise of it. Ignored if the call succeeded.
   */
  onEnd(call: GuardedCall, error: unknown): unknown;
  /**
   * Called when a part of a handler's result cannot be sent: its answer, metadata, or a part of its error. The call
   * continues without it. Not called if the guard runs as an interceptor.
   *
   * @param problem which part and why, without values that may be secrets
   */
  readonly onUnsendable?: ((call: GuardedCall, problem: string) => void) | undefined;
  /**
   * Called when a part of the answer has arrived: each piece on `grpcTransport`, each message as an interceptor. For
   * `caller`.
   */
  readonly onReceived?: ((call: GuardedCall) => void) | undefined;
}

/** Those of the guards that are meant for a method. */
export function guardsFor(method: DescMethod, guards: readonly CallGuard[]): readonly CallGuard[] {
  return guards.filter(({ isFor }) => isFor === undefined || isFor(method));
}

/** Calls all guards; an exception of one does not affect the others. */
export function tellUnsendable(guards: readonly CallGuard[], call: GuardedCall, problem: string): void {
  for (const guard of guards) attempt(() => guard.onUnsendable?.(call, problem));
}

/**
 * Calls `onEnd` of the first `begun` guards, innermost (last) first. Returns the error to report; a promise of it,
 * which never rejects, only if a guard returns one.
 */
export function endGuards(
  guards: readonly CallGuard[],
  begun: number,
  call: GuardedCall,
  error: unknown,
): unknown {
  let reason = error;
  for (let index = begun - 1; index >= 0; index--) {
    const given = endGuard(guards[index], call, reason);
    if (isPromise(given)) return endLater(guards, index, call, given);
    reason = given;
  }
  return reason;
}

/** A separate function, because its closure would cost every call something. */
function endLater(
  guards: readonly CallGuard[],
  left: number,
  call: GuardedCall,
  given: Promise<unknown>,
): Promise<unknown> {
  const goOn = (reason: unknown): unknown => endGuards(guards, left, call, reason);
  return given.then(goOn, goOn);
}

/** The thrown value, or an error in place of a thrown `undefined`. */
export function thrown(reason: unknown): unknown {
  return reason === undefined ? new Error("undefined") : reason;
}

/** A handler may throw a value for which even `String` throws. */
function endGuard(guard: CallGuard | undefined, call: GuardedCall, error: unknown): unknown {
  try {
    return guard?.onEnd(call, error);
  } catch (reason) {
    return reason;
  }
}
