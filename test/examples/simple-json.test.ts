import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { viewAsV2 } from "grafana-plugin-protocol/compat";
import { checkAlerting, rowsOf } from "grafana-plugin-protocol/frames";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { decodeQueryData, CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";
import { createJsonServer } from "../../examples/simple-json/json-server.ts";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { callPlugin, type GoAnswer } from "./simple-json/call-plugin.ts";
import { simpleJsonCases } from "./simple-json/cases.ts";
import { v1Calls } from "./simple-json/v1-calls.ts";

const command = join(import.meta.dirname, "../../examples/simple-json/gpx_simple_json_linux_amd64");
const go = await buildGoPeers();
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

async function startServer(t: TestContext): Promise<string> {
  const server = createJsonServer().listen(0, "127.0.0.1");
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const official = JSON.parse(
  readFileSync(new URL("../golden/simple-json/official.json", import.meta.url), "utf8"),
) as Readonly<Record<string, GoAnswer>>;

/** Where ours answers otherwise than the official plugin, and why. */
const differences: Readonly<Record<string, { readonly why: string; readonly ours: unknown }>> = {
  "a missing value": {
    why: "the official plugin sends null as 0; ours leaves the point out",
    ours: {
      results: [
        {
          refId: "A",
          series: [
            {
              name: "rain",
              points: [20, 21.5, undefined, 24.5, 26, 27.5].flatMap((value, index) =>
                value === undefined
                  ? []
                  : [{ timestamp: String(1_700_000_000_000 + index * 600_000), value }],
              ),
            },
          ],
        },
      ],
    },
  },
  "a server that fails": {
    why: "the official plugin fails the call; ours fails the query, with an error that says who failed",
    ours: { results: [{ refId: "A", error: "the JSON server answered 500 Internal Server Error" }] },
  },
  "a model that is not JSON": {
    why: "the official plugin fails the call; ours fails the query",
    ours: { results: [{ refId: "A", error: /^query A: expected JSON as its model, got 1 bytes: / }] },
  },
};

/** Answers of the official plugin in the words of ours: the key of a search, and the numbers of a table. */
function inOurs(name: string, { messages }: GoAnswer): unknown {
  const text = JSON.stringify(messages[0])
    // The official plugin answers a search under a refId of its own; a frontend does not look at it.
    .replaceAll('"refId":"search"', '"refId":"A"');
  if (name !== "two series and a table") return JSON.parse(text);
  // It cuts the fractions of numbers off, ours are doubles.
  return JSON.parse(text, (_, value) =>
    value?.kind === "TYPE_INT64" && Number(value.int64Value) < 1000
      ? { kind: "TYPE_DOUBLE", doubleValue: Number(value.int64Value) }
      : value,
  );
}

suite("the simple JSON example, through a Go host", { skip: go === undefined ? withoutGo : false }, () => {
  test("answers a host of protocol 1 as the official plugin does", async (t) => {
    await privateTmp(t);
    assert.ok(go !== undefined);
    const answers = await callPlugin(go.call, 1, { command, args: [] }, v1Calls(await startServer(t)));

    for (const [index, name] of Object.keys(simpleJsonCases).entries()) {
      const ours = answers[index] as GoAnswer;
      assert.equal(ours.error, undefined, name);
      if (name === "a good query beside one that fails") {
        // The official plugin fails both.
        const [first, second] = ours.messages[0].results;
        assert.equal(first.series[0].points.length, 6);
        assert.equal(second.error, "the JSON server answered 500 Internal Server Error");
        continue;
      }
      const difference = differences[name];
      if (name === "a model that is not JSON") {
        assert.match(ours.messages[0].results[0].error, /^query A: expected JSON as its model, got 1 bytes/);
        continue;
      }
      const expected = difference?.ours ?? inOurs(name, official[name] as GoAnswer);
      for (const result of ours.messages[0].results) delete result.metaJson;
      assert.deepEqual(ours.messages[0], expected, name);
    }
  });

  test("answers a host of protocol 2: queries, health and resources", async (t) => {
    await privateTmp(t);
    assert.ok(go !== undefined);
    const url = await startServer(t);
    const pluginContext = {
      orgId: "1",
      pluginId: "x",
      dataSourceInstanceSettings: { id: "1", uid: "u", url },
    };
    const resource = (path: string, body: object) => ({
      method: "/pluginv2.Resource/CallResource",
      request: {
        pluginContext,
        path,
        url: path,
        method: "POST",
        body: Buffer.from(bytes(body)).toString("base64"),
      },
    });

    const [queried, health, found, annotated, missing] = await callPlugin(go.call, 2, { command, args: [] }, [
      {
        method: "/pluginv2.Data/QueryData",
        request: {
          pluginContext,
          queries: [{ refId: "A", timeRange: {}, json: Buffer.from('{"target":"rain"}').toString("base64") }],
        },
      },
      { method: "/pluginv2.Diagnostics/CheckHealth", request: { pluginContext } },
      resource("search", { target: "rain" }),
      resource("annotations", {
        annotation: { name: "a", query: "#deploy" },
        range: { from: "2026-01-01T00:00:00Z" },
      }),
      resource("else", {}),
    ]);

    assert.equal(queried?.messages[0].responses.A.status, 200);
    assert.deepEqual(health?.messages, [{ status: "OK", message: "Data source is working" }]);
    const body = (answer: GoAnswer | undefined): unknown =>
      JSON.parse(
        Buffer.concat(answer?.messages.map(({ body = "" }) => Buffer.from(body, "base64")) ?? []).toString(),
      );
    assert.deepEqual(body(found), ["rain"]);
    assert.deepEqual(body(annotated), [
      {
        annotation: { name: "a", query: "#deploy" },
        time: Date.parse("2026-01-01"),
        title: "Deployed",
        tags: ["#deploy"],
        text: "version 2",
      },
    ]);
    assert.equal(missing?.messages[0].code, 404);
  });
});

for (const major of [v1, v2] as const) {
  test(`the simple JSON example answers a host of this package over protocol ${major.version}`, async (t) => {
    await privateTmp(t);
    const url = await startServer(t);
    const plugin = viewAsV2(await launchPlugin({ command, protocols: [major] }));
    atEnd(t, () => plugin.close());
    const pluginContext = { orgId: 1n, dataSourceInstanceSettings: { id: 1n, url } };
    const timeRange = { fromEpochMS: 1_700_000_000_000n, toEpochMS: 1_700_003_600_000n };
    const query = (refId: string, model: object) => ({ refId, timeRange, json: bytes(model) });

    const outcomes = await decodeQueryData(
      await plugin.data.queryData({
        pluginContext,
        queries: [
          query("A", { target: "temperature" }),
          query("B", { target: "visits", type: "table" }),
          query("C", {}),
        ],
      }),
    );

    const [series] = outcomes.get("A")?.frames ?? [];
    assert.deepEqual([...(series?.fields[1]?.values ?? [])], [30, 31.5, 33, 34.5, 36, 37.5]);
    assert.deepEqual(series && checkAlerting(series), { ok: true, as: "series" });
    const [table] = outcomes.get("B")?.frames ?? [];
    assert.deepEqual(table && [...rowsOf(table)].map((row) => [row["Place"], row["visits"]]), [
      ["Oslo", 7],
      ["Rome", 14],
    ]);
    assert.match(outcomes.get("C")?.error?.message ?? "", /query C: .*target/);
  });
}

test("the simple JSON example is ill when its server is gone, and says whose fault it is", async (t) => {
  await privateTmp(t);
  const plugin = await launchPlugin({ command, protocols: [v2] });
  atEnd(t, () => plugin.close());
  const pluginContext = { dataSourceInstanceSettings: { id: 1n, url: "http://127.0.0.1:1" } };

  const health = await plugin.diagnostics.checkHealth({ pluginContext });
  const answer = await plugin.data.queryData({
    pluginContext,
    queries: [{ refId: "A", json: bytes({ target: "x" }) }],
  });

  assert.equal(health.status, Health.ERROR);
  assert.equal(answer.responses["A"]?.errorSource, "downstream");
});
