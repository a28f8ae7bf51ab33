import assert from "node:assert/strict";
import { type Code, ConnectError } from "@connectrpc/connect";
import { PluginError, type PluginErrorCode } from "../../src/errors.ts";

/** Resolves with the `PluginError` that the promise rejects with, which must have this code. */
export async function rejectsWithPluginError(
  promise: Promise<unknown>,
  code: PluginErrorCode,
): Promise<PluginError> {
  const reason = await rejectionOf(promise);
  assert.ok(reason instanceof PluginError, `expected a PluginError, got ${String(reason)}`);
  assert.equal(reason.code, code, reason.message);
  return reason;
}

/** Resolves with the `ConnectError` that the promise rejects with, which must have this code. */
export async function rejectsWithConnectError(promise: Promise<unknown>, code: Code): Promise<ConnectError> {
  const reason = await rejectionOf(promise);
  assert.ok(reason instanceof ConnectError, `expected a ConnectError, got ${String(reason)}`);
  assert.equal(reason.code, code, reason.message);
  return reason;
}

/** What the promise rejects with; a promise that resolves is a failure. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (reason) {
    return reason;
  }
  return assert.fail(`expected a rejection, got ${String(value)}`);
}
