import { PluginError } from "../../errors.ts";

/** The error of an accept or a dial whose signal was aborted. */
export function abortedBroker(
  what: "accept" | "dial",
  id: number,
  signal: AbortSignal | undefined,
): PluginError {
  return new PluginError("aborted", `the ${what} of brokered connection ${id} was aborted`, {
    cause: signal?.reason,
  });
}
