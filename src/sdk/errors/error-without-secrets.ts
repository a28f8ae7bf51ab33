import { ConnectError } from "@connectrpc/connect";
import { isError, messageOf } from "../../errors.ts";
import { declaredSource } from "../../handlers/error-source.ts";
import { hideSecretValues, secretsOfRequest } from "../../handlers/hide-secret-values.ts";
import { stackOf } from "../../handlers/stack-of.ts";
import { rpcError } from "../../rpc-error.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import { httpStatusOf } from "./http-status-of.ts";

/**
 * The same error, or one in its place whose texts have `[secret]` where they quoted a secret of the request: its text
 * goes to the user and to the log. Never throws.
 */
export function errorWithoutSecrets(reason: unknown, request: unknown): unknown {
  const secrets = secretsOfRequest(request);
  if (secrets.length === 0) return reason;
  const stack = stackOf(reason);
  const hidden = hideSecretValues(stack, secrets);
  const text = messageOf(reason);
  if (hidden === stack && hideSecretValues(text, secrets) === text) return reason;
  return Object.defineProperty(sameKind(reason, secrets), "stack", { value: hidden, configurable: true });
}

/** With what hosts read of an error: code and details of a `ConnectError`, status and source of others. */
function sameKind(reason: unknown, secrets: readonly string[]): Error {
  const connectError = asConnectError(reason);
  if (connectError !== undefined) {
    const { rawMessage, code, metadata, details } = connectError;
    return rpcError(hideSecretValues(rawMessage, secrets), code, { metadata, details });
  }
  const text = hideSecretValues(messageOf(reason), secrets);
  const errorSource = declaredSource(reason);
  if (errorSource !== undefined) return new QueryError(text, { status: httpStatusOf(reason), errorSource });
  const error = new Error(text);
  if (isError(reason)) error.name = hideSecretValues(messageOf(reason.name), secrets);
  return error;
}

function asConnectError(reason: unknown): ConnectError | undefined {
  try {
    return reason instanceof ConnectError ? reason : undefined;
  } catch {
    return undefined;
  }
}
