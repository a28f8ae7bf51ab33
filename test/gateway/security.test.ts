/** Who may call, and what neither a client nor a plugin can do to the others. docs/gateway.md names these tests. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { request as tlsRequest } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { Code, ConnectError } from "@connectrpc/connect";
import type { PluginImpl } from "grafana-plugin-protocol";
import { createField, createFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { serveGateway } from "grafana-plugin-protocol/gateway";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";
import { privateTmp } from "../helpers/private-tmp.ts";
import { processesWith } from "../helpers/processes.ts";
import { testCertificate } from "../helpers/test-certificate.ts";
import { until } from "../helpers/until.ts";
import { secret, startCareless, startInMemory } from "./in-memory-gateway.ts";
import {
  type Asked,
  range,
  type StartedGateway,
  startGateway,
  weather,
  weatherFolder,
} from "./start-gateway.ts";

const query = { ...range, queries: [{ refId: "A", datasource: { uid: "m1" } }] };
const encoder = new TextEncoder();

/** Requests with headers that fetch does not let a program set. */
function askWith(port: number, headers: Record<string, string>, path = "/api/datasources"): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ port, path, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    })
      .on("error", reject)
      .end();
  });
}

/** Sends bytes and gives all that comes back until the connection ends. */
function exchange(port: number, sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(sent));
    socket.setEncoding("latin1").on("data", (part: string) => {
      text += part;
    });
    socket.on("error", reject).on("close", () => resolve(text));
  });
}

suite("a token", () => {
  test("is asked for by every path but the gateway's health, and a wrong one is as good as none", async (t) => {
    const { ask } = await startInMemory(t, {}, { tokens: ["first token", "second"] });
    const status = async (path: string, authorization?: string): Promise<number> =>
      (
        await ask(path, undefined, {
          headers: authorization === undefined ? {} : { Authorization: authorization },
        })
      ).status;

    for (const path of [
      "/api/datasources",
      "/api/nothing",
      "/metrics",
      "/api/ds/query",
      "/api/datasources/name/%ff",
    ]) {
      assert.equal(await status(path), 401, path);
    }
    assert.equal(await status("/api/health"), 200);
    for (const wrong of [
      "Bearer third",
      "Bearer",
      "Bearer first",
      "Basic !",
      `Basic ${btoa("second")}`,
      "second",
      "Bearer secondx",
    ]) {
      assert.equal(await status("/api/datasources", wrong), 401, wrong);
    }
    assert.equal(await status("/api/datasources", "Bearer second"), 200);
    assert.equal(await status("/api/datasources", `Basic ${btoa("api_key:first token")}`), 200);
    assert.equal(await status("/api/nothing", "Bearer second"), 404);
  });

  test("is not replaced by a name that the client gives itself: plugins get no header of that kind", async (t) => {
    const seen: string[] = [];
    const { ask } = await startInMemory(t, {
      resource: {
        async *callResource({ headers }) {
          seen.push(...Object.keys(headers).filter((name) => name.startsWith("X-Grafana-")));
          yield { code: 200 };
        },
      },
    });

    await ask("/api/datasources/uid/m1/resources/a", undefined, {
      headers: {
        "X-Grafana-User": "admin",
        "x-grafana-id": "token",
        "X-Grafana-Context": "{}",
        "X-Grafana-Device-Id": "1",
        "X-Grafana-Org-Id": "1",
      },
    });

    assert.deepEqual(seen, ["X-Grafana-Org-Id"]);
  });

  test("does not reach a plugin, and no log has it", async (t) => {
    const seen: string[] = [];
    const { ask, log } = await startInMemory(
      t,
      {
        resource: {
          async *callResource({ headers }) {
            seen.push(...Object.keys(headers));
            yield { code: 200 };
          },
        },
      },
      { tokens: ["the-only-token"] },
    );
    const headers = {
      Authorization: "Bearer the-only-token",
      "X-Own": "1",
      Cookie: "session=1",
      Referer: "http://x/",
    };

    await ask("/api/datasources/uid/m1/resources/a?q=the-only-token", undefined, { headers });

    assert.ok(seen.includes("X-Own"), seen.join());
    assert.ok(seen.includes("X-Forwarded-For") && seen.includes("X-Grafana-Referer"), seen.join());
    assert.deepEqual(
      seen.filter((name) => /authorization|cookie|host|^referer|origin|connection/i.test(name)),
      [],
    );
    assert.ok(!JSON.stringify(log).includes("the-only-token"));
  });

  test("is needed to listen beyond this machine", async () => {
    await assert.rejects(serveGateway({ plugins: [], host: "0.0.0.0", port: 0 }), {
      code: "invalid_option",
      message: /tokens must be a list with a token to listen on 0\.0\.0\.0 \(or set isOpen\)/,
    });
  });
});

