import { QueryDataRequest } from "grafana-plugin-protocol/ts-proto/v2";
import type { DataQuery } from "grafana-plugin-protocol/v2";

/** For queries that a client sends or a handler receives. */
export function describe({ refId, maxDataPoints }: DataQuery): string {
  return `${refId}, ${maxDataPoints} points`; // maxDataPoints is a bigint
}

// Without Connect and protobuf-es: plain objects, and a codec for each message.
const request = QueryDataRequest.create({ queries: [{ refId: "A", maxDataPoints: 100n }] });
const bytes = QueryDataRequest.encode(request).finish();
console.log(QueryDataRequest.decode(bytes).queries[0]?.maxDataPoints);
