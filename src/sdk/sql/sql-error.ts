import { QueryError } from "../../v2/responses/query-error.ts";

/** The error for a mistake in what a user wrote: status 400, and not the plugin's fault. */
export function sqlError(message: string, cause?: unknown): QueryError {
  return new QueryError(message, { status: 400, errorSource: "downstream", cause });
}
