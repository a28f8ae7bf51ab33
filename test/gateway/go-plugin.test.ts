/** Plugins on the official Go modules, of both majors, behind one gateway and over real HTTP. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import type { GatewayServerOptions } from "grafana-plugin-protocol/gateway";
import { privateTmp } from "../helpers/private-tmp.ts";
import { until } from "../helpers/until.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import {
  range,
  type StartedGateway,
  startGateway,
  weather,
  weatherFolder,
  weatherQuery,
} from "./start-gateway.ts";

const peers = await buildGoPeers();
const skip = peers === undefined ? withoutGo : false;
const command = peers?.plugin ?? "";

const settings = {
  jsonData: { a: 1, keepCookies: ["kept"] },
  secureJsonData: { token: "s3cret" },
  lastUpdated: new Date(1_700_000_000_000),
};

/** The fixture as `fixture` (major 2) and `fixture-v1` (major 1), beside the weather plugin. */
function startFixture(t: TestContext, options: Partial<GatewayServerOptions> = {}): Promise<StartedGateway> {
  return startGateway(t, {
    plugins: [
      { id: "fixture", launch: { command, env: { FIXTURE_MAJORS: "2" } } },
      { id: "fixture-v1", launch: { command, env: { FIXTURE_MAJORS: "1" } } },
      weatherFolder,
    ],
    dataSources: [
      { name: "Fixture", type: "fixture", uid: "ds-1", id: 42, ...settings },
      {
        name: "Fixture v1",
        type: "fixture-v1",
        uid: "old",
        id: 7,
        url: "http://example.invalid",
        ...settings,
      },
      { name: "Orphan", type: "no-such-plugin", uid: "orphan" },
      weather,
    ],
    user: (header) => ({ login: header("x-user") ?? "ada" }),
    featureToggles: ["b", "a"],
    ...options,
  });
}

const query = (refId: string, uid: string, more: object): object => ({ refId, datasource: { uid }, ...more });

// biome-ignore lint/suspicious/noExplicitAny: the JSON that the plugin tells
function echoed(result: any): any {
  return JSON.parse(result.frames[0].data.values[0][0]);
}

test("a plugin that supervision has given up is started anew when a call needs it, here as another major", {
  skip,
}, async (t) => {
  const { path: folder } = await privateTmp(t);
  const script = join(folder, "plugin.sh");
  const major = join(folder, "major");
  await writeFile(script, `#!/bin/sh\nFIXTURE_MAJORS=$(cat "${major}") exec "${command}"\n`, { mode: 0o755 });
  await writeFile(major, "2");
  const gateway = await startGateway(t, {
    plugins: [{ id: "fixture", launch: { command: script, waitMs: 0 } }],
    dataSources: [{ name: "Fixture", type: "fixture", uid: "ds-1", ...settings }],
  });
  const statusOf = async (): Promise<number> =>
    (await gateway.ask("/api/ds/query", { ...range, queries: [query("A", "ds-1", { do: "echo" })] })).status;
  const records = (message: string) => gateway.log.filter((record) => record.message === message);
  assert.equal(await statusOf(), 200);

  await writeFile(major, "1");
  process.kill(Number(records("plugin is ready")[0]?.fields["pid"]), "SIGKILL");
  await until("it is given up", () => records("plugin is failed").length === 1);
  assert.match(String(records("plugin is failed")[0]?.fields["reason"]), /protocol/);
  assert.equal(await statusOf(), 500);

  await until("it answers again", async () => (await statusOf()) === 200);
  assert.equal(records("plugin is stopped").length, 0);
  assert.equal(gateway.gateway.plugins[0]?.status, "ready");
});

