import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { QueryDataRequestSchema, RunStreamRequestSchema } from "grafana-plugin-protocol/v2";

type Query = MessageInitShape<typeof QueryDataRequestSchema>;
type Stream = MessageInitShape<typeof RunStreamRequestSchema>;

/** Bytes of the frame in the answer to each query, by the name of the file that has the query. */
export const frameBytesByQuery = {
  small: 1200,
  "1MB": 1 << 20,
  "16MB": 16 << 20,
  "32MB": 32 << 20,
  "64MB": 64 << 20,
} as const;

/** Bytes of the data in one packet of a stream. */
export const packetBytes = 120;

/** The size of a small query and of its answer, to which the targets apply. */
export const smallCallBytes = { request: 662, answer: 1215 } as const;

/** One complete query as Grafana sends it; a plain object, as programs write it. */
export function queryFor(frameBytes: number): Query {
  return {
    pluginContext,
    headers: {
      "X-Grafana-User": "editor",
      FromAlert: "false",
      "http_X-Query-Group-Id": "0b1e0f0c-6a52-4e0e-9a4e-5d8c3c1f7a21",
    },
    queries: [
      {
        refId: "A",
        maxDataPoints: 1440n,
        intervalMS: 30_000n,
        timeRange: { fromEpochMS: 1_767_225_600_000n, toEpochMS: 1_767_229_200_000n },
        json: json({
          bytes: frameBytes,
          refId: "A",
          expr: "avg by (place) (outdoor_temperatures_celsius)",
          datasource: { type: "bench-datasource", uid: "weather-1" },
        }),
        queryType: "timeSeries",
      },
    ],
  };
}

/** The query of README's host. Its answer is the frame of README's plugin, which is encoded for each call. */
export function readmeRequest(): { pluginContext: object; queries: (Query["queries"] & object)[number][] } {
  const sql = { rawSql: "select location, max(temp_max) as hottest from weather group by 1" };
  return { pluginContext: {}, queries: [{ refId: "A", timeRange: {}, json: json(sql) }] };
}

/** The stream of small packets. */
export function streamFor(packets: number): Stream {
  return { pluginContext, path: "packets", data: json({ bytes: packetBytes, packets }) };
}

/** Writes the encoded requests into a folder, for the Go host: `query-small.bin`, `query-1MB.bin`, …, `packets.bin`. */
export async function writeRequests(folder: string, packets: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(frameBytesByQuery)) {
    const query = create(QueryDataRequestSchema, queryFor(bytes));
    await writeFile(join(folder, `query-${name}.bin`), toBinary(QueryDataRequestSchema, query));
  }
  const readme = create(QueryDataRequestSchema, readmeRequest());
  await writeFile(join(folder, "query-readme.bin"), toBinary(QueryDataRequestSchema, readme));
  const stream = create(RunStreamRequestSchema, streamFor(packets));
  await writeFile(join(folder, "packets.bin"), toBinary(RunStreamRequestSchema, stream));
}

const pluginContext = {
  orgId: 1n,
  pluginId: "bench-datasource",
  pluginVersion: "1.4.2",
  userAgent: "Grafana/12.3.0",
  apiVersion: "v0alpha1",
  namespace: "default",
  user: { login: "editor", name: "An Editor", email: "editor@localhost", role: "Editor" },
  dataSourceInstanceSettings: {
    id: 7n,
    uid: "weather-1",
    name: "Weather",
    url: "http://localhost:9090",
    user: "reader",
    database: "weather",
    jsonData: json({ timeout: 30, httpMethod: "POST", tlsAuth: false }),
    decryptedSecureJsonData: { password: "secret", apiKey: "0123456789abcdef" },
    lastUpdatedMS: 1_767_225_600_000n,
  },
  grafanaConfig: {
    GF_INSTANCE_FEATURE_TOGGLES_ENABLE: "one,two",
    GF_SQL_MAX_OPEN_CONNS_DEFAULT: "100",
  },
} satisfies Query["pluginContext"];

function json(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
