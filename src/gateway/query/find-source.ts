import type { DataSource } from "../data-sources/data-source.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { AskedQuery } from "./parse-query-body.ts";

/**
 * The data source of a query: by uid, else by number.
 *
 * @throws HttpFailure as Grafana or Plutono answers where there is none; 501 for a server-side expression
 */
export function findSource({ sources, settings }: GatewayCore, query: AskedQuery): DataSource {
  const { uid, id, type, refId } = query;
  const isOld = settings.style === "plutono";
  if (uid === "__expr__" || uid === "-100" || id === -100 || type === "__expr__") {
    throw new HttpFailure(
      501,
      `query ${refId} is a server-side expression, which this gateway does not evaluate: query the data source itself`,
    );
  }
  if (uid !== "") {
    const source = sources.byUid(uid);
    if (source === undefined) throw new HttpFailure(404, "Data source not found");
    return source;
  }
  if (id > 0) {
    const source = sources.byId(id);
    if (source !== undefined) return source;
    throw isOld
      ? new HttpFailure(400, "Invalid data source ID")
      : new HttpFailure(404, "Data source not found");
  }
  throw isOld
    ? new HttpFailure(400, "Query missing data source ID")
    : new HttpFailure(400, "Query does not contain a valid data source identifier", {
        messageId: "query.invalidDatasourceId",
      });
}

/** @throws HttpFailure 400 for no query and, in Grafana's style, for two with one refId */
export function checkQueries({ settings }: GatewayCore, queries: readonly AskedQuery[]): void {
  const isOld = settings.style === "plutono";
  if (queries.length === 0) {
    throw isOld
      ? new HttpFailure(400, "No queries found in query")
      : new HttpFailure(400, "No queries found", { messageId: "query.noQueries" });
  }
  if (!isOld && new Set(queries.map(({ refId }) => refId)).size < queries.length) {
    throw new HttpFailure(400, "Multiple queries using the same RefId is not allowed", {
      messageId: "query.duplicateRefId",
    });
  }
}