suite("a page in a browser", () => {
  test("cannot reach the gateway by another name that leads to this machine", async (t) => {
    const { port } = await startInMemory(t, {}, { allowedHosts: ["gateway.example"] });

    for (const [host, expected] of [
      [`127.0.0.1:${port}`, 200],
      [`localhost:${port}`, 200],
      [`LOCALHOST:${port}`, 200],
      [`[::1]:${port}`, 200],
      ["gateway.example", 200],
      ["evil.example", 403],
      [`evil.example:${port}`, 403],
      ["127.0.0.1.evil.example", 403],
      ["localhost@evil.example", 403],
    ] as const) {
      assert.equal(await askWith(port, { Host: host }), expected, host);
    }
  });

  test("of another origin is refused, and one that is allowed may read the answer", async (t) => {
    const { ask, url, port } = await startInMemory(t, {}, { allowedOrigins: ["https://app.example"] });
    const headersOf = async (origin: string): Promise<readonly [number, string | null]> => {
      const { status, headers } = await ask("/api/datasources", undefined, { headers: { Origin: origin } });
      return [status, headers.get("access-control-allow-origin")];
    };

    assert.deepEqual(await headersOf("https://app.example"), [200, "https://app.example"]);
    assert.deepEqual(await headersOf(url), [200, null]);
    assert.deepEqual((await headersOf("https://evil.example"))[0], 403);
    assert.deepEqual((await headersOf("https://app.example.evil.example"))[0], 403);
    assert.deepEqual((await headersOf("null"))[0], 403);
    assert.equal(await askWith(port, { Origin: `http://127.0.0.1:${port + 1}` }), 403);
  });

  test("of the gateway's own origin may have the port of its scheme in Host, as some proxies write it", async (t) => {
    const { port } = await startInMemory(t, {}, { allowedHosts: ["plugins.example"] });

    for (const [host, origin, expected] of [
      ["plugins.example:443", "https://plugins.example", 200],
      ["plugins.example:80", "http://plugins.example", 200],
      ["plugins.example", "https://plugins.example", 200],
      ["plugins.example:80", "https://plugins.example", 403],
      ["plugins.example:4430", "https://plugins.example", 403],
      ["plugins.example", "https://plugins.example:443", 403],
    ] as const) {
      assert.equal(await askWith(port, { Host: host, Origin: origin }), expected, `${host} ${origin}`);
    }
  });

  test("asks first, without a token, and learns what it may send", async (t) => {
    const { ask } = await startInMemory(
      t,
      {},
      { allowedOrigins: ["https://app.example"], tokens: ["a token"] },
    );
    const preflight = (origin: string) =>
      ask("/api/ds/query", undefined, {
        method: "OPTIONS",
        headers: {
          Origin: origin,
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "authorization",
        },
      });

    const allowed = await preflight("https://app.example");
    assert.equal(allowed.status, 204);
    assert.equal(allowed.headers.get("access-control-allow-headers"), "authorization");
    assert.equal(allowed.headers.get("access-control-allow-origin"), "https://app.example");
    assert.equal((await preflight("https://evil.example")).status, 403);
  });
});

