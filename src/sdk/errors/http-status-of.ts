import { QueryError } from "../../v2/responses/query-error.ts";
import { type ErrorKind, errorKinds } from "./error-kind.ts";

const statuses: ReadonlyMap<ErrorKind, number> = new Map<ErrorKind, number>([
  ["timeout", 504],
  ["permission", 401],
  ["refused", 502],
]);

/**
 * The HTTP status for an error: that of a `QueryError`, else as the Go SDK guesses it: 504 for a timeout, 401 for a file
 * or an address that the system refuses, 502 for a refused connection, 500 for everything else.
 */
export function httpStatusOf(error: unknown): number {
  if (error instanceof QueryError) return error.status;
  for (const kind of errorKinds(error)) {
    const status = statuses.get(kind);
    if (status !== undefined) return status;
  }
  return 500;
}
