import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fromJson } from "@bufbuild/protobuf";
import { checkAlerting } from "grafana-plugin-protocol/frames";
import { launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { decodeQueryData, QueryDataResponseSchema, v2 } from "grafana-plugin-protocol/v2";
import { createExchangeServer, type ExchangeServer } from "../../examples/multi-query/exchange-server.ts";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { until } from "../helpers/until.ts";
import { exampleHosts } from "./example-hosts.ts";
import type { GoAnswer, GoCall } from "./simple-json/call-plugin.ts";

const command = join(import.meta.dirname, "../../examples/multi-query/gpx_multi_query_linux_amd64");
const token = "a secret of the exchange";
const startMs = 1_700_000_000_000;
const minuteMs = 60_000;

async function startExchange(t: TestContext): Promise<ExchangeServer & { readonly url: string }> {
  const exchange = createExchangeServer(token);
  const server = exchange.server.listen(0, "127.0.0.1");
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return { ...exchange, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface Settings {
  readonly url: string;
  readonly token?: string;
  readonly lastUpdated?: number;
}

function contextOf({ url, token: secret = token, lastUpdated = 1 }: Settings) {
  const decryptedSecureJsonData = { token: secret };
  const settings = {
    id: "1",
    uid: "exchange",
    url,
    lastUpdatedMS: `${lastUpdated}`,
    decryptedSecureJsonData,
  };
  return { orgId: "1", pluginId: "example", dataSourceInstanceSettings: settings };
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

type Query = readonly [refId: string, queryType: string, model: object];

function queries(
  pluginContext: object,
  asked: readonly Query[],
  headers: Readonly<Record<string, string>> = {},
): GoCall {
  const sent = asked.map(([refId, queryType, model]) => ({
    refId,
    queryType,
    json: base64({ refId, queryType, ...model }),
    intervalMS: `${minuteMs}`,
    maxDataPoints: "100",
    timeRange: { fromEpochMS: `${startMs}`, toEpochMS: `${startMs + 2 * minuteMs}` },
  }));
  return { method: "/pluginv2.Data/QueryData", request: { pluginContext, headers, queries: sent } };
}

const resource = (pluginContext: object, url: string): GoCall => ({
  method: "/pluginv2.Resource/CallResource",
  request: { pluginContext, path: url.split("?")[0], url, method: "GET" },
});

async function outcomesOf(answer: GoAnswer | undefined) {
  assert.equal(answer?.error, undefined);
  return decodeQueryData(fromJson(QueryDataResponseSchema, answer?.messages[0]));
}

const textOf = (field: string | undefined): string => Buffer.from(field ?? "", "base64").toString();

function bodyOf(answer: GoAnswer | undefined): unknown {
  return JSON.parse((answer?.messages ?? []).map(({ body }) => textOf(body)).join(""));
}

for (const { name, skip, start } of await exampleHosts()) {
  test(`the example with two types of queries, asked by ${name}`, { skip }, async (t) => {
    await privateTmp(t);
    const exchange = await startExchange(t);
    const call = await start(t, command, 2);
    const context = contextOf(exchange);
    const requestsOf = (path: string): number =>
      exchange.requests.filter((request) => request.path === path).length;
    const metricsOf = async (): Promise<string> => {
      const [answer] = await call({ method: "/pluginv2.Diagnostics/CollectMetrics", request: {} });
      return textOf(answer?.messages[0].metrics.prometheus);
    };

    await t.test("each type of query has its own model and answer, beside one that fails", async () => {
      const [answer] = await call(
        queries(context, [
          ["A", "prices", { symbol: "ACME" }],
          ["B", "symbols", { isOpen: true }],
          ["C", "prices", { symbol: "NONE" }],
          ["D", "prices", {}],
          ["E", "news", {}],
        ]),
      );
      const outcomes = await outcomesOf(answer);

      const [prices] = outcomes.get("A")?.frames ?? [];
      assert.ok(prices);
      assert.deepEqual([...(prices.fields[1]?.values ?? [])], [100, 101, 102]);
      assert.deepEqual(checkAlerting(prices), { ok: true, as: "series" });
      const [listed] = outcomes.get("B")?.frames ?? [];
      assert.deepEqual([...(listed?.fields[0]?.values ?? [])], ["ACME", "GLOBEX"]);
      const missing = outcomes.get("C")?.error;
      assert.deepEqual(
        [missing?.message, missing?.status, missing?.errorSource],
        ["the exchange answered 404 Not Found", 404, "downstream"],
      );
      assert.match(outcomes.get("D")?.error?.message ?? "", /symbol/);
      assert.match(outcomes.get("E")?.error?.message ?? "", /expected one of "prices", "symbols"/);
    });

    await t.test("the same query is asked once, and again when the host wants new data", async () => {
      const before = requestsOf("/v1/candles");
      const globex = [["G", "prices", { symbol: "GLOBEX" }]] as const;
      const [first, second] = await call(queries(context, globex), queries(context, globex));
      assert.equal(requestsOf("/v1/candles") - before, 1);
      assert.deepEqual(second?.messages, first?.messages);

      await call(queries(context, globex, { "http_X-Cache-Skip": "true" }));
      assert.equal(requestsOf("/v1/candles") - before, 2);
    });

    await t.test("a recording for diagnostics has the requests, without the secret", async () => {
      const asked = [["A", "prices", { symbol: "ACME" }]] as const;
      const [answer] = await call(queries(context, asked, { "X-Grafana-HAR-Capture": "true" }));
      const outcomes = await outcomesOf(answer);

      const custom = outcomes.get("__har__exchange")?.frames[0]?.meta?.custom as { readonly har: string };
      const { entries } = JSON.parse(custom.har).log;
      assert.deepEqual(
        entries.map(
          ({ request }: { readonly request: { readonly url: string } }) => new URL(request.url).pathname,
        ),
        ["/v1/candles"],
      );
      assert.ok(!custom.har.includes(token));
    });

    await t.test("resources are those of the router", async () => {
      const [all, some, one, unknown] = await call(
        resource(context, "symbols"),
        resource(context, "symbols?search=acme"),
        resource(context, "symbols/OLDCO"),
        resource(context, "symbols/NONE"),
      );

      assert.deepEqual(bodyOf(all), ["ACME", "GLOBEX", "OLDCO"]);
      assert.deepEqual(bodyOf(some), ["ACME"]);
      assert.deepEqual(bodyOf(one), { symbol: "OLDCO", name: "Old Company", isOpen: false, base: 7 });
      assert.equal(unknown?.messages[0].code, 404);
    });

    await t.test("a stream has the schema once, and then data", async () => {
      const stream = (method: string, path: string): GoCall => ({
        method: `/pluginv2.Stream/${method}`,
        request: { pluginContext: context, path },
      });
      const [known, unknown, run] = await call(
        stream("SubscribeStream", "prices/OLDCO"),
        stream("SubscribeStream", "prices/NONE"),
        stream("RunStream", "prices/OLDCO"),
      );

      assert.equal(known?.messages[0].status ?? "OK", "OK");
      assert.equal(unknown?.messages[0].status, "NOT_FOUND");
      assert.equal(run?.error, undefined);
      const packets = run?.messages.map(({ data }) => JSON.parse(textOf(data))) ?? [];
      assert.deepEqual(
        packets.map(({ schema, data }) => [schema !== undefined, data.values[1]]),
        [
          [true, [8]],
          [false, [9]],
          [false, [10]],
        ],
      );
    });

    await t.test("other settings make another instance, and the one before is disposed", async () => {
      assert.match(await metricsOf(), /^plugins_active_instances 1$/m);
      const changed = contextOf({ ...exchange, token: "another token", lastUpdated: 2 });
      const check = (pluginContext: object): GoCall => ({
        method: "/pluginv2.Diagnostics/CheckHealth",
        request: { pluginContext },
      });

      const [ill, well] = await call(check(changed), check(contextOf({ ...exchange, lastUpdated: 3 })));

      assert.deepEqual(
        [ill?.messages[0].status, ill?.messages[0].message],
        ["ERROR", "the exchange answered 401 Unauthorized"],
      );
      assert.deepEqual(
        [well?.messages[0].status, well?.messages[0].message],
        ["OK", "the exchange lists 3 symbols"],
      );
      await until("only the last instance is there", async () =>
        /^plugins_active_instances 1$/m.test(await metricsOf()),
      );
    });

    await t.test("metrics count what the plugin counts, and the calls", async () => {
      const metrics = await metricsOf();

      assert.match(metrics, /^exchange_symbols_asked_total\{symbol="GLOBEX"\} 2$/m);
      assert.match(
        metrics,
        /^grafana_plugin_request_total\{endpoint="checkHealth",status="ok",status_source="plugin"\} \d+$/m,
      );
      assert.match(metrics, /^exchange_watching 0$/m);
      const requests = /^plugins_datasource_request_total\{.*endpoint="queryData".*\} [1-9]/m;
      assert.match(metrics, requests);
    });

    await t.test("a host of protocol 1 gets the same answers", async (t) => {
      const callV1 = await start(t, command, 1);
      const models = [
        { refId: "A", queryType: "prices", symbol: "ACME" },
        { refId: "B", queryType: "symbols" },
        { refId: "C", queryType: "prices" },
      ];
      const [answer] = await callV1({
        method: "/models.DatasourcePlugin/Query",
        request: {
          datasource: { id: "1", orgId: "1", url: exchange.url, decryptedSecureJsonData: { token } },
          timeRange: { fromEpochMs: `${startMs}`, toEpochMs: `${startMs + 2 * minuteMs}` },
          queries: models.map((model) => ({
            refId: model.refId,
            intervalMs: `${minuteMs}`,
            modelJson: JSON.stringify(model),
          })),
        },
      });

      assert.equal(answer?.error, undefined);
      const [prices, listed, wrong] = answer?.messages[0].results ?? [];
      assert.deepEqual(
        prices.series[0].points.map(({ value }: { readonly value: number }) => value),
        [100, 101, 102],
      );
      assert.equal(listed.tables[0].rows.length, 3);
      assert.match(wrong.error, /symbol/);
    });
  });
}

test("all streams of a symbol share one connection to the exchange, which ends with the last one", async (t) => {
  await privateTmp(t);
  const exchange = await startExchange(t);
  const plugin = await launchPlugin({ command, protocols: [v2] });
  atEnd(t, () => plugin.close());
  const settings = { id: 1n, uid: "exchange", url: exchange.url, decryptedSecureJsonData: { token } };
  const pluginContext = { dataSourceInstanceSettings: settings };
  const watching = (count: number) =>
    until(`${count} streams run`, async () => {
      const { metrics } = await plugin.diagnostics.collectMetrics({});
      return new TextDecoder().decode(metrics?.prometheus).includes(`\nexchange_watching ${count}\n`);
    });

  const leave = [new AbortController(), new AbortController()];
  const streams = leave.map(({ signal }) =>
    plugin.stream.runStream({ pluginContext, path: "prices/ACME" }, { signal })[Symbol.asyncIterator](),
  );
  const firsts = streams.map((stream) => stream.next());
  await watching(2);
  await until("the exchange has a listener", () => exchange.listeners("ACME") > 0);
  exchange.trade("ACME", 7);

  for (const { value } of await Promise.all(firsts)) {
    assert.equal(JSON.parse(new TextDecoder().decode(value?.data)).data.values[1][0], 7);
  }
  assert.equal(exchange.requests.filter(({ path }) => path === "/v1/trades").length, 1);
  leave[0]?.abort();
  await watching(1);
  assert.equal(exchange.listeners("ACME"), 1);
  leave[1]?.abort();
  await until("the exchange has no listener", () => exchange.listeners("ACME") === 0);
  await watching(0);
});

test("a call's trace reaches the exchange, and its span has the outcome", async (t) => {
  await privateTmp(t);
  const exchange = await startExchange(t);
  const log: PluginLogRecord[] = [];
  const plugin = await launchPlugin({
    command,
    protocols: [v2],
    env: { GF_INSTANCE_OTLP_ADDRESS: "localhost:4317" },
    onLog: (record) => log.push(record),
  });
  atEnd(t, () => plugin.close());
  const settings = { id: 1n, uid: "exchange", url: exchange.url, decryptedSecureJsonData: { token } };
  const trace = "0af7651916cd43dd8448eb211c80319c";

  await plugin.data.queryData(
    {
      pluginContext: { dataSourceInstanceSettings: settings },
      queries: [{ refId: "A", queryType: "prices", json: Buffer.from('{"symbol":"ACME"}') }],
    },
    { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } },
  );

  const [request] = exchange.requests;
  assert.match(request?.traceparent ?? "", new RegExp(`^00-${trace}-`));
  assert.doesNotMatch(request?.traceparent ?? "", /b7ad6b7169203331/);
  const span = await until("the span is logged", () => log.find(({ message }) => message === "span"));
  assert.equal(span.fields["span"], "sdk.queryData");
  assert.equal(span.fields["trace"], trace);
  assert.equal(span.fields["request_status"], "ok");
  await until("the call is logged", () => log.find(({ message }) => message === "Plugin Request Completed"));
  assert.ok(!JSON.stringify(log).includes(token));
});