test("a secret of an app is in no answer and no log", async (t) => {
  const key = "key-of-the-app";
  const text = `refused the key ${key}`;
  const complain = (): never => {
    throw new Error(text);
  };
  const client = createInMemoryPlugin(
    v2,
    {
      data: {
        queryData: () => ({ responses: { A: { status: 400, error: text } } }),
        async *queryChunkedData() {
          yield { refId: "A", status: 400, error: text };
        },
      },
      diagnostics: { checkHealth: () => ({ status: 2, message: text }) },
      resource: { callResource: complain },
      stream: { subscribeStream: complain },
    },
    { onLog: () => {} },
  );
  const { ask, log } = await startInMemory(
    t,
    {},
    {
      plugins: [{ id: "memory", type: "app", client }],
      apps: { memory: { secureJsonData: { key } } },
    },
  );

  const answers = await Promise.all([
    ask("/api/plugins/memory/health"),
    ask("/api/plugins/memory/resources/x"),
    ask("/api/ds/query", query),
    ask("/apis/memory.datasource.grafana.app/v0alpha1/namespaces/default/datasources/m1/query", query, {
      headers: { Accept: "text/jsonl" },
    }),
    ask("/api/live/sse/plugin/memory/x"),
  ]);

  assert.deepEqual(
    answers.filter((answer) => answer.text.includes(key)).map((answer) => answer.text),
    [],
  );
  assert.match(answers[0].text, /refused the key \[secret\]/);
  assert.match(JSON.stringify(log), /refused the key \[secret\]/);
  assert.doesNotMatch(JSON.stringify(log), new RegExp(key));
});

test("a secret of an app that was replaced during the call is in no answer and no log", async (t) => {
  const { path: folder } = await privateTmp(t);
  const path = join(folder, "apps.yaml");
  const write = (key: string): void =>
    writeFileSync(path, `apps: [{ type: memory, secureJsonData: { key: ${key} } }]\n`);
  write(secret);
  const { replace, impl } = replacing(secret);
  const client = createInMemoryPlugin(v2, impl, { onLog: () => {} });
  const started = await startInMemory(
    t,
    {},
    { plugins: [{ id: "memory", type: "app", client }], provisioning: path },
  );
  const { gateway, ask } = started;
  replace.now = () => {
    write("the-next-one");
    gateway.reloadProvisioning();
  };
  replace.undo = () => {
    write(secret);
    gateway.reloadProvisioning();
  };
  gateway.setDataSources([{ name: "Memory", type: "memory", uid: "m1" }]);

  await assertHidden(started, replace, [
    () => ask("/api/plugins/memory/health"),
    () => ask("/api/plugins/memory/resources/x"),
    () => ask("/api/plugins/memory/metrics"),
    () => ask("/api/ds/query", query),
    () => ask("/api/live/sse/plugin/memory/x"),
  ]);
});

/** What a plugin calls while it answers, and what the test calls before the next request. */
interface Replace {
  now: () => void;
  undo: () => void;
}

/** A plugin whose settings are replaced by others while it answers, before it fails with the secret that it was sent. */
function replacing(text: string): { readonly replace: Replace; readonly impl: PluginImpl<typeof v2> } {
  const replace: Replace = { now: () => {}, undo: () => {} };
  const complain = (): never => {
    replace.now();
    throw new ConnectError(`cannot log in with ${text}`, Code.Unknown);
  };
  const impl: PluginImpl<typeof v2> = {
    data: { queryData: complain, queryChunkedData: complain },
    diagnostics: {
      checkHealth: () => {
        replace.now();
        return { status: 2, message: `cannot log in with ${text}` };
      },
      collectMetrics: complain,
    },
    resource: { callResource: complain },
    stream: { subscribeStream: complain },
  };
  return { replace, impl };
}

const jsonl = { headers: { Accept: "text/jsonl" } };

/** Sends one request after the other; the secret was hidden in one text for each of them. */
async function assertHidden(
  { log }: StartedGateway,
  replace: Replace,
  requests: readonly (() => Promise<Asked>)[],
): Promise<void> {
  for (const request of requests) {
    const from = log.length;
    const { text } = await request();
    replace.undo();
    const shown = JSON.stringify([text, log.slice(from)]);
    assert.match(shown, /cannot log in with \[secret\]/);
    assert.ok(!shown.includes(secret), shown);
  }
}

