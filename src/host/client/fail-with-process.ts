import { Code, type ConnectError } from "@connectrpc/connect";
import type { PluginError } from "../../errors.ts";
import { rpcError } from "../../rpc-error.ts";
import type { CallGuard, GuardedCall } from "../../transport/call-guard.ts";
import { toConnectError } from "../../transport/thrown.ts";
import { waitAtMost } from "../wait-at-most.ts";

/** How long a call whose connection broke waits to learn that the process ended, and how. */
const exitStatusMs = 100;
/** The same for a process that has ended, while its last output is read or this process gets little time. */
const endedStatusMs = 5000;
/** How long answers that were sent before the end may take to be read. */
const lastAnswersMs = 100;

/**
 * Lets no call outlive the plugin's process: a call that loses its connection because the process ended rejects with
 * UNAVAILABLE whose `cause` says how it ended, and a call without any answer rejects in the same way shortly after the
 * end.
 *
 * @param gone resolves with the reason when the process has ended
 * @param onUnavailable called when a call failed with UNAVAILABLE and no reason is known yet
 * @param hasEnded whether the process has ended although `gone` is not resolved yet
 * @param isClosing whether the process was asked to end: it closes its connection before it exits, some time later
 */
export function failWithProcess(
  gone: Promise<PluginError>,
  {
    onUnavailable = () => {},
    hasEnded = () => false,
    isClosing = () => false,
  }: {
    readonly onUnavailable?: () => void;
    readonly hasEnded?: () => boolean;
    readonly isClosing?: () => boolean;
  },
): CallGuard {
  const pending = new Set<GuardedCall>();
  let reason: PluginError | undefined;
  void gone.then((error) => {
    reason = error;
    setTimeout(() => {
      for (const call of pending) call.cancel(unavailable(error));
    }, lastAnswersMs);
  });

  const explain = (failure: unknown): ConnectError | Promise<ConnectError> => {
    const error = toConnectError(failure);
    if (error.code !== Code.Unavailable) return error;
    if (reason !== undefined) return error.cause === reason ? error : unavailable(reason);
    onUnavailable();
    return explainLater(error);
  };
  const explainLater = async (error: ConnectError): Promise<ConnectError> => {
    let end = await waitAtMost(gone, exitStatusMs);
    if (end === undefined && isClosing()) end = await gone;
    if (end === undefined && hasEnded()) end = await waitAtMost(gone, endedStatusMs);
    return end === undefined ? error : unavailable(end);
  };
  return {
    side: "caller",
    onBegin: (call) => {
      pending.add(call);
    },
    onEnd: (call, error) => {
      pending.delete(call);
      return error === undefined ? undefined : explain(error);
    },
  };
}

function unavailable(cause: PluginError): ConnectError {
  return rpcError(cause.message, Code.Unavailable, { cause });
}
