import type { PluginImpl } from "grafana-plugin-protocol";
import {
  type DatasourceRequest,
  RowValue_Kind as Kind,
  type Query,
  type v1,
} from "grafana-plugin-protocol/v1";
import { canonicalJson } from "./canonical-json.ts";

/** What README.md says of v1. */
export function createFixtureV1(): Required<PluginImpl<typeof v1>> {
  let slept = 0;
  return {
    datasource: {
      async query(request, { signal }) {
        if (request.queries.some((query) => instructionOf(query) === "sleep")) {
          slept++;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          // An answer could still come before the caller's own clock says that it is late.
          throw signal.reason;
        }
        return {
          results: request.queries.map((query) => ({ refId: query.refId, ...answer(query, request) })),
        };
      },
    },
    renderer: {
      render({ url, width, height, timeout, timezone, encoding, renderKey, debug }) {
        if (url === "fail") return { error: "bad url" };
        if (url === "slept") return { error: String(slept) };
        if (url !== "echo") return {};
        const seen = {
          debug,
          encoding,
          height: String(height),
          renderKey,
          timeout: String(timeout),
          timezone,
          url,
          width: String(width),
        };
        return { error: canonicalJson(seen) };
      },
    },
  };
}

function instructionOf(query: Query): string {
  return (JSON.parse(query.modelJson) as { do: string }).do;
}

function answer(query: Query, { datasource, timeRange }: DatasourceRequest) {
  switch (instructionOf(query)) {
    case "echo": {
      const seen = {
        from: timeRange?.fromEpochMs,
        fromRaw: timeRange?.fromRaw,
        id: datasource?.id,
        intervalMs: query.intervalMs,
        maxDataPoints: query.maxDataPoints,
        refId: query.refId,
        secret: datasource?.decryptedSecureJsonData["token"],
        to: timeRange?.toEpochMs,
      };
      return { metaJson: canonicalJson(seen) };
    }
    case "series": {
      const points = [
        { timestamp: 1700000000000n, value: 1.5 },
        { timestamp: 1700000060000n, value: Number.NaN },
        { timestamp: 9007199254740993n, value: -2.5 },
      ];
      return { series: [{ name: "s", tags: { place: "p0" }, points }] };
    }
    case "table": {
      const columns = ["null", "double", "int64", "bool", "string", "bytes"].map((name) => ({ name }));
      const values = [
        { kind: Kind.TYPE_NULL },
        { kind: Kind.TYPE_DOUBLE, doubleValue: 1.25 },
        { kind: Kind.TYPE_INT64, int64Value: 9007199254740993n },
        { kind: Kind.TYPE_BOOL, boolValue: true },
        { kind: Kind.TYPE_STRING, stringValue: "str" },
        { kind: Kind.TYPE_BYTES, bytesValue: new Uint8Array([0x00, 0xff]) },
      ];
      return { tables: [{ columns, rows: [{ values }] }] };
    }
    default:
      return { error: "boom" };
  }
}
