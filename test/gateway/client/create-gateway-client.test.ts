/** The client against a gateway over plugins that run. */
import assert from "node:assert/strict";
import * as http from "node:http";
import { suite, test } from "node:test";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { createGatewayClient, type GatewayQuery } from "grafana-plugin-protocol/gateway/client";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v1 } from "grafana-plugin-protocol/v1";
import {
  answerQueries,
  CheckHealthResponse_HealthStatus as Health,
  QueryError,
  v2,
} from "grafana-plugin-protocol/v2";
import { listening } from "../../helpers/listening.ts";
import { startInMemory } from "../in-memory-gateway.ts";
import { range, startGateway, weather, weatherFolder } from "../start-gateway.ts";
import { serveStreams } from "./serve-streams.ts";

const sql = (refId: string, rawSql: string): GatewayQuery => ({
  refId,
  datasource: { uid: "w1" },
  rawSql,
});

suite("queries", () => {
  test("have frames by refId, in the order in which they were asked", async (t) => {
    const { url } = await startGateway(t);
    const client = createGatewayClient({ url });

    const { status, traceId, results } = await client.query({
      from: new Date(Number(range.from)),
      to: Number(range.to) + 0.25,
      queries: [
        sql("B", "select location, max(temp_max) as hottest from weather group by 1"),
        sql("1", "select 7 as seven"),
      ],
    });

    assert.equal(status, 200);
    assert.match(traceId ?? "", /^[0-9a-f]{32}$/);
    assert.deepEqual([...results.keys()], ["B", "1"]);
    const { frames = [], error, ...rest } = results.get("B") ?? {};
    assert.deepEqual([rest, error], [{ refId: "B", status: 200 }, undefined]);
    assert.deepEqual(
      frames[0]?.fields.map(({ name, type, values }) => [name, type, values]),
      [
        ["location", "string", ["New York", "Seattle"]],
        ["hottest", "number", [37.8, 35.6]],
      ],
    );
    assert.deepEqual([frames[0]?.refId, frames[0]?.length], ["B", 2]);
  });

  test("that fail have their error beside the frames of the others, and the status is 400", async (t) => {
    const { url } = await startInMemory(t, {
      data: {
        queryData: (request) =>
          answerQueries(request, ({ refId }) => {
            if (refId === "B")
              throw new QueryError("no such table", { errorSource: "downstream", status: 404 });
            return createFrame({ fields: [createField("v", "float64", [Number.NaN, 2])] });
          }),
      },
    });
    const queries = ["A", "B"].map((refId) => ({ refId, datasource: "m1" }));

    const { status, results } = await createGatewayClient({ url }).query({ ...range, queries });

    assert.equal(status, 400);
    assert.deepEqual(results.get("A")?.frames[0]?.fields[0]?.values, [Number.NaN, 2]);
    assert.deepEqual(results.get("B"), {
      refId: "B",
      status: 404,
      frames: [],
      error: { message: "no such table", errorSource: "downstream" },
    });
  });

  test("that are refused as a whole reject with Grafana's id and the trace", async (t) => {
    const { url, log } = await startGateway(t);
    const client = createGatewayClient({ url: `${url}/` });

    const refused = await client.query({ from: "now-1h", to: "now", queries: [] }).catch((error) => error);

    assert.equal(refused.name, "GatewayError");
    assert.partialDeepStrictEqual(
      { ...refused },
      {
        code: "refused",
        status: 400,
        messageId: "query.noQueries",
        traceId: log.at(-1)?.fields["traceId"],
      },
    );
    assert.match(refused.message, /^the gateway answered with 400: /);
  });

  test("of a Plutono are refused with what to use instead", async (t) => {
    const { url } = await startGateway(t, { api: "plutono" });
    const client = createGatewayClient({ url });

    await assert.rejects(
      client.query({ ...range, queries: [{ ...sql("A", "select 1"), datasourceId: 1 }] }),
      {
        code: "unexpected_answer",
        message: /got Arrow, as Plutono sends it: ask by tsdbQuery/,
      },
    );
  });
});

