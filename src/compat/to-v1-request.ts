import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DatasourceRequestSchema } from "../../gen/es/v1/models/datasource_pb.js";
import type { QueryDataRequestSchema } from "../../gen/es/v2/pluginv2/backend_pb.js";

type V1Request = MessageInitShape<typeof DatasourceRequestSchema>;
type V2Init = MessageInitShape<typeof QueryDataRequestSchema>;
type V2Query = NonNullable<V2Init["queries"]>[number];

/** What a request of queries has, chunked or not. */
export interface V2Request {
  readonly pluginContext?: V2Init["pluginContext"] | undefined;
  readonly queries?: V2Init["queries"] | undefined;
  readonly format?: V2Init["format"] | undefined;
}

/**
 * The calls of a v1 plugin that answer a v2 request: one for each time range, because a v1 request has one range for
 * all of its queries. The texts of the range are its milliseconds, as hosts send them for an absolute range.
 */
export function toV1Requests({ pluginContext, queries = [] }: V2Request): V1Request[] {
  const settings = pluginContext?.dataSourceInstanceSettings;
  const datasource = {
    id: settings?.id ?? 0n,
    orgId: pluginContext?.orgId ?? 0n,
    name: settings?.name ?? "",
    type: pluginContext?.pluginId ?? "",
    url: settings?.url ?? "",
    jsonData: textOf(settings?.jsonData),
    decryptedSecureJsonData: { ...settings?.decryptedSecureJsonData },
  };
  const byRange = new Map<string, V2Query[]>();
  for (const query of queries) {
    const { fromEpochMS = 0n, toEpochMS = 0n } = query.timeRange ?? {};
    const range = `${fromEpochMS} ${toEpochMS}`;
    const others = byRange.get(range);
    if (others === undefined) byRange.set(range, [query]);
    else others.push(query);
  }
  return [...byRange.values()].map((ofRange) => {
    const { fromEpochMS = 0n, toEpochMS = 0n } = ofRange[0]?.timeRange ?? {};
    return {
      datasource,
      timeRange: {
        fromRaw: String(fromEpochMS),
        toRaw: String(toEpochMS),
        fromEpochMs: fromEpochMS,
        toEpochMs: toEpochMS,
      },
      queries: ofRange.map(({ refId = "", maxDataPoints = 0n, intervalMS = 0n, json }) => ({
        refId,
        maxDataPoints,
        intervalMs: intervalMS,
        modelJson: textOf(json),
      })),
    };
  });
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : new TextDecoder().decode(bytes);
}
