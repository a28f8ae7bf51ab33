import { messageOf } from "../../errors.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import { classifyError } from "./classify-error.ts";
import { httpStatusOf } from "./http-status-of.ts";

/**
 * Makes a `QueryError` of anything that can be thrown, with the status of {@link httpStatusOf} and the source of
 * {@link classifyError}. A `QueryError` stays as it is.
 */
export function toQueryError(reason: unknown): QueryError {
  if (reason instanceof QueryError) return reason;
  return new QueryError(messageOf(reason) || "the query failed without a message", {
    status: httpStatusOf(reason),
    errorSource: classifyError(reason),
    cause: reason,
  });
}