suite("a Go plugin of major 2", { skip }, () => {
  test("gets the query, its range, its data source and the headers as Grafana sends them", async (t) => {
    const { ask } = await startFixture(t);
    const { status, json } = await ask(
      "/api/ds/query?ds_type=fixture&requestId=Q1",
      {
        ...range,
        queries: [query("A", "ds-1", { do: "echo", queryType: "q", intervalMs: 2500.9, maxDataPoints: 7 })],
      },
      {
        headers: {
          "X-Dashboard-Uid": "dash",
          FromAlert: "true",
          Authorization: "Bearer not for the plugin",
          Cookie: "other=1; kept=2",
        },
      },
    );

    assert.equal(status, 200);
    assert.deepEqual(echoed(json.results.A), {
      format: "ARROW",
      from: range.from,
      headers: { Cookie: "kept=2", "http_X-Dashboard-Uid": "dash" },
      intervalMs: "2500",
      login: "ada",
      maxDataPoints: "7",
      orgId: "1",
      queryType: "q",
      refId: "A",
      secret: "s3cret",
      to: range.to,
      uid: "ds-1",
    });
  });

  test("gets Grafana's defaults for what a query leaves out", async (t) => {
    const { ask } = await startFixture(t);
    const { json } = await ask("/api/ds/query", {
      from: "now-1h",
      to: "now",
      queries: [{ datasourceId: 42, do: "echo", maxDataPoints: "many" }],
    });

    const seen = echoed(json.results.A);
    assert.equal(seen.refId, "A");
    assert.equal(seen.maxDataPoints, "100");
    assert.equal(seen.intervalMs, "1000");
    assert.equal(Number(seen.to) - Number(seen.from), 3_600_000);
  });

  test("answers several queries: one that fails is an error of its own, and the status is 400", async (t) => {
    const { ask } = await startFixture(t);
    const { status, json } = await ask("/api/ds/query", {
      ...range,
      queries: [query("A", "ds-1", { do: "series", rows: 2 }), query("B", "ds-1", { do: "fail" })],
    });

    assert.equal(status, 400);
    assert.deepEqual(json.results.B, { error: "boom", errorSource: "downstream", status: 400, frames: [] });
    assert.deepEqual(json.results.A.frames[0].data.values, [
      [Number(range.from), Number(range.from) + 1000],
      [0, 0.5],
      ["p0", "p1"],
    ]);
  });

  for (const [task, status, body] of [
    [
      "complain",
      500,
      { message: "An error occurred within the plugin", messageId: "plugin.requestFailureError" },
    ],
    ["reject", 500, { message: "An error occurred within the plugin", messageId: "plugin.downstreamError" }],
    [
      "crash",
      500,
      { message: "An error occurred within the plugin", messageId: "plugin.requestFailureError" },
    ],
  ] as const) {
    test(`whose call fails (${task}) is Grafana's error, without the plugin's text`, async (t) => {
      const { ask, log } = await startFixture(t);
      const answer = await ask("/api/ds/query", {
        ...range,
        queries: [query("A", "ds-1", { do: task, text: "secret s3cret" })],
      });

      assert.equal(answer.status, status);
      const { traceID, ...rest } = answer.json;
      assert.deepEqual(rest, { ...body, statusCode: status });
      assert.equal(traceID, answer.headers.get("grafana-trace-id"));
      assert.equal(log.find(({ fields }) => fields["status"] === status)?.level, "error");
    });
  }

  test("is asked beside others, and one that fails is an error of its queries alone", async (t) => {
    const { ask } = await startFixture(t);
    const { status, json } = await ask("/api/ds/query", {
      ...range,
      queries: [
        query("A", "ds-1", { do: "complain", text: "cannot log in with s3cret" }),
        query("B", "ds-1", { do: "series", rows: 1 }),
        query("C", "old", { do: "table" }),
        ...(weatherQuery({ refId: "D" }) as { queries: object[] }).queries,
        query("E", "orphan", {}),
      ],
    });

    assert.equal(status, 400);
    assert.deepEqual(Object.keys(json.results), ["A", "B", "C", "D", "E"]);
    const text = "cannot log in with [secret]";
    assert.deepEqual(json.results.A, { error: text, errorSource: "plugin", status: 500, frames: [] });
    assert.equal(json.results.B.error, text);
    assert.equal(json.results.C.frames[0].schema.fields.length, 6);
    assert.equal(json.results.D.frames[0].data.values[0].length, 2);
    assert.equal(json.results.E.error, "Plugin not found");
  });

  test("is told a range for each query in /apis, and its own member is not sent to it", async (t) => {
    const { ask } = await startFixture(t);
    const timeRange = { from: "1000", to: "2000" };
    const { json } = await ask("/apis/query.grafana.app/v0alpha1/namespaces/default/query", {
      ...range,
      queries: [query("A", "ds-1", { do: "echo", timeRange }), query("B", "ds-1", { do: "echo" })],
    });

    assert.equal(json.kind, "QueryDataResponse");
    assert.equal(json.apiVersion, "query.grafana.app/v0alpha1");
    assert.deepEqual([echoed(json.results.A).from, echoed(json.results.A).to], ["1000", "2000"]);
    assert.equal(echoed(json.results.B).from, range.from);
  });

  test("has its health, with the status of its data source", async (t) => {
    const { ask } = await startFixture(t);

    const well = await ask("/api/datasources/uid/ds-1/health");
    const there = await ask(
      "/apis/fixture.datasource.grafana.app/v0alpha1/namespaces/default/datasources/ds-1/health",
    );

    assert.deepEqual(
      [well.status, well.json],
      [200, { details: { major: 2 }, message: "fixture healthy", status: "OK" }],
    );
    assert.equal(there.status, 200);
    assert.deepEqual(there.json, {
      kind: "HealthCheckResult",
      apiVersion: "fixture.datasource.grafana.app/v0alpha1",
      status: "OK",
      code: 1,
      message: "fixture healthy",
      details: { major: 2 },
    });
  });

  test("has its metrics, as it wrote them", async (t) => {
    const { ask } = await startFixture(t);
    await ask("/api/ds/query", { ...range, queries: [query("A", "ds-1", { do: "echo" })] });

    for (const path of [
      "/api/plugins/fixture/metrics",
      "/apis/fixture.datasource.grafana.app/v0alpha1/namespaces/default/datasources/ds-1/metrics",
    ]) {
      const { status, headers, text } = await ask(path);

      assert.equal(status, 200);
      assert.equal(headers.get("content-type"), "text/plain");
      assert.match(text, /^fixture_calls_total 1$/m);
    }
  });

  test("sees the trace of the client, and so does the log", async (t) => {
    const { ask, log } = await startFixture(t);
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const { headers } = await ask("/api/datasources/uid/ds-1/health", undefined, {
      headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    });

    assert.equal(headers.get("grafana-trace-id"), traceId);
    assert.ok(log.some(({ fields }) => fields["traceId"] === traceId));
  });
});

