import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { readGrafanaConfig } from "grafana-plugin-protocol/plugin";
import {
  callResourceRequest,
  checkHealthRequest,
  grafanaConfig,
  pluginContext,
  queryDataRequest,
  requestContext,
  streamRequest,
} from "grafana-plugin-protocol/testing";
import {
  CallResourceRequestSchema,
  CheckHealthRequestSchema,
  DataFrameFormat,
  PluginContextSchema,
  QueryDataRequestSchema,
  RunStreamRequestSchema,
} from "grafana-plugin-protocol/v2";

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("a plugin context has what a data source is told", () => {
  const context = create(
    PluginContextSchema,
    pluginContext({
      dataSource: { url: "http://x", jsonData: { path: "/a" }, secureJsonData: { token: "t" } },
      orgId: 7,
      user: { login: "ada" },
    }),
  );
  const settings = context.dataSourceInstanceSettings;

  assert.deepEqual(
    [
      context.orgId,
      context.user?.login,
      context.user?.role,
      context.appInstanceSettings,
      settings?.url,
      settings?.uid,
    ],
    [7n, "ada", "Editor", undefined, "http://x", "test"],
  );
  assert.equal(textOf(settings?.jsonData ?? new Uint8Array()), '{"path":"/a"}');
  assert.deepEqual(settings?.decryptedSecureJsonData, { token: "t" });
  assert.equal(settings?.lastUpdatedMS, BigInt(Date.parse("2026-01-01")));
});

test("a plugin context of an app has no data source, and one of an alert rule no user", () => {
  const context = create(PluginContextSchema, pluginContext({ app: { jsonData: 1 }, user: false }));

  assert.equal(context.dataSourceInstanceSettings, undefined);
  assert.equal(textOf(context.appInstanceSettings?.jsonData ?? new Uint8Array()), "1");
  assert.equal(context.user, undefined);
});

test("the configuration is read as it was given", () => {
  const config = {
    featureToggles: ["a", "b"],
    appUrl: "http://g",
    appClientSecret: "s",
    concurrentQueryCount: 4,
    userFacingDefaultError: "sorry",
    responseLimitBytes: 1000,
    liveClientQueueMaxSize: 3,
    sql: { rowLimit: 1, maxOpenConnsDefault: 2, maxIdleConnsDefault: 3, maxConnLifetimeSecondsDefault: 4 },
  };

  const { secureSocksProxy, ...read } = readGrafanaConfig(
    grafanaConfig({ ...config, entries: { GF_SECURE_SOCKS_DATASOURCE_PROXY_SERVER_ENABLED: "true" } }),
    {},
  );

  assert.deepEqual({ ...read, appClientSecret: read.appClientSecret }, config);
  assert.equal(secureSocksProxy?.allowInsecure, false);
});

test("a query request has the model of each query, a time range and, of an alert rule, its header", () => {
  const request = create(
    QueryDataRequestSchema,
    queryDataRequest([{ expr: "up" }, { refId: "X", queryType: "logs", maxDataPoints: 5 }], {
      isFromAlert: true,
      format: "json",
      timeRange: { from: new Date(0), to: new Date(1000) },
    }),
  );

  assert.deepEqual(
    request.queries.map(({ refId, queryType, maxDataPoints, json }) => [
      refId,
      queryType,
      maxDataPoints,
      JSON.parse(textOf(json)),
    ]),
    [
      ["A", "", 100n, { expr: "up", refId: "A", intervalMs: 1000, maxDataPoints: 100 }],
      ["X", "logs", 5n, { refId: "X", queryType: "logs", maxDataPoints: 5, intervalMs: 1000 }],
    ],
  );
  assert.equal(request.queries[0]?.timeRange?.toEpochMS, 1000n);
  assert.equal(request.headers["FromAlert"], "true");
  assert.equal(request.pluginContext?.user, undefined);
  assert.equal(request.format, DataFrameFormat.JSON);
});

test("a resource request has path, URL, headers and a body", () => {
  const request = create(
    CallResourceRequestSchema,
    callResourceRequest("a/b?c=d", { body: { x: 1 }, headers: { Accept: ["a", "b"] } }),
  );

  assert.deepEqual(
    [request.path, request.url, request.method, textOf(request.body)],
    ["a/b", "a/b?c=d", "POST", '{"x":1}'],
  );
  assert.deepEqual(request.headers["Accept"]?.values, ["a", "b"]);
  assert.deepEqual(request.headers["Content-Type"]?.values, ["application/json"]);
});

test("requests of health and of streams have a context", () => {
  const health = create(CheckHealthRequestSchema, checkHealthRequest({ headers: { a: "b" } }));
  const stream = create(RunStreamRequestSchema, streamRequest("prices/x", { data: { a: 1 } }));

  assert.deepEqual([health.headers["a"], health.pluginContext?.orgId], ["b", 1n]);
  assert.deepEqual(
    [stream.path, textOf(stream.data), stream.pluginContext?.orgId],
    ["prices/x", '{"a":1}', 1n],
  );
});

test("a request context has what a handler may ask for", () => {
  const { signal } = new AbortController();
  const context = requestContext({
    endpoint: "checkHealth",
    headers: { Cookie: "a=b" },
    config: { featureToggles: ["x"] },
    isFromAlert: true,
    user: false,
    signal,
    timeoutMs: 5,
  });

  assert.deepEqual(
    [
      context.endpoint,
      context.headers.get("cookie"),
      context.config.featureToggles,
      context.isFromAlert,
      context.user,
    ],
    ["checkHealth", "a=b", ["x"], true, undefined],
  );
  assert.equal(context.signal, signal);
  assert.equal(context.timeoutMs(), 5);
  assert.equal(context.userAgent?.version, "13.2.0");
});
