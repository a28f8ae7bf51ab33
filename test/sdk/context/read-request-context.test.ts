import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { createLogger } from "grafana-plugin-protocol/plugin";
import {
  type CallFacts,
  HeaderName,
  hasFeature,
  parseUserAgent,
  type RequestContext,
  readRequestContext,
  tenantOf,
} from "grafana-plugin-protocol/sdk";
import {
  AdmissionRequestSchema,
  CallResourceRequestSchema,
  CollectMetricsRequestSchema,
  Data,
  QueryDataRequestSchema,
} from "grafana-plugin-protocol/v2";
import { connectedPair } from "../../helpers/connected-pair.ts";

const noCall = (metadata: Record<string, string> = {}): CallFacts => ({
  signal: new AbortController().signal,
  requestHeader: new Headers(metadata),
});

const ofGrafana = create(QueryDataRequestSchema, {
  headers: {
    http_Authorization: "Bearer user",
    "http_X-Dashboard-Uid": "d1",
    Cookie: "session=1",
    FromAlert: "true",
  },
  pluginContext: {
    orgId: 7n,
    pluginId: "acme-weather",
    pluginVersion: "1.2.3",
    apiVersion: "v0alpha1",
    namespace: "stacks-1",
    userAgent: "Grafana/12.1.0-pre (linux; amd64)",
    user: { login: "ada", name: "Ada", email: "ada@example.com", role: "Editor" },
    grafanaConfig: {
      GF_INSTANCE_FEATURE_TOGGLES_ENABLE: "one,two",
      GF_PLUGIN_APP_CLIENT_SECRET: "very-secret",
      GF_SQL_ROW_LIMIT: "1000",
      GF_SQL_MAX_OPEN_CONNS_DEFAULT: "10",
      GF_SQL_MAX_IDLE_CONNS_DEFAULT: "5",
      GF_SQL_MAX_CONN_LIFETIME_SECONDS_DEFAULT: "60",
    },
    dataSourceInstanceSettings: { name: "Weather", uid: "w1" },
  },
});

test("a call of Grafana has its user, organisation, configuration and headers", () => {
  const context = readRequestContext("queryData", ofGrafana, noCall({ tenantid: "t1" }));

  assert.equal(context.endpoint, "queryData");
  assert.equal(context.orgId, 7n);
  assert.equal(context.pluginId, "acme-weather");
  assert.equal(context.pluginVersion, "1.2.3");
  assert.equal(context.apiVersion, "v0alpha1");
  assert.equal(context.namespace, "stacks-1");
  assert.equal(context.tenantId, "t1");
  assert.equal(context.user?.login, "ada");
  assert.deepEqual(context.userAgent, { version: "12.1.0-pre", os: "linux", arch: "amd64" });
  assert.equal(context.headers.get(HeaderName.authorization), "Bearer user");
  assert.equal(context.headers.get("x-dashboard-uid"), "d1");
  assert.equal(context.isFromAlert, true);
  assert.equal(context.config.sql?.rowLimit, 1000);
  assert.equal(context.config.appClientSecret, "very-secret");
  assert.equal(hasFeature(context, "two"), true);
  assert.equal(hasFeature(context, "three"), false);
});

test("a call of Plutono, which sends neither configuration nor user agent, has the rest", () => {
  const request = create(CallResourceRequestSchema, {
    headers: { Accept: { values: ["text/html", "*/*"] }, cookie: { values: ["a=1", "b=2"] } },
    pluginContext: { orgId: 1n, pluginId: "acme-weather" },
  });

  const context = readRequestContext("callResource", request, noCall(), { env: { PL_VERSION: "7.5.49" } });

  assert.equal(context.user, undefined);
  assert.equal(context.userAgent, undefined);
  assert.equal(context.tenantId, undefined);
  assert.equal(context.trace, undefined);
  assert.equal(context.isFromAlert, false);
  assert.equal(context.namespace, "");
  assert.deepEqual(context.config.featureToggles, []);
  assert.equal(context.headers.get("accept"), "text/html, */*");
  assert.equal(context.headers.get("Cookie"), "a=1; b=2");
});

test("a call without any context has empty parts", () => {
  const context = readRequestContext("collectMetrics", create(CollectMetricsRequestSchema), noCall());

  assert.deepEqual([context.orgId, context.pluginId, [...context.headers.keys()]], [0n, "", []]);
});

test("a request without headers, as of admission, has none", () => {
  const context = readRequestContext("validateAdmission", create(AdmissionRequestSchema), noCall());

  assert.equal(context.headers.has("authorization"), false);
});

