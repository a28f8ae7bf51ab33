import { isPromise } from "node:util/types";
import type { DescMethod } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { attempt } from "./thrown.ts";

/** A call, as a guard knows it. One object for all that a guard hears of one call. */
export interface GuardedCall {
  readonly method: DescMethod;
  /** Why the call's signal is aborted; `undefined` while it is not. Unlike the signal it costs nothing to read. */
  readonly abortReason: unknown;
  /**
   * Ends the call with this error, now; nothing when it is over. Who reads a stream gets the messages first that are
   * here. Not for `onBegin`, which throws.
   */
  cancel(error: ConnectError): void;
}

/**
 * Stands around every call of one side, closest to the wire, without looking at what it says. It costs a call these two
 * functions and nothing else.
 */
export interface CallGuard {
  /** A caller is done with a call that it has cancelled; a handler runs until it ends. */
  readonly side: "caller" | "handler";
  /** @throws ConnectError that refuses the call; `onEnd` is not called for it then. */
  onBegin(call: GuardedCall): void;
  /**
   * Called once for each call that began: on a caller when the call is over; on the other side when its handler has
   * ended, whether the caller still waits or not.
   *
   * @param error what the call failed with, or what its handler has thrown; `undefined` for neither
   * @returns the error that goes on in place of `error`, or a promise of it. Without an error nobody looks at it.
   */
  onEnd(call: GuardedCall, error: unknown): unknown;
  /**
   * A part of what a handler gave cannot be sent: its answer, metadata, or a part of its error. The call goes on without
   * it. Not called where a guard runs as an interceptor.
   *
   * @param problem says which part and why, without values that may be secrets
   */
  readonly onUnsendable?: ((call: GuardedCall, problem: string) => void) | undefined;
  /**
   * Something of the answer has come: on `grpcTransport` each piece of it, with an interceptor each message. For `caller`.
   */
  readonly onReceived?: ((call: GuardedCall) => void) | undefined;
}

/** Tells all guards; what one of them throws keeps no other from it. */
export function tellUnsendable(guards: readonly CallGuard[], call: GuardedCall, problem: string): void {
  for (const guard of guards) attempt(() => guard.onUnsendable?.(call, problem));
}

/**
 * Tells the first `begun` guards that a call has ended, the innermost (last) one first. Gives the error that goes on; a
 * promise of it, which never rejects, only where a guard gives one.
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

/** Apart, because the closure would cost every call something. */
function endLater(
  guards: readonly CallGuard[],
  left: number,
  call: GuardedCall,
  given: Promise<unknown>,
): Promise<unknown> {
  const goOn = (reason: unknown): unknown => endGuards(guards, left, call, reason);
  return given.then(goOn, goOn);
}

/** What was thrown, where `undefined` would say that nothing was. */
export function thrown(reason: unknown): unknown {
  return reason === undefined ? new Error("undefined") : reason;
}

/** A handler may throw what nothing can be done with, not even `String`. */
function endGuard(guard: CallGuard | undefined, call: GuardedCall, error: unknown): unknown {
  try {
    return guard?.onEnd(call, error);
  } catch (reason) {
    return reason;
  }
}