suite("the answer in lines of JSON", { skip }, () => {
  const path = "/apis/fixture.datasource.grafana.app/v0alpha1/namespaces/default/datasources/ds-1/query";
  const lines = { headers: { Accept: "text/jsonl" } };
  // biome-ignore lint/suspicious/noExplicitAny: the lines that a client reads
  const parse = (text: string): any[] => {
    assert.ok(text.endsWith("\n"));
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  };

  test("has a line for each chunk, each with its schema", async (t) => {
    const { ask } = await startFixture(t);
    const { status, headers, text } = await ask(
      path,
      { ...range, queries: [{ refId: "A", do: "series", rows: 5 }] },
      lines,
    );

    const read = parse(text);
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), "text/jsonl");
    assert.equal(headers.get("x-accel-buffering"), "no");
    assert.deepEqual(
      read.map((line) => [line.refId, line.frameId, line.frame.data.values[0].length]),
      [
        ["A", "f1", 2],
        ["A", "f1", 2],
        ["A", "f1", 1],
      ],
    );
    assert.ok(read.every((line) => line.frame.schema.fields.length === 3));
  });

  test("has the error of a query as a line without a status", async (t) => {
    const { ask } = await startFixture(t);
    const { text, status } = await ask(
      path,
      {
        ...range,
        queries: [
          { refId: "A", do: "fail" },
          { refId: "B", do: "series", rows: 1 },
        ],
      },
      lines,
    );

    const [failed, fine, ...more] = parse(text);
    assert.equal(status, 200);
    assert.deepEqual(failed, { refId: "A", error: "boom", errorSource: "plugin" });
    assert.equal(fine.refId, "B");
    assert.equal(more.length, 0);
  });

  test("of a plugin of major 1 has its tables", async (t) => {
    const { ask } = await startFixture(t);
    const { text } = await ask(
      "/apis/fixture-v1.datasource.grafana.app/v0alpha1/namespaces/default/datasources/old/query",
      {
        ...range,
        queries: [
          { refId: "A", do: "table" },
          { refId: "B", do: "fail" },
        ],
      },
      lines,
    );

    const [table, failed] = parse(text);
    assert.equal(table.frame.schema.fields.length, 6);
    assert.deepEqual(failed, { refId: "B", error: "boom", errorSource: "plugin" });
  });

  test("is refused where there is more than one data source", async (t) => {
    const { ask } = await startFixture(t);
    const { status, json } = await ask(
      "/apis/query.grafana.app/v0alpha1/namespaces/default/query",
      { ...range, queries: [query("A", "ds-1", { do: "echo" })] },
      lines,
    );

    assert.equal(status, 406);
    assert.equal(json.kind, "Status");
    assert.equal(json.reason, "NotAcceptable");
  });
});