suite("a secret of a data source", () => {
  test("is in no answer, no log and no printed object", async (t) => {
    const complain = (): never => {
      throw new Error(`cannot log in with ${secret}`);
    };
    const { ask, log, gateway } = await startInMemory(t, {
      data: {
        queryData: ({ queries }) => {
          if (queries.length > 1) return complain();
          return { responses: { A: { status: 400, error: `no such table at ${secret}` } } };
        },
        async *queryChunkedData() {
          yield { refId: "A", status: 400, error: `no such table at ${secret}` };
        },
      },
      diagnostics: { checkHealth: () => ({ status: 2, message: `wrong password ${secret}` }) },
      resource: { callResource: complain },
    });

    const answers = await Promise.all([
      ask("/api/datasources"),
      ask("/api/datasources/1"),
      ask("/api/datasources/uid/m1"),
      ask("/api/datasources/name/Memory"),
      ask("/api/frontend/settings"),
      ask("/api/plugins"),
      ask("/api/plugins/memory/settings"),
      ask("/api/ds/query", query),
      ask("/api/ds/query", {
        ...query,
        queries: [...query.queries, { refId: "B", datasource: { uid: "m1" } }],
      }),
      ask("/apis/memory.datasource.grafana.app/v0alpha1/namespaces/default/datasources/m1/query", query, {
        headers: { Accept: "text/jsonl" },
      }),
      ask("/api/datasources/uid/m1/health"),
      ask("/api/datasources/uid/m1/resources/x"),
      ask("/metrics"),
    ]);

    assert.deepEqual(
      answers.filter(({ text }) => text.includes(secret)).map(({ text }) => text),
      [],
    );
    assert.deepEqual(answers[2]?.json.secureJsonFields, { password: true });
    assert.ok(!inspect(gateway, { depth: 9 }).includes(secret));
    assert.ok(!JSON.stringify(gateway).includes(secret));
    assert.ok(log.some(({ fields }) => /cannot log in with \[secret\]/.test(String(fields["error"]))));
    assert.ok(!JSON.stringify(log).includes(secret));
  });

  test("is in no answer and no log when it was replaced during the call", async (t) => {
    const { replace, impl } = replacing(secret);
    const started = await startInMemory(t, impl);
    const { gateway, ask } = started;
    const before = { name: "Memory", type: "memory", uid: "m1", secureJsonData: { password: secret } };
    replace.now = () => gateway.setDataSources([{ ...before, secureJsonData: { password: "the next one" } }]);
    replace.undo = () => gateway.setDataSources([before]);

    await assertHidden(started, replace, [
      () => ask("/api/ds/query", query),
      () => ask("/api/tsdb/query", query),
      () =>
        ask(
          "/apis/memory.datasource.grafana.app/v0alpha1/namespaces/default/datasources/m1/query",
          query,
          jsonl,
        ),
      () => ask("/api/datasources/uid/m1/health"),
      () => ask("/api/datasources/uid/m1/resources/x"),
      () => ask("/api/live/sse/ds/m1/x"),
    ]);
  });

  test("is not in the error of a configuration that cannot be used", async () => {
    const dataSources = [{ name: "A", type: "x", secureJsonData: { a: `${secret}\0` } }];

    await assert.rejects(serveGateway({ plugins: [], port: 0, dataSources }), (error: Error) => {
      assert.match(error.message, /dataSources\[0\]\.secureJsonData\.a must be/);
      assert.ok(!inspect(error).includes(secret));
      return true;
    });
  });
});

