import type { DataQuery } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { QueryError } from "./query-error.ts";

/** @throws QueryError with status 400: the request is wrong, not the plugin. */
export function refuseSameRefIds(queries: readonly DataQuery[]): void {
  const seen = new Set<string>();
  for (const { refId } of queries) {
    if (seen.has(refId)) {
      throw new QueryError(
        `two queries have the refId ${JSON.stringify(refId)}, expected a refId of its own for each query`,
        { status: 400, errorSource: "downstream" },
      );
    }
    seen.add(refId);
  }
}