test("headers are those of Headers: names in lower case and in order", () => {
  const { headers } = readRequestContext("queryData", ofGrafana, noCall());
  const like = new Headers({
    Authorization: "Bearer user",
    "X-Dashboard-Uid": "d1",
    Cookie: "session=1",
    FromAlert: "true",
  });
  const seen: string[] = [];

  headers.forEach((value, name) => {
    seen.push(`${name}: ${value}`);
  });

  assert.deepEqual([...headers.entries()], [...like.entries()]);
  assert.deepEqual([...headers.keys()], [...like.keys()]);
  assert.equal(seen.length, 4);
  assert.equal(headers.get("x-other"), null);
});

test("a header with the prefix wins over the same one without it", () => {
  for (const headers of [
    { Authorization: "bare", http_Authorization: "prefixed" },
    { http_Authorization: "prefixed", Authorization: "bare" },
  ]) {
    const request = create(QueryDataRequestSchema, { headers });

    assert.equal(readRequestContext("queryData", request, noCall()).headers.get("authorization"), "prefixed");
  }
});

test("an empty FromAlert is no alert", () => {
  const request = create(QueryDataRequestSchema, { headers: { FromAlert: "" } });

  assert.equal(readRequestContext("queryData", request, noCall()).isFromAlert, false);
});

test("configuration that cannot be read fails when it is read, and nothing else does", () => {
  const request = create(QueryDataRequestSchema, {
    pluginContext: { pluginId: "p", grafanaConfig: { GF_CONCURRENT_QUERY_COUNT: "many" } },
  });

  const context = readRequestContext("queryData", request, noCall());

  assert.equal(context.pluginId, "p");
  assert.throws(
    () => context.config,
    (error) => error instanceof PluginError && /GF_CONCURRENT_QUERY_COUNT/.test(error.message),
  );
});

test("printing a context shows neither headers nor secrets", () => {
  const context = readRequestContext("queryData", ofGrafana, noCall());
  const { config, headers } = context;

  const printed = [context, config, headers].flatMap((value) => [
    inspect(value, { depth: 9, showHidden: true }),
    JSON.stringify(value) ?? "",
  ]);

  assert.doesNotMatch(printed.join(), /very-secret|Bearer user|session=1/);
});

test("the log of a context has the plugin, the endpoint, the data source and the trace", () => {
  const lines: unknown[] = [];
  const log = createLogger({ write: ({ fields }) => lines.push(fields) });
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  const context = readRequestContext("queryData", ofGrafana, noCall({ traceparent }), { log });
  const first = context.log;
  first.info("asked");

  assert.equal(context.log, first);
  assert.deepEqual(lines, [
    {
      pluginId: "acme-weather",
      pluginVersion: "1.2.3",
      endpoint: "queryData",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      dsName: "Weather",
      dsUid: "w1",
      uname: "Ada",
    },
  ]);
});

suite("trace of a call", () => {
  const traceOf = (traceparent: string): RequestContext["trace"] =>
    readRequestContext("queryData", ofGrafana, noCall({ traceparent })).trace;
  const [traceId, spanId] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];

  test("has trace, span and flag", () => {
    assert.deepEqual(traceOf(`00-${traceId}-${spanId}-01`), { traceId, spanId, isSampled: true });
    assert.deepEqual(traceOf(`00-${traceId}-${spanId}-00`), { traceId, spanId, isSampled: false });
  });

  test("is read from later versions with more parts", () => {
    assert.deepEqual(traceOf(`cc-${traceId}-${spanId}-01-more`), { traceId, spanId, isSampled: true });
  });

  for (const bad of [
    "",
    "00",
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${"0".repeat(32)}-${spanId}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
  ]) {
    test(`is undefined for ${JSON.stringify(bad)}`, () => {
      assert.equal(traceOf(bad), undefined);
    });
  }
});

for (const other of [
  "Grafana/12.1 (linux; amd64)",
  "curl/8.0",
  "Grafana/12.1.0",
  "Grafana/12.1.0 (linux; amd 64)",
  "",
]) {
  test(`a user agent ${JSON.stringify(other)} is dropped`, () => {
    assert.equal(parseUserAgent(other), undefined);
  });
}

test("over a socket metadata are read without making headers, and the signal is not touched", async (t) => {
  const seen: (string | undefined)[] = [];
  const { connection } = await connectedPair(t, [
    {
      service: Data,
      implementation: {
        queryData: (request: never, call: CallFacts & { readonly requestHeader: Headers }) => {
          const watched = new Proxy(call, {
            get: (target, name) => {
              if (name === "signal" || name === "requestHeader") seen.push(String(name));
              const value: unknown = Reflect.get(target, name, target);
              return typeof value === "function" ? value.bind(target) : value;
            },
          });
          const context = readRequestContext("queryData", request, watched);
          seen.push(context.tenantId, tenantOf(watched), context.trace?.spanId);
          return {};
        },
      },
    },
  ]);

  await createClient(Data, connection.transport).queryData(
    {},
    {
      headers: {
        tenantID: "t1",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      },
    },
  );

  assert.deepEqual(seen, ["t1", "t1", "b7ad6b7169203331"]);
});