test("the API of older Grafanas is asked as their panels asked it", async (t) => {
  const plugin = createInMemoryPlugin(v1, {
    datasource: {
      query: ({ timeRange, queries }) => ({
        results: queries.map(({ refId, modelJson }) =>
          refId === "B"
            ? { refId, error: "no such metric" }
            : {
                refId,
                metaJson: modelJson,
                series: [{ name: "s", points: [{ value: 1.5, timestamp: timeRange?.fromEpochMs ?? 0n }] }],
              },
        ),
      }),
    },
  });
  const { url } = await startGateway(t, {
    plugins: [{ id: "old", client: plugin }],
    dataSources: [{ name: "Old", type: "old", uid: "o1", id: 42 }],
  });
  // What a panel passes on: moments, and members that are not for the server.
  const from = { valueOf: () => 1_555_324_640_782 };
  const options = { range: { from, to: new Date(1_555_328_240_782) }, panelId: 2 };
  const client = createGatewayClient({ url });

  const { status, results } = await client.tsdbQuery({
    ...options,
    targets: [{ datasourceId: 42, refId: "A", target: "upper_25" }],
  });
  const failed = await client.tsdbQuery({ ...options, targets: [{ datasourceId: 42, refId: "B" }] });
  const unknown = client.tsdbQuery({ ...options, targets: [{ datasourceId: 7 }] });

  assert.equal(status, 200);
  assert.deepEqual(results["A"]?.series?.[0]?.points, [[1.5, 1_555_324_640_782]]);
  assert.partialDeepStrictEqual(results["A"]?.meta, { target: "upper_25" });
  assert.deepEqual([failed.status, failed.results["B"]?.error], [400, "no such metric"]);
  await assert.rejects(unknown, { code: "refused", status: 404, message: /Data source not found/ });
});

test("health is a result, whether the data source is well or not", async (t) => {
  const ill = createInMemoryPlugin(v2, {
    diagnostics: { checkHealth: () => ({ status: Health.ERROR, message: "no connection" }) },
  });
  const { url } = await startGateway(t, {
    plugins: [weatherFolder, { id: "ill", client: ill }],
    dataSources: [weather, { name: "Ill", type: "ill", uid: "m1" }],
  });
  const client = createGatewayClient({ url });

  assert.partialDeepStrictEqual(await client.health("w1"), {
    status: "OK",
    message: "2922 days of weather in 2 places",
    details: { places: 2 },
  });
  assert.equal((await client.health({ plugin: "example-weather-datasource" })).status, "OK");
  assert.deepEqual(await client.health("m1"), {
    status: "ERROR",
    message: "no connection",
    details: undefined,
  });
  await assert.rejects(client.health("none"), { code: "refused", status: 404 });
  await assert.rejects(client.health(""), { code: "invalid_option" });
});

test("data sources are listed without their secrets", async (t) => {
  const { url } = await startGateway(t);

  assert.deepEqual(await createGatewayClient({ url }).dataSources(), [
    {
      id: 1,
      uid: "w1",
      name: "Weather",
      type: "example-weather-datasource",
      url: "",
      isDefault: false,
      jsonData: { greeting: "hi" },
    },
  ]);
});