suite("a plugin that answers garbage", () => {
  test("with whichever status and a body has an answer of a gateway without a server, too", async (t) => {
    const { gateway } = await startCareless(t, async function* ({ path }) {
      yield { code: Number(path), body: encoder.encode("hello") };
    });
    const statuses: number[] = [];
    const withoutBody: number[] = [];

    for (let code = 99; code <= 600; code++) {
      const response = await gateway.fetch(
        new Request(`http://localhost/api/datasources/uid/m1/resources/${code}`),
      );
      const text = await response.text();
      statuses.push(response.status);
      if (text !== "hello" && response.status !== 500) withoutBody.push(response.status);
    }

    assert.deepEqual(
      statuses,
      Array.from({ length: 502 }, (_, index) => (index + 99 < 200 || index + 99 > 599 ? 500 : index + 99)),
    );
    assert.deepEqual(withoutBody, [204, 205, 304]);
  });

  for (const code of [0, 42, 100, 101, 600, -1]) {
    test(`a resource with the status ${code} is an error`, async (t) => {
      const { ask } = await startCareless(t, async function* () {
        yield { code };
      });

      assert.equal((await ask("/api/datasources/uid/m1/resources/x")).status, 500);
    });
  }

  test("a resource with a status that is none is not read any further", async (t) => {
    const isEnded = Promise.withResolvers<void>();
    const { ask } = await startCareless(t, async function* (_, { signal }) {
      signal.addEventListener("abort", () => isEnded.resolve());
      yield { code: 42 };
    });

    assert.equal((await ask("/api/datasources/uid/m1/resources/x")).status, 500);
    await isEnded.promise;
  });

  test("headers by the name that every object has are like others", async (t) => {
    const { port } = await startCareless(t, async function* ({ headers }) {
      const names = encoder.encode(Object.keys(headers).join());
      yield { code: 200, body: names, headers: Object.fromEntries([["__proto__", { values: ["a"] }]]) };
    });
    const text = await exchange(
      port,
      `GET /api/datasources/uid/m1/resources/x HTTP/1.1\r\nHost: localhost:${port}\r\n__proto__: b\r\nConnection: close\r\n\r\n`,
    );

    const [head = "", body = ""] = text.split("\r\n\r\n");
    assert.match(head, /^HTTP\/1\.1 200 .*^__proto__: a$/ms);
    assert.match(body, /__proto__/);
  });

  test("a resource without any message is an error", async (t) => {
    const { ask } = await startCareless(t, async function* () {});
    const { status, json } = await ask("/api/datasources/uid/m1/resources/x");

    assert.deepEqual([status, json.messageId], [500, "plugin.emptyResponse"]);
  });

  test("headers that would end the answer, set cookies or belong to the connection are left out", async (t) => {
    const { port } = await startCareless(t, async function* () {
      yield {
        code: 200,
        body: encoder.encode("body"),
        headers: {
          "x-fine": { values: ["a", "b"] },
          "X-Split": { values: ["a\r\nX-Injected: 1"] },
          "X-Name\r\nX-Injected": { values: ["1"] },
          // Its low byte is a line feed.
          "X-Wide": { values: ["a\u010awide: 1"] },
          "Set-Cookie": { values: ["a=1"] },
          "set-cookie": { values: ["b=1"] },
          "Transfer-Encoding": { values: ["identity"] },
          "Content-Length": { values: ["1"] },
          Connection: { values: ["upgrade"] },
          "Content-Security-Policy": { values: ["default-src *"] },
          "Access-Control-Allow-Origin": { values: ["*"] },
        },
      };
    });
    const text = await exchange(
      port,
      `GET /api/datasources/uid/m1/resources/x HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`,
    );

    const [head = ""] = text.split("\r\n\r\n");
    assert.match(head, /^HTTP\/1\.1 200 /);
    assert.match(head, /^X-Fine: a\r\nX-Fine: b$/m);
    assert.match(head, /^Content-Security-Policy: sandbox$/m);
    assert.doesNotMatch(
      head,
      /injected|x-split|^wide|set-cookie|content-length: 1$|upgrade|default-src|allow-origin/im,
    );
    assert.match(head, /^Content-Length: 4$/m);
    assert.match(text, /body/);
  });

  test("frames that cannot be read are the error of the query", async (t) => {
    const { ask } = await startInMemory(t, {
      data: { queryData: () => ({ responses: { A: { status: 200, frames: [encoder.encode("garbage")] } } }) },
    });
    const { status, json } = await ask("/api/ds/query", query);

    assert.equal(status, 500);
    assert.equal(json.messageId, "plugin.requestFailureError");
  });

  test("results for a query of another data source do not take its place", async (t) => {
    const frame = (name: string) =>
      encodeFrame(createFrame({ name, fields: [createField("v", "string", [name])] }));
    const [evil, good] = await Promise.all([frame("evil"), frame("good")]);
    const { createInMemoryPlugin } = await import("grafana-plugin-protocol/testing");
    const { v2 } = await import("grafana-plugin-protocol/v2");
    const plugin = (frames: readonly Uint8Array[]) =>
      createInMemoryPlugin(v2, {
        data: {
          queryData: () => ({
            responses: { A: { status: 200, frames: [...frames] }, B: { status: 200, frames: [...frames] } },
          }),
        },
      });
    const { ask } = await startGateway(t, {
      plugins: [
        { id: "good", client: plugin([good]) },
        { id: "evil", client: plugin([evil]) },
      ],
      dataSources: [
        { name: "G", uid: "g", type: "good" },
        { name: "E", uid: "e", type: "evil" },
      ],
    });
    const { json } = await ask("/api/ds/query", {
      ...range,
      queries: [
        { refId: "A", datasource: { uid: "g" } },
        { refId: "B", datasource: { uid: "e" } },
      ],
    });

    assert.equal(json.results.A.frames[0].schema.name, "good");
    assert.equal(json.results.B.frames[0].schema.name, "evil");
  });

  test("details of health that are no object are left out", async (t) => {
    const { ask } = await startInMemory(t, {
      diagnostics: { checkHealth: () => ({ status: 1, message: "ok", jsonDetails: encoder.encode("[1") }) },
    });

    assert.equal((await ask("/api/datasources/uid/m1/health")).text, '{"message":"ok","status":"OK"}');
  });
});

