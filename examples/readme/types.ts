import { QueryDataRequest } from "grafana-plugin-protocol/ts-proto/v2";
import type { DataQuery } from "grafana-plugin-protocol/v2";

// The type of queries that a handler receives. To send one, a literal of its fields is enough.
export function describe({ refId, maxDataPoints }: DataQuery): string {
  return `${refId}, ${maxDataPoints} points`; // maxDataPoints is a bigint
}

// Without Connect: plain objects, and a codec for each message.
const request = QueryDataRequest.create({ queries: [{ refId: "A", maxDataPoints: 100n }] });
const bytes = QueryDataRequest.encode(request).finish();
console.log(QueryDataRequest.decode(bytes).queries[0]?.maxDataPoints);
