import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";

/**
 * Gives the reason of the signals of calls that went well: one error for all of them, made when the first one needs it,
 * because the stack of an error costs more than a small call. It is frozen, so that calls cannot see each other by it.
 */
export function createCallEnded(): () => ConnectError {
  let reason: ConnectError | undefined;
  return () => {
    reason ??= Object.freeze(
      rpcError("the call has ended", Code.Canceled, { details: Object.freeze([]) as never[] }),
    );
    return reason;
  };
}