suite("a client that reads nothing", () => {
  test("stops the plugin's answer, and its connection is ended", async (t) => {
    let sent = 0;
    let isEnded = false;
    const { port } = await startInMemory(
      t,
      {
        resource: {
          async *callResource() {
            try {
              for (;;) {
                sent++;
                yield { code: 200, body: new Uint8Array(64 << 10) };
              }
            } finally {
              isEnded = true;
            }
          },
        },
      },
      { connections: { stallMs: 300 } },
    );
    const socket = connect(port, "127.0.0.1");
    socket.pause();
    socket.write(`GET /api/datasources/uid/m1/resources/x HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);

    await until("the plugin's handler has ended", () => isEnded);
    socket.destroy();

    // The sockets of both sides hold some megabytes, not what an endless answer would be.
    assert.ok(sent < 1000, `${sent} parts of 64 KiB`);
  });

  test("with headers that never end is let go", async (t) => {
    const { port } = await startInMemory(t, {}, { connections: { headersTimeoutMs: 200 } });

    assert.match(await exchange(port, "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: "), /^(HTTP\/1\.1 408 |$)/);
  });
});

suite("a request that two servers could read differently is refused", () => {
  for (const [name, lines] of [
    ["both lengths", ["Content-Length: 5", "Transfer-Encoding: chunked"]],
    ["two lengths", ["Content-Length: 5", "Content-Length: 6"]],
    ["a folded header", ["X-A: 1", " folded"]],
    ["a space before the colon", ["Content-Length : 5"]],
    ["an unknown transfer encoding", ["Transfer-Encoding: chunked, identity"]],
    ["headers without end", [`X-A: ${"a".repeat(20_000)}`]],
  ] as const) {
    test(name, async (t) => {
      const { port } = await startInMemory(t, {});
      const text = await exchange(
        port,
        `POST /api/ds/query HTTP/1.1\r\nHost: localhost:${port}\r\n${lines.join("\r\n")}\r\n\r\n0\r\n\r\nGET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );

      assert.match(text, /^HTTP\/1\.1 4(00|31) /);
      assert.equal(text.match(/HTTP\/1\.1 /g)?.length, 1, text);
    });
  }

  test("a request without a host", async (t) => {
    const { port } = await startInMemory(t, {});

    assert.match(
      await exchange(port, "GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n"),
      /^HTTP\/1\.1 400 /,
    );
  });
});

