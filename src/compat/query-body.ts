import type { DatasourceResponse } from "../../gen/es/v1/models/datasource_pb.js";
import type { QueryDataResponse } from "../../gen/es/v2/pluginv2/backend_pb.js";

/** The answer of a plugin of either major to a query. */
export type QueryResponse = DatasourceResponse | QueryDataResponse;

/** An HTTP answer with a JSON body. */
export interface QueryBody {
  readonly status: number;
  readonly body: string;
}

export function isV1Answer(answer: QueryResponse): answer is DatasourceResponse {
  return answer.$typeName === "models.DatasourceResponse";
}

/** The body that Plutono sends when the call of the plugin failed, so that there is no answer to format. */
export function formatFailedQueryBody(): QueryBody {
  return { status: 500, body: '{"message":"Metric request error"}' };
}