suite("a resource", () => {
  test("is what the plugin answers, whatever its status", async (t) => {
    const { url } = await startGateway(t);
    const client = createGatewayClient({ url });

    const columns = await client.resource("w1", "/columns?of=weather");
    const unknown = await client.resource("w1", "nothing", { method: "PUT", body: "{}" });

    assert.deepEqual((await columns.json()).columns[0], { name: "location", type: "text" });
    assert.equal(unknown.status, 404);
    assert.match((await unknown.json()).message, /nothing at PUT "nothing"/);
  });

  test("never lies outside of the data source, however its path is spelled", async (t) => {
    const { client, streams } = await serveStreams(t);

    for (const path of [
      "../health",
      "a/../../health",
      "%2e%2e/health",
      ".%2E/health",
      "..\\health",
      "a/../../x",
    ]) {
      await assert.rejects(client.resource("w1", path), { code: "invalid_option" }, path);
    }
    await assert.rejects(client.resource("..", "x"), { code: "invalid_option" });
    assert.equal(streams.length, 0);
  });

  test("is not asked for when its signal is aborted", async (t) => {
    const { client, streams } = await serveStreams(t);
    const reason = new Error("too late");

    await assert.rejects(client.resource("w1", "x", { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(streams.length, 0);
  });
});

suite("every request", () => {
  test("has the token and the headers of the client", async (t) => {
    const { url } = await startGateway(t, { tokens: ["first-token", "second-token"] });
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const queries = [sql("A", "select 1 as one")];

    const known = createGatewayClient({ url, token: "second-token", headers: { traceparent } });
    const unknown = createGatewayClient({ url, token: () => "guessed" });

    assert.equal((await known.query({ ...range, queries })).traceId, "4bf92f3577b34da6a3ce929d0e0e4736");
    assert.equal((await known.resource("w1", "columns", { headers: { accept: "*/*" } })).status, 200);
    await assert.rejects(unknown.query({ ...range, queries }), { code: "refused", status: 401 });
  });

  test("is sent below the path of the url, by the fetch that was given", async () => {
    const asked: (string | null)[] = [];
    const client = createGatewayClient({
      url: "http://proxy.example/grafana/",
      fetch: async (url, init) => {
        asked.push(url, new Headers(init.headers).get("accept"));
        return Response.json([]);
      },
    });

    await client.dataSources();
    await client.resource("w 1", "x");

    assert.deepEqual(asked, [
      "http://proxy.example/grafana/api/datasources",
      null,
      "http://proxy.example/grafana/api/datasources/uid/w%201/resources/x",
      null,
    ]);
  });

  test("is aborted by its signal, while it waits and while it is read", async (t) => {
    const { client, streams } = await serveStreams(
      t,
      () => {},
      ({ response }) => response.writeHead(200).write('{"results":'),
    );
    const reason = new Error("changed my mind");
    for (const index of [0, 1]) {
      const controller = new AbortController();
      const asked = client.query({ ...range, queries: [{}] }, { signal: controller.signal });
      const rejected = assert.rejects(asked, reason);
      while (streams.length <= index) await new Promise(setImmediate);

      controller.abort(reason);

      await rejected;
      await streams[index]?.closed;
    }
  });
});

suite("an error", () => {
  test("says that nothing answers, with the cause", async (t) => {
    const server = http.createServer();
    const url = await listening(t, server);
    server.close();
    const client = createGatewayClient({ url });

    await assert.rejects(client.dataSources(), (error: Error & { readonly code?: string }) => {
      assert.equal(error.code, "unreachable");
      assert.match(
        error.message,
        /^expected an answer of http:\/\/127\.0\.0\.1:\d+, got none \(fetch failed: .*ECONNREFUSED/,
      );
      assert.ok(error.cause instanceof Error);
      return true;
    });
  });

  test("quotes an answer that is not one of a gateway", async (t) => {
    const page =
      (status: number) =>
      ({ response }: { response: http.ServerResponse }) => {
        response.writeHead(status, { "content-type": "text/html" });
        response.end(`<h1>\n  ${"Bad Gateway ".repeat(50)}</h1>`);
      };
    const { client } = await serveStreams(t, page(502), page(200));

    await assert.rejects(client.health("w1"), {
      code: "refused",
      status: 502,
      message: /^the gateway answered with 502: <h1> Bad Gateway .{150,200}…$/,
    });
    await assert.rejects(client.health("w1"), {
      code: "unexpected_answer",
      message: /^expected JSON, got <h1> Bad Gateway/,
    });
  });

  test("is that of an answer that breaks off", async (t) => {
    const { client } = await serveStreams(t, ({ response }) => {
      response.writeHead(200, { "content-length": 100 });
      response.write('{"results":', () => response.destroy());
    });

    await assert.rejects(client.query({ ...range, queries: [{}] }), { code: "broken_off" });
  });

  test("is one of the url that cannot be used", () => {
    for (const url of ["", "/grafana", "ftp://host", "http://user:pass@host", "http://"]) {
      assert.throws(() => createGatewayClient({ url }), { code: "invalid_option" }, url);
    }
  });
});