test("one request more than allowed in flight is answered with 503 at once", async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const { ask } = await startInMemory(
    t,
    {
      data: {
        queryData: async () => {
          begun++;
          await promise;
          return { responses: {} };
        },
      },
    },
    { limits: { maxConcurrentRequests: 2 } },
  );
  const running = [ask("/api/ds/query", query), ask("/api/ds/query", query)];
  await until("two requests are in flight", () => begun === 2);

  const refused = await ask("/api/datasources");
  resolve();

  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.deepEqual(
    (await Promise.all(running)).map(({ status }) => status),
    [200, 200],
  );
  assert.equal((await ask("/api/datasources")).status, 200);
});

suite("closing", () => {
  test("waits for a request in flight, refuses new connections, and then ends the plugins", async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let begun = 0;
    const server = await startInMemory(t, {
      data: {
        queryData: async () => {
          begun++;
          await promise;
          return { responses: { A: { status: 200 } } };
        },
      },
    });
    const running = server.ask("/api/ds/query", query);
    await until("the request is in flight", () => begun === 1);

    const closed = server.close({ graceMs: 60_000 });
    await assert.rejects(fetch(`${server.url}/api/health`));
    resolve();

    assert.equal((await running).status, 200);
    await closed;
  });

  test("cancels what is in flight when the grace is over", async (t) => {
    let isCancelled = false;
    let begun = 0;
    const server = await startInMemory(t, {
      data: {
        queryData: (_request, { signal }) =>
          new Promise((_resolve, reject) => {
            begun++;
            signal.addEventListener("abort", () => {
              isCancelled = true;
              reject(signal.reason);
            });
          }),
      },
    });
    const running = server.ask("/api/ds/query", query).catch(() => undefined);
    await until("the request is in flight", () => begun === 1);

    await server.close({ graceMs: 0 });
    await running;

    assert.equal(isCancelled, true);
  });

  test("while a plugin starts leaves no process", async (t) => {
    const server = await startGateway(t, {
      plugins: [weatherFolder],
      launch: { env: { MARK: "closed-while-starting" } },
    });

    await server.close({ graceMs: 0 });

    assert.deepEqual(processesWith("MARK=closed-while-starting"), []);
  });
});

test("a port that is taken is an error that says so, and leaves no process", async (t) => {
  const { port } = await startInMemory(t, {});
  const options = {
    plugins: [weatherFolder],
    port,
    launch: { env: { MARK: "port-taken" } },
    dataSources: [weather],
  };

  await assert.rejects(serveGateway(options), { code: "listen_failed", message: /choose another port/ });
  assert.deepEqual(processesWith("MARK=port-taken"), []);
});

test("HTTPS is served with the certificate that is given", async (t) => {
  const { certificate, key } = await testCertificate();
  const { url, port } = await startInMemory(t, {}, { tls: { cert: certificate, key } });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    tlsRequest({ port, path: "/api/health", ca: certificate, servername: "localhost" }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    })
      .on("error", reject)
      .end();
  });

  assert.match(url, /^https:/);
  assert.equal(status, 200);
});

test("a certificate that cannot be read is an error that says so, and leaves no process", async (t) => {
  await privateTmp(t);
  const options = {
    plugins: [weatherFolder],
    port: 0,
    launch: { env: { MARK: "bad-certificate" } },
    tls: { cert: "not a certificate", key: "not a key" },
  };

  await assert.rejects(serveGateway(options), { code: "invalid_option", message: /^tls must have/ });
  assert.deepEqual(processesWith("MARK=bad-certificate"), []);
});
