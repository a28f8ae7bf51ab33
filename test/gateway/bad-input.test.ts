/** Requests that cannot be answered: what a client is told, in the way of the API that it called. */
import assert from "node:assert/strict";
import { request } from "node:http";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { startInMemory } from "./in-memory-gateway.ts";
import { range, startGateway, weatherQuery } from "./start-gateway.ts";

/** Sends a request whose path no URL parser has changed. */
function askRaw(port: number, path: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    request({ port, path }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on("error", reject)
      .end();
  });
}

const one = (query: object, rest: object = range): object => ({ ...rest, queries: [query] });
const good = { refId: "A", datasource: { uid: "w1" }, rawSql: "select 1" };

test("a query request that is wrong is answered as Grafana answers it", async (t) => {
  const { ask } = await startGateway(t, { limits: { maxQueries: 3 } });
  const cases: readonly (readonly [string, unknown, number, RegExp, string?])[] = [
    ["no JSON", "not json", 400, /^bad request data$/],
    ["an empty body", "", 400, /^bad request data$/],
    ["a list", [], 400, /expected an object with queries/],
    ["null", "null", 400, /expected an object with queries/],
    ["queries that are no list", { ...range, queries: {} }, 400, /expected a list as queries/],
    ["a query that is null", { ...range, queries: [null] }, 400, /expected an object as queries\[0\]/],
    [
      "nesting without end, and no data source",
      `{"from":"1","to":"2","queries":[{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}]}`,
      400,
      /valid data source/,
      "query.invalidDatasourceId",
    ],
    ["no queries", { ...range, queries: [] }, 400, /^No queries found$/, "query.noQueries"],
    ["queries that are null", { ...range, queries: null }, 400, /^No queries found$/, "query.noQueries"],
    [
      "more queries than allowed",
      { ...range, queries: [good, good, good, good] },
      400,
      /expected at most 3 queries/,
    ],
    ["one refId twice", { ...range, queries: [good, good] }, 400, /same RefId/, "query.duplicateRefId"],
    ["no data source", one({ refId: "A" }), 400, /valid data source/, "query.invalidDatasourceId"],
    [
      "a data source of another kind of value",
      one({ datasource: 5 }),
      400,
      /valid data source/,
      "query.invalidDatasourceId",
    ],
    ["an unknown uid", one({ datasource: { uid: "nope" } }), 404, /^Data source not found$/],
    ["an unknown number", one({ datasourceId: 99 }), 404, /^Data source not found$/],
    ["an expression", one({ datasource: { uid: "__expr__" } }), 501, /server-side expression/],
    ["an expression of old clients", one({ datasourceId: -100 }), 501, /server-side expression/],
    ["no range", one(good, {}), 400, /expected from and to/, "query.invalidTimeRange"],
    [
      "a range that is not one",
      one(good, { from: "yesterday", to: "now" }),
      400,
      /got "yesterday" and "now"/,
      "query.invalidTimeRange",
    ],
  ];

  for (const [name, body, status, message, messageId] of cases) {
    await t.test(name, async () => {
      const answer = await ask("/api/ds/query", body, { method: "POST" });

      assert.equal(answer.status, status, answer.text);
      assert.match(answer.json.message, message);
      assert.equal(answer.json.messageId, messageId);
    });
  }
});

test("an error below /apis is a Status of Kubernetes", async (t) => {
  const { ask } = await startGateway(t);
  const weather =
    "/apis/example-weather-datasource.datasource.grafana.app/v0alpha1/namespaces/default/datasources";
  const cases: readonly (readonly [string, unknown, number, RegExp])[] = [
    ["/apis/query.grafana.app/v0alpha1/namespaces/stacks-1/query", weatherQuery(), 404, /namespace/],
    ["/apis/query.grafana.app/latest/namespaces/default/query", weatherQuery(), 404, /version/],
    [
      "/apis/other.grafana.app/v0alpha1/namespaces/default/query",
      weatherQuery(),
      404,
      /"other\.grafana\.app" is not served/,
    ],
    [
      "/apis/example-weather-datasource.grafana.app/v0alpha1/namespaces/default/datasources/w1/query",
      weatherQuery(),
      404,
      /not served/,
    ],
    [
      "/apis/other.datasource.grafana.app/v0alpha1/namespaces/default/datasources/w1/query",
      weatherQuery(),
      404,
      /not found/,
    ],
    [`${weather}/w1/query`, weatherQuery({ datasource: { uid: "other" } }), 400, /to match/],
    [`${weather}/w1/query`, weatherQuery({ datasource: null, datasourceId: 9 }), 400, /to match/],
    [`${weather}/w1/query`, { ...range, queries: [] }, 400, /No queries/],
    [`${weather}/nope/health`, undefined, 404, /not found/],
    [`${weather}/a.b/health`, undefined, 400, /UID is invalid/],
    ["/apis/nothing", undefined, 404, /Not found/],
  ];

  for (const [path, body, status, message] of cases) {
    await t.test(path, async () => {
      const answer = await ask(path, body);

      assert.equal(answer.status, status, answer.text);
      assert.deepEqual(
        [answer.json.kind, answer.json.apiVersion, answer.json.status, answer.json.code],
        ["Status", "v1", "Failure", status],
      );
      assert.match(answer.json.message, message);
    });
  }
});

