import { create } from "@bufbuild/protobuf";
import type { DatasourceInfo, DatasourceRequest } from "../../gen/es/v1/models/datasource_pb.js";
import {
  type DataSourceInstanceSettings,
  DataSourceInstanceSettingsSchema,
  type QueryDataRequest,
  QueryDataRequestSchema,
} from "../../gen/es/v2/pluginv2/backend_pb.js";
import { compareText } from "../frames/compare-text.ts";

const encoder = new TextEncoder();

/**
 * The request of a v1 host as a v2 handler expects it. v1 has no user, headers, configuration or uid: they are absent.
 * The texts of the range (`now-1h`) are lost, because a v2 query has times only. `queryType` is that of the model.
 */
export function toV2Request({ timeRange, datasource, queries }: DatasourceRequest): QueryDataRequest {
  const range = { fromEpochMS: timeRange?.fromEpochMs ?? 0n, toEpochMS: timeRange?.toEpochMs ?? 0n };
  return create(QueryDataRequestSchema, {
    pluginContext: {
      orgId: datasource?.orgId ?? 0n,
      pluginId: datasource?.type ?? "",
      dataSourceInstanceSettings: datasource === undefined ? undefined : toSettings(datasource),
    },
    queries: queries.map(({ refId, maxDataPoints, intervalMs, modelJson }) => ({
      refId,
      maxDataPoints,
      intervalMS: intervalMs,
      timeRange: range,
      json: encoder.encode(modelJson),
      queryType: queryTypeOf(modelJson),
    })),
  });
}

function toSettings(source: DatasourceInfo): DataSourceInstanceSettings {
  return create(DataSourceInstanceSettingsSchema, {
    id: source.id,
    name: source.name,
    url: source.url,
    jsonData: encoder.encode(source.jsonData),
    decryptedSecureJsonData: { ...source.decryptedSecureJsonData },
    lastUpdatedMS: versionOf(source),
  });
}

/**
 * A number that changes with the settings, in place of the time of their last change, which v1 does not send: plugins
 * make an instance anew when it differs. A hash of 40 bits (FNV-1a, twice), so that it is a valid time, too.
 */
function versionOf({ name, url, jsonData, decryptedSecureJsonData }: DatasourceInfo): bigint {
  const secrets = Object.entries(decryptedSecureJsonData).sort(([a], [b]) => compareText(a, b));
  const bytes = encoder.encode(JSON.stringify([name, url, jsonData, secrets]));
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x01000197);
  }
  return BigInt(low >>> 0) + BigInt(high & 0xff) * 2n ** 32n;
}

function queryTypeOf(modelJson: string): string {
  // Most models have no type, and need not be parsed here.
  if (!modelJson.includes('"queryType"')) return "";
  try {
    const model: unknown = JSON.parse(modelJson);
    const type = (model as { readonly queryType?: unknown } | null)?.queryType;
    return typeof type === "string" ? type : "";
  } catch {
    // The handler says what is wrong with the model.
    return "";
  }
}
