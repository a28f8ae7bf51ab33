import assert from "node:assert/strict";
import { Code, ConnectError } from "@connectrpc/connect";
import type { PluginClient } from "grafana-plugin-protocol";
import { RowValue_Kind as Kind, type v1 } from "grafana-plugin-protocol/v1";
import { until } from "../helpers/until.ts";
import type { Case } from "./case.ts";

type Client = PluginClient<typeof v1>;

function query(client: Client, instruction: string, signal?: AbortSignal) {
  const request = {
    datasource: {
      id: 42n,
      orgId: 7n,
      name: "Fixture",
      type: "fixture",
      url: "http://example.invalid",
      jsonData: '{"a":1}',
      decryptedSecureJsonData: { token: "s3cret" },
    },
    timeRange: { fromRaw: "now-1h", toRaw: "now", fromEpochMs: 1700000000000n, toEpochMs: 1700003600000n },
    queries: [
      { refId: "A", intervalMs: 60000n, maxDataPoints: 100n, modelJson: JSON.stringify({ do: instruction }) },
    ],
  };
  return client.datasource.query(request, signal === undefined ? {} : { signal });
}

async function resultOf(client: Client, instruction: string) {
  const { results } = await query(client, instruction);
  assert.equal(results.length, 1);
  const [result] = results;
  assert.equal(result?.refId, "A");
  return result;
}

/** How many sleeping queries have begun. */
async function sleptSoFar(client: Client): Promise<number> {
  return Number((await client.renderer.render({ url: "slept" })).error);
}

/** Every RPC of major 1. */
export const casesV1: readonly Case<Client>[] = [
  {
    name: "Query: every field of the request arrives",
    run: async (client) => {
      assert.deepEqual(JSON.parse((await resultOf(client, "echo"))?.metaJson ?? ""), {
        from: "1700000000000",
        fromRaw: "now-1h",
        id: "42",
        intervalMs: "60000",
        maxDataPoints: "100",
        refId: "A",
        secret: "s3cret",
        to: "1700003600000",
      });
    },
  },
  {
    name: "Query: a series with tags, NaN and a 64-bit timestamp",
    run: async (client) => {
      const [series] = (await resultOf(client, "series"))?.series ?? [];
      assert.equal(series?.name, "s");
      assert.deepEqual({ ...series?.tags }, { place: "p0" });
      assert.deepEqual(
        series?.points.map(({ timestamp, value }) => [timestamp, value]),
        [
          [1700000000000n, 1.5],
          [1700000060000n, Number.NaN],
          [9007199254740993n, -2.5],
        ],
      );
    },
  },
  {
    name: "Query: a table with a cell of every kind",
    run: async (client) => {
      const [table] = (await resultOf(client, "table"))?.tables ?? [];
      assert.deepEqual(
        table?.columns.map(({ name }) => name),
        ["null", "double", "int64", "bool", "string", "bytes"],
      );
      const values = table?.rows[0]?.values ?? [];
      assert.deepEqual(
        values.map(({ kind }) => Kind[kind]),
        ["TYPE_NULL", "TYPE_DOUBLE", "TYPE_INT64", "TYPE_BOOL", "TYPE_STRING", "TYPE_BYTES"],
      );
      assert.equal(values[1]?.doubleValue, 1.25);
      assert.equal(values[2]?.int64Value, 9007199254740993n);
      assert.equal(values[3]?.boolValue, true);
      assert.equal(values[4]?.stringValue, "str");
      assert.deepEqual([...(values[5]?.bytesValue ?? [])], [0x00, 0xff]);
    },
  },
  {
    name: "Query: an error of one query",
    run: async (client) => {
      assert.equal((await resultOf(client, "fail"))?.error, "boom");
    },
  },
  {
    name: "cancel: an aborted signal ends the call, and the plugin goes on",
    run: async (client) => {
      const controller = new AbortController();
      const before = await sleptSoFar(client);
      const call = query(client, "sleep", controller.signal);
      await until("the handler has begun", async () => (await sleptSoFar(client)) > before);
      controller.abort();
      await assert.rejects(call, (error) => error instanceof ConnectError && error.code === Code.Canceled);
      await resultOf(client, "echo");
    },
  },
  {
    name: "Render: every field of the request arrives",
    run: async (client) => {
      const { error } = await client.renderer.render({
        url: "echo",
        width: 640,
        height: 480,
        timeout: 30,
        timezone: "UTC",
        encoding: "png",
        renderKey: "k",
        debug: true,
      });
      assert.deepEqual(JSON.parse(error), {
        debug: true,
        encoding: "png",
        height: "480",
        renderKey: "k",
        timeout: "30",
        timezone: "UTC",
        url: "echo",
        width: "640",
      });
    },
  },
  {
    name: "Render: done, and failed",
    run: async (client) => {
      assert.equal((await client.renderer.render({ url: "http://example.invalid" })).error, "");
      assert.equal((await client.renderer.render({ url: "fail" })).error, "bad url");
    },
  },
];
