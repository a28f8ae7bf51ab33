import { Code, ConnectError } from "@connectrpc/connect";

/**
 * What the `timeoutMs` of a call means, as Connect has it: nothing, 0 and less are no timeout, and so is `Infinity`.
 *
 * @returns a number above 0, or `undefined`
 * @throws ConnectError INVALID_ARGUMENT for what is no number.
 */
export function callTimeout(timeoutMs: number | undefined): number | undefined {
  if (timeoutMs === undefined || timeoutMs === null) return undefined;
  if (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs)) throw badTime("timeoutMs", timeoutMs);
  return timeoutMs > 0 && timeoutMs < Number.POSITIVE_INFINITY ? timeoutMs : undefined;
}

/**
 * Gives the milliseconds back that calls get at the end of a server; `Infinity` waits for them.
 *
 * @throws ConnectError INVALID_ARGUMENT for what is no number, and for one below 0.
 */
export function graceTime(graceMs: number): number {
  if (typeof graceMs !== "number" || !(graceMs >= 0)) throw badTime("graceMs", graceMs);
  return graceMs;
}

function badTime(name: string, seen: unknown): ConnectError {
  return new ConnectError(
    `${name} must be a number of milliseconds, got ${typeof seen === "number" ? seen : `a ${typeof seen}`}`,
    Code.InvalidArgument,
  );
}
