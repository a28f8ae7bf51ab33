import { isError, messageOf } from "../../errors.ts";
import { declaredSource, type ErrorSource } from "../../handlers/error-source.ts";
import { QueryError } from "../../v2/responses/query-error.ts";

/**
 * Marks an error as the fault of a service that the plugin calls: `throw downstream(error)`. Hosts then count it as
 * `downstream` instead of as a fault of the plugin, and the plugin does not log it as a defect of its own.
 *
 * @returns the same error, so that its class and stack stay. A value that cannot be marked, such as a text, a frozen
 *   error or a `QueryError` with another source, becomes the cause of a new `QueryError` with the same message.
 */
export function downstream(reason: unknown): Error {
  return mark(reason, "downstream");
}

/**
 * Marks an error as the fault of the plugin, which is also what hosts assume without a mark. A marked error is an answer:
 * the plugin does not log it as a defect.
 *
 * @returns as {@link downstream}
 */
export function pluginError(reason: unknown): Error {
  return mark(reason, "plugin");
}

function mark(reason: unknown, errorSource: ErrorSource): Error {
  if (isError(reason)) {
    if (declaredSource(reason) === errorSource) return reason;
    if (!isQueryError(reason) && setSource(reason, errorSource)) return reason;
  }
  const status = isQueryError(reason) ? reason.status : undefined;
  return new QueryError(messageOf(reason), { status, errorSource, cause: reason });
}

function isQueryError(reason: unknown): reason is QueryError {
  return reason instanceof QueryError;
}

/** Not enumerable, so that it changes neither how the error is printed nor comparisons. */
function setSource(error: Error, value: ErrorSource): boolean {
  try {
    return Reflect.defineProperty(error, "errorSource", { value, configurable: true, writable: true });
  } catch {
    // A proxy.
    return false;
  }
}
