import { declaredSource } from "../../handlers/error-source.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import type { RequestContext } from "../context/request-context.ts";
import { classifyError } from "./classify-error.ts";
import { httpStatusOf } from "./http-status-of.ts";

/**
 * Replaces the text of an internal error by the one that the host has for its users (`GF_USER_FACING_DEFAULT_ERROR`), as
 * Grafana's SQL data sources do: what a driver says may name tables and servers. The original error is the cause, for
 * the log.
 *
 * @returns the same error if it is meant for the user (a `QueryError`, or marked by `downstream` or `pluginError`), and
 *   if the host has no such text
 */
export function userFacingError(reason: unknown, { config }: Pick<RequestContext, "config">): unknown {
  const { userFacingDefaultError: text } = config;
  if (text === undefined || text === "" || declaredSource(reason) !== undefined) return reason;
  return new QueryError(text, {
    status: httpStatusOf(reason),
    errorSource: classifyError(reason),
    cause: reason,
  });
}