test("a request for what is not there is answered with what to do", async (t) => {
  const { ask, port } = await startGateway(t);
  const cases: readonly (readonly [string, string, number, RegExp])[] = [
    ["GET", "/dashboards", 404, /^Not found$/],
    ["GET", "/api/ds/query", 405, /expected POST, got GET/],
    ["DELETE", "/api/datasources", 405, /expected GET, POST, got DELETE/],
    ["POST", "/api/datasources", 501, /does not store data sources/],
    ["PUT", "/api/datasources/1", 501, /does not store data sources/],
    ["DELETE", "/api/datasources/uid/w1", 501, /does not store data sources/],
    ["GET", "/api/datasources/proxy/1/render", 501, /no data source proxy/],
    ["GET", "/api/datasources/proxy/uid/w1/query", 501, /no data source proxy/],
    ["GET", "/api/dashboards/uid/x", 501, /no dashboards/],
    ["GET", "/api/search/?query=x", 501, /no dashboards/],
    ["GET", "/api/folders", 501, /no dashboards/],
    ["GET", "/api/org", 501, /neither users nor organisations/],
    ["GET", "/api/user/orgs", 501, /neither users nor organisations/],
    ["GET", "/api/v1/provisioning/alert-rules", 501, /no alerting/],
    ["GET", "/api/admin/settings", 501, /no administration/],
    ["POST", "/api/admin/provisioning/datasources/reload", 501, /no provisioning/],
    ["GET", "/api/datasources/uid/nope", 404, /^Data source not found$/],
    ["GET", "/api/datasources/uid/nope/health", 404, /^Data source not found$/],
    ["GET", "/api/datasources/uid/a.b/health", 400, /^UID is invalid$/],
    ["GET", "/api/datasources/name/nope", 404, /^Data source not found$/],
    ["GET", "/api/datasources/99", 404, /^Data source not found$/],
    ["GET", "/api/datasources/1x", 400, /^id is invalid$/],
    ["GET", "/api/plugins/nope/health", 404, /^Plugin not found$/],
    ["GET", "/api/plugins/nope/settings", 404, /^Plugin not found/],
    ["GET", "/api/datasources/name/%ff", 400, /percent encoding/],
    ["GET", "/api/datasources/uid/w1/resources/%ff", 400, /percent encoding/],
  ];
  for (const [method, path, status, message] of cases) {
    await t.test(`${method} ${path}`, async () => {
      const answer = await ask(path, undefined, { method });

      assert.equal(answer.status, status, answer.text);
      assert.match(answer.json.message, message);
    });
  }

  for (const path of ["../x", "a/../b", "a/%2e%2e/b", "%2E%2E%2Fb", "a%5c..%5cb", "./x", "a%00b", "x/.."]) {
    await t.test(`the resource ${path}`, async () => {
      const { status, text } = await askRaw(port, `/api/datasources/uid/w1/resources/${path}`);

      assert.equal(status, 400, text);
      assert.match(text, /expected a path without/);
    });
  }
});

test("odd values in a query that can be sent reach the plugin", async (t) => {
  const seen: string[] = [];
  const { ask } = await startInMemory(t, {
    data: {
      queryData: ({ queries }) => {
        seen.push(...queries.map(({ intervalMS, maxDataPoints }) => `${intervalMS} ${maxDataPoints}`));
        return { responses: {} };
      },
    },
  });
  const query = (members: string): string =>
    `{"from":"1","to":"2","queries":[{"datasource":{"uid":"m1"},${members}}]}`;
  for (const [members, expected] of [
    ['"intervalMs":1e+21,"maxDataPoints":1e+21', "1000 100"],
    ['"intervalMs":9223372036854775808,"maxDataPoints":-5', "1000 -5"],
    ['"intervalMs":-0.5,"maxDataPoints":1.5', "0 100"],
    ['"intervalMs":null,"maxDataPoints":{}', "1000 100"],
    ['"refId":"\\ud800","queryType":"\\udc00"', "1000 100"],
    ['"refId":"__proto__"', "1000 100"],
    ['"refId":""', "1000 100"],
  ] as const) {
    const { status, text } = await ask("/api/ds/query", query(members));

    assert.equal(status, 200, `${members}: ${text}`);
    assert.equal(seen.at(-1), expected, members);
  }
});

suite("the body of a request", () => {
  test("is refused beyond the limit, where its length is told and where it is not", async (t) => {
    const { ask } = await startGateway(t, { limits: { maxBodyBytes: 1000 } });
    const parts = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(600));
      },
    });

    const told = await ask("/api/ds/query", " ".repeat(1001));
    const untold = await ask("/api/datasources/uid/w1/resources/columns", undefined, {
      method: "POST",
      body: parts,
      duplex: "half",
    } as RequestInit);

    assert.deepEqual([told.status, untold.status], [413, 413]);
    assert.match(untold.json.message, /at most 1000 bytes/);
    assert.equal((await ask("/api/health")).status, 200);
  });

  test("is refused when it is compressed, so that a small one cannot become a large one", async (t) => {
    const { ask } = await startGateway(t);
    const { status, json } = await ask("/api/ds/query", undefined, {
      method: "POST",
      body: gzipSync(JSON.stringify(weatherQuery())),
      headers: { "Content-Encoding": "gzip" },
    });

    assert.equal(status, 415);
    assert.match(json.message, /uncompressed/);
  });
});
