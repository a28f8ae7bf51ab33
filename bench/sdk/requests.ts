import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  CallResourceRequestSchema,
  QueryChunkedDataRequestSchema,
  QueryDataRequestSchema,
} from "grafana-plugin-protocol/v2";
import { frameBytesByQuery, queryFor } from "../rpc/requests.ts";

type Query = NonNullable<MessageInitShape<typeof QueryDataRequestSchema>["queries"]>[number];

/** Numbers of queries in a batch, as the Go host reads them. */
export const batchSizes = [1, 10, 100] as const;

/** Rows of one chunk. */
const chunkRows = 10_000;

/** How long the long tables are. */
export interface LongTables {
  readonly "1M": number;
  readonly "5M": number;
  readonly "20M": number;
}

/** Writes the encoded requests into a folder, for the Go host. */
export async function writeRequests(folder: string, rows: LongTables): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { pluginContext = {}, headers = {} } = queryFor(frameBytesByQuery.small);
  const write = async <Desc extends DescMessage>(
    name: string,
    schema: Desc,
    request: MessageInitShape<Desc>,
  ): Promise<void> => writeFile(join(folder, `${name}.bin`), toBinary(schema, create(schema, request)));
  for (const count of batchSizes) {
    // Both types in turn.
    const queries = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? rangeQuery(i) : tableQuery(i)));
    await write(`query-batch-${count}`, QueryDataRequestSchema, { pluginContext, headers, queries });
  }
  await write("query-tick", QueryDataRequestSchema, {
    pluginContext,
    headers,
    queries: [{ ...tableQuery(0), json: json({ ...model(0), table: "sensors", limit: 1 }) }],
  });
  for (const [name, path] of [
    ["small", "sensors"],
    ["large", "export"],
  ] as const) {
    await write(`resource-${name}`, CallResourceRequestSchema, {
      pluginContext,
      path,
      url: path,
      method: "GET",
      headers: {
        Accept: { values: ["application/json"] },
        "Accept-Encoding": { values: ["gzip, deflate, br"] },
        "User-Agent": { values: ["Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"] },
      },
    });
  }
  for (const [name, count] of Object.entries({ ...rows, few: 2.5 * chunkRows })) {
    await write(`chunked-${name}`, QueryChunkedDataRequestSchema, {
      pluginContext,
      headers,
      queries: [
        { ...common(0), queryType: "rows", json: json({ ...model(0), rows: count, chunk: chunkRows }) },
      ],
    });
  }
}

function rangeQuery(index: number): Query {
  const expr = "avg by (place) (outdoor_temperatures_celsius)";
  return { ...common(index), queryType: "range", json: json({ ...model(index), expr }) };
}

function tableQuery(index: number): Query {
  return {
    ...common(index),
    queryType: "table",
    json: json({ ...model(index), table: "sensors", limit: 10 }),
  };
}

/** An hour with a point for each minute. */
function common(index: number): Query {
  return {
    refId: `Q${index}`,
    maxDataPoints: 1440n,
    intervalMS: 60_000n,
    timeRange: { fromEpochMS: 1_767_225_600_000n, toEpochMS: 1_767_229_200_000n },
  };
}

/** What Grafana adds to every model. */
function model(index: number): object {
  return {
    refId: `Q${index}`,
    datasource: { type: "bench-datasource", uid: "weather-1" },
    intervalMs: 60_000,
    maxDataPoints: 1440,
  };
}

function json(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