suite("a Go plugin of major 1", { skip }, () => {
  test("answers /api/tsdb/query with series, and gets the texts of the range", async (t) => {
    const { ask } = await startFixture(t);
    const { status, json } = await ask("/api/tsdb/query", {
      from: "now-1h",
      to: "now",
      queries: [
        { datasourceId: 7, do: "echo" },
        { refId: "B", datasourceId: 99, do: "series" },
      ],
    });

    assert.equal(status, 200);
    const { meta } = json.results.A;
    assert.deepEqual(
      [meta.fromRaw, meta.id, meta.intervalMs, meta.maxDataPoints, meta.secret],
      ["now-1h", "7", "1000", "100", "s3cret"],
    );
    assert.equal(Number(meta.to) - Number(meta.from), 3_600_000);
    assert.deepEqual(json.results.B.series[0].points[0], [1.5, 1_700_000_000_000]);
    assert.equal(json.results.B.tables, null);
  });

  test("answers /api/ds/query with frames", async (t) => {
    const { ask } = await startFixture(t);
    const { status, json } = await ask("/api/ds/query", {
      ...range,
      queries: [query("A", "old", { do: "table" })],
    });

    assert.equal(status, 200);
    assert.deepEqual(
      json.results.A.frames[0].schema.fields.map((field: { name: string }) => field.name),
      ["null", "double", "int64", "bool", "string", "bytes"],
    );
  });

  test("is asked once for each range", async (t) => {
    const { ask } = await startFixture(t);
    const { json } = await ask("/apis/query.grafana.app/v0alpha1/namespaces/default/query", {
      ...range,
      queries: [
        query("A", "old", { do: "table" }),
        query("B", "old", { do: "table", timeRange: { from: "1", to: "2" } }),
        query("C", "old", { do: "table" }),
      ],
    });

    assert.deepEqual(Object.keys(json.results), ["A", "B", "C"]);
  });

  for (const [path, status] of [
    ["/api/datasources/uid/old/health", 404],
    ["/api/datasources/7/resources/x", 404],
    ["/api/plugins/fixture-v1/metrics", 404],
  ] as const) {
    test(`has no ${path.split("/").slice(4).join("/")}`, async (t) => {
      const { ask } = await startFixture(t);
      const answer = await ask(path);

      assert.equal(answer.status, status);
      assert.equal(answer.json.messageId, "plugin.notImplemented");
    });
  }
});

suite("resources of a Go plugin", { skip }, () => {
  const path = "/api/datasources/uid/ds-1/resources";

  test("are called with path, query, method, body and headers", async (t) => {
    const { ask } = await startFixture(t);
    const { status, json, headers } = await ask(`${path}/echo?x=1&y=a%20b`, undefined, {
      method: "PUT",
      body: "sent",
      headers: { "X-Fixture": "yes" },
    });

    assert.equal(status, 201);
    assert.equal(headers.get("content-security-policy"), "sandbox");
    assert.deepEqual(json, {
      body: btoa("sent"),
      method: "PUT",
      path: "echo",
      url: "echo?x=1&y=a%20b",
      xFixture: ["yes"],
    });
  });

  for (const name of ["resources", "resource"]) {
    test(`are below ${name} in /apis`, async (t) => {
      const { ask } = await startFixture(t);
      const { status, json } = await ask(
        `/apis/fixture.datasource.grafana.app/v0alpha1/namespaces/default/datasources/ds-1/${name}/echo?x=1`,
      );

      assert.deepEqual([status, json.method, json.url], [201, "GET", "echo?x=1"]);
    });
  }

  test("of a plugin, without a data source, are called too", async (t) => {
    const { ask } = await startFixture(t);
    const { status, json } = await ask("/api/plugins/fixture/resources/echo");

    assert.deepEqual([status, json.path], [201, "echo"]);
  });

  test("have one slash at the end less, as from a Grafana", async (t) => {
    const { ask } = await startFixture(t);
    const { status, json } = await ask(`${path}/echo/?x=1/`);

    assert.deepEqual([status, json.path, json.url], [201, "echo", "echo?x=1/"]);
    assert.equal((await ask("/api/datasources/")).json.length, 4);
  });

  test("that the plugin does not have are its own 404", async (t) => {
    const { ask } = await startFixture(t);
    const { status, text } = await ask(`${path}/nothing`);

    assert.deepEqual([status, text], [404, "not found"]);
  });

  test("answer with several values of a header, and a body of several messages", async (t) => {
    const { ask } = await startFixture(t);
    const { headers, text } = await ask(`${path}/chunks`);

    assert.equal(text, "onetwothree");
    assert.equal(headers.get("content-type"), "text/plain");
    assert.equal(headers.get("x-fixture"), "a, b");
  });

  test("send a first part before the plugin has more, and a client that leaves cancels the call", async (t) => {
    const { url, ask } = await startFixture(t);
    const client = new AbortController();
    const response = await fetch(`${url}${path}/slow`, { signal: client.signal });
    const reader = response.body?.getReader();

    const first = await reader?.read();
    assert.equal(new TextDecoder().decode(first?.value), "one");
    client.abort();
    await reader?.closed.catch(() => {});

    await until(
      "the plugin's handler was cancelled",
      async () => (await ask(`${path}/state`)).json.cancelled === 1,
    );
  });

  test("of ten megabytes arrive whole", async (t) => {
    const { ask } = await startFixture(t);
    const { text } = await ask(`${path}/bytes?n=${10 << 20}`);

    assert.equal(text.length, 10 << 20);
  });
});

