// A page without Node: the messages of a contract, and the names that host and plugin share.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { PluginClient, PluginError } from "grafana-plugin-protocol";
import { DataQuery } from "grafana-plugin-protocol/ts-proto/v2";
import { QueryDataRequestSchema, type v2 } from "grafana-plugin-protocol/v2";

export function refIds(bytes: Uint8Array): readonly string[] {
  return fromBinary(QueryDataRequestSchema, bytes).queries.map(({ refId }) => refId);
}

export function request(refId: string): Uint8Array {
  return toBinary(
    QueryDataRequestSchema,
    create(QueryDataRequestSchema, { queries: [DataQuery.create({ refId })] }),
  );
}

export type Client = PluginClient<typeof v2>;
export type Failure = Pick<PluginError, "code" | "message">;
