import { Code, ConnectError } from "@connectrpc/connect";
import { rpcError, rpcErrorFrom } from "../rpc-error.ts";

/**
 * The text of anything that can be thrown: the message of an error, of whatever realm, else what `String` makes of the
 * value. Never throws: a getter, a proxy or a `toString` may.
 */
export function textOfThrown(reason: unknown): string {
  return attempt(() => ownMessage(reason) ?? String(reason)) ?? `a thrown ${typeof reason} that has no text`;
}

/** `instanceof` runs the traps of a proxy. Never throws. */
export function isError(reason: unknown): reason is Error {
  return attempt(() => reason instanceof Error) ?? false;
}

/** The same for Connect's own. A look-alike from another copy of Connect counts too, as in Connect. */
export function isConnectError(reason: unknown): reason is ConnectError {
  return attempt(() => reason instanceof ConnectError) ?? false;
}

/** As `ConnectError.from`, which reads the reason and so may throw, and takes a message that is not a string. */
export function toConnectError(reason: unknown, code: Code = Code.Unknown): ConnectError {
  const error = attempt(() => rpcErrorFrom(reason, code));
  if (error !== undefined && attempt(() => typeof error.rawMessage === "string")) return error;
  return rpcError(textOfThrown(reason), code, { cause: reason });
}

/** The result, or `undefined` where `get` throws. */
export function attempt<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

function ownMessage(reason: unknown): string | undefined {
  if (typeof reason !== "object" || reason === null || !("message" in reason)) return undefined;
  const { message } = reason;
  if (typeof message === "string") return message;
  return message === undefined || message === null ? undefined : attempt(() => String(message));
}
