import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../rpc-error.ts";

/**
 * Interprets the `timeoutMs` of a call as Connect does: `undefined`, numbers <= 0 and `Infinity` mean no timeout.
 *
 * @returns a number above 0, or `undefined`
 * @throws ConnectError INVALID_ARGUMENT for a value that is not a number.
 */
export function callTimeout(timeoutMs: number | undefined): number | undefined {
  if (timeoutMs === undefined || timeoutMs === null) return undefined;
  if (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs)) throw badTime("timeoutMs", timeoutMs);
  return timeoutMs > 0 && timeoutMs < Number.POSITIVE_INFINITY ? timeoutMs : undefined;
}

/**
 * Checks and returns the milliseconds that calls get when a server closes; `Infinity` waits for them.
 *
 * @throws ConnectError INVALID_ARGUMENT for a value that is not a number, and for numbers below 0.
 */
export function graceTime(graceMs: number): number {
  if (typeof graceMs !== "number" || !(graceMs >= 0)) throw badTime("graceMs", graceMs);
  return graceMs;
}

function badTime(name: string, seen: unknown): ConnectError {
  return rpcError(
    `${name} must be a number of milliseconds, got ${typeof seen === "number" ? seen : `a ${typeof seen}`}`,
    Code.InvalidArgument,
  );
}
