import { PluginError } from "../../errors.ts";
import type { ResolvedLaunchOptions } from "../launch-options.ts";
import { waitAtMost } from "../wait-at-most.ts";
import { describeExit, type PluginProcess, quoteTail } from "./plugin-process.ts";
import type { StartGivenUp } from "./start-deadline.ts";

/** How long a plugin that fails its start may take to end by itself, so that the error can tell how. */
const ownEndMs = 100;

/** Turns whatever ended a start into one error that carries the process's last words. */
export async function describeStartFailure(
  error: unknown,
  child: PluginProcess,
  givenUp: StartGivenUp | undefined,
  settings: Pick<ResolvedLaunchOptions, "command" | "startTimeoutMs">,
): Promise<PluginError> {
  const status =
    child.status() ?? (givenUp === undefined ? await waitAtMost(child.exited, ownEndMs) : undefined);
  const who = `"${settings.command}" (pid ${child.pid})`;
  const tail = quoteTail(child.error("exited", "").stderrTail);
  if (givenUp?.why === "aborted") {
    return child.error("aborted", `the start of ${who} was aborted`, givenUp.cause);
  }
  if (givenUp?.why === "timeout") {
    const missing =
      error instanceof PluginError && isConnecting(error)
        ? `connection to ${who}: ${error.message}`
        : `handshake line from ${who}`;
    return child.error("start_timeout", `no ${missing} within ${settings.startTimeoutMs} ms${tail}`, error);
  }
  if (!(error instanceof PluginError))
    return child.error("spawn_failed", `cannot start ${who}: ${String(error)}`, error);
  if (error.code === "exited") return error;
  if (isConnecting(error) && status !== undefined) {
    return child.error(
      "exited",
      `${who} ${describeExit(status)} right after its handshake line${tail}`,
      error,
    );
  }
  return child.error(error.code, `${error.message} (${who}${tail})`, error.cause);
}

/** Whether the start got as far as to dial. TLS can also fail before, by the certificate; then there is no cause. */
function isConnecting({ code, cause }: PluginError): boolean {
  return code === "dial_failed" || (code === "tls_failed" && cause !== undefined);
}