suite("a plugin that dies", { skip }, () => {
  test("fails the calls in flight, is started again, and answers the next call", async (t) => {
    const { ask, gateway, log } = await startFixture(t);
    await ask("/api/datasources/uid/ds-1/health");
    const pid = log.findLast(({ fields }) => fields["pluginId"] === "fixture" && fields["pid"])?.fields[
      "pid"
    ];
    assert.ok(typeof pid === "number");
    const running = ask("/api/ds/query", { ...range, queries: [query("A", "ds-1", { do: "sleep" })] });
    await until(
      "the query is in flight",
      async () => (await ask("/api/datasources/uid/ds-1/resources/state")).json.slept === 1,
    );

    process.kill(pid, "SIGKILL");

    const lost = await running;
    assert.equal(lost.status, 500);
    assert.equal(lost.json.messageId, "plugin.connectionUnavailable");
    const next = await ask("/api/datasources/uid/ds-1/health");
    assert.equal(next.status, 200);
    const state = gateway.plugins.find(({ id }) => id === "fixture");
    assert.deepEqual([state?.status, state?.restarts], ["ready", 1]);
    assert.match((await ask("/metrics")).text, /plugin_restarts_total\{plugin_id="fixture"\} 1$/m);
  });

  test("does not touch a query of another plugin", async (t) => {
    const { ask, log } = await startFixture(t);
    await ask("/api/datasources/uid/ds-1/health");
    const pid = log.findLast(({ fields }) => fields["pluginId"] === "fixture" && fields["pid"])?.fields[
      "pid"
    ];
    assert.ok(typeof pid === "number");
    process.kill(pid, "SIGKILL");

    assert.equal((await ask("/api/ds/query", weatherQuery())).status, 200);
  });
});

test("a query that takes longer than the limit is answered with 504, and cancelled in the plugin", {
  skip,
}, async (t) => {
  const { ask } = await startFixture(t, { limits: { timeoutMs: 2000 } });
  await until("the plugin runs", async () => (await ask("/api/datasources/uid/ds-1/health")).status === 200);

  const { status } = await ask("/api/ds/query", { ...range, queries: [query("A", "ds-1", { do: "sleep" })] });

  assert.equal(status, 504);
  await until(
    "the plugin's handler was cancelled",
    async () => (await ask("/api/datasources/uid/ds-1/resources/state")).json.cancelled === 1,
  );
});

test("a client that leaves cancels its query in the plugin", { skip }, async (t) => {
  const { url, ask } = await startFixture(t);
  const client = new AbortController();
  const body = JSON.stringify({ ...range, queries: [query("A", "ds-1", { do: "sleep" })] });
  const running = fetch(`${url}/api/ds/query`, { method: "POST", body, signal: client.signal });
  const state = async (): Promise<{ slept: number; cancelled: number }> =>
    (await ask("/api/datasources/uid/ds-1/resources/state")).json;
  await until("the query is in flight", async () => (await state()).slept === 1);

  client.abort();

  await assert.rejects(running, { name: "AbortError" });
  await until("the plugin's handler was cancelled", async () => (await state()).cancelled === 1);
});
