import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { type ProxyOptions, proxyTo, serveResources } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

interface Asked {
  readonly path?: string;
  readonly url?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly config?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

type Api = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** Answers with what it got. */
const echo: Api = ({ method, url, headers }, response, body) => {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ method, url, headers, body }));
};

async function listen(t: test.TestContext, api: Api): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    api(request, response, body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  atEnd(t, () => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which nobody listens any more. */
async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** A plugin that forwards to an API that listens, below `/v1`. */
async function proxying(t: test.TestContext, api: Api, options: ProxyOptions = {}) {
  const url = await listen(t, api);
  return { url, ...askable(proxyTo(`${url}/v1/`, options)) };
}

function askable(handler: ReturnType<typeof proxyTo>) {
  const plugin = createInMemoryPlugin(
    v2,
    { resource: { callResource: serveResources(handler) } },
    { onLog: () => {} },
  );
  const call = ({ path = "", url = path, method = "GET", headers = {}, body, config = {}, signal }: Asked) =>
    plugin.resource.callResource(
      {
        path,
        url,
        method,
        body: body ?? new Uint8Array(),
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, { values: [value] }]),
        ),
        pluginContext: { pluginId: "p", grafanaConfig: { ...config } },
      },
      signal === undefined ? {} : { signal },
    );
  const ask = async (asked: Asked) => {
    let code = 0;
    let headers: Record<string, string[]> = {};
    const parts: Uint8Array[] = [];
    for await (const message of call(asked)) {
      if (parts.length === 0) {
        code = message.code;
        headers = Object.fromEntries(
          Object.entries(message.headers).map(([name, { values }]) => [name, values]),
        );
      }
      parts.push(message.body);
    }
    return { code, headers, text: Buffer.concat(parts).toString() };
  };
  return { call, ask };
}

test("a request reaches the API below its path, with its query and added headers", async (t) => {
  const { ask } = await proxying(t, echo, {
    headers: { Authorization: "Bearer of-the-plugin", "X-Own": "1" },
  });

  const { code, text } = await ask({
    path: "users/a b",
    url: "users/a%20b?x=1&y=%2F",
    headers: { "X-Own": "of-caller" },
  });

  const { method, url, headers } = JSON.parse(text);
  assert.deepEqual([code, method, url], [200, "GET", "/v1/users/a%20b?x=1&y=%2F"]);
  assert.equal(headers.authorization, "Bearer of-the-plugin");
  assert.equal(headers["x-own"], "1");
});

test("headers may depend on the call", async (t) => {
  const { ask } = await proxying(t, echo, {
    headers: async ({ context }) => ({ "X-Plugin": context.pluginId }),
  });

  assert.equal(JSON.parse((await ask({})).text).headers["x-plugin"], "p");
});

test("a body reaches the API where the method is allowed", async (t) => {
  const { ask } = await proxying(t, echo, { methods: ["POST"] });

  const { text } = await ask({
    method: "POST",
    body: new TextEncoder().encode("sent"),
    headers: { "Content-Type": "text/plain" },
  });

  const { body, headers } = JSON.parse(text);
  assert.equal(body, "sent");
  assert.equal(headers["content-type"], "text/plain");
});

test("the login of the user and headers of the connection do not reach the API", async (t) => {
  const { ask, url } = await proxying(t, echo);

  const { text } = await ask({
    headers: {
      Authorization: "Bearer user",
      "X-Id-Token": "id",
      "X-Grafana-Id": "grafana",
      Cookie: "session=1",
      Host: "grafana.example",
      Connection: "close, X-Hop",
      "X-Hop": "1",
      "Transfer-Encoding": "chunked",
      "X-Kept": "1",
    },
  });

  const { headers } = JSON.parse(text);
  for (const name of [
    "authorization",
    "x-id-token",
    "x-grafana-id",
    "cookie",
    "x-hop",
    "transfer-encoding",
  ]) {
    assert.equal(headers[name], undefined, name);
  }
  assert.equal(headers.host, new URL(url).host);
  assert.equal(headers["x-kept"], "1");
});

test("the login of the user is forwarded where the options say so", async (t) => {
  const { ask } = await proxying(t, echo, { forward: { login: true, cookies: ["session"] } });

  const { text } = await ask({ headers: { Authorization: "Bearer user", Cookie: "session=1; other=2" } });

  const { headers } = JSON.parse(text);
  assert.deepEqual([headers.authorization, headers.cookie], ["Bearer user", "session=1"]);
});

test("status, headers and an encoded body of the API come back, without its cookies", async (t) => {
  const { ask } = await proxying(t, (_request, response) => {
    response.writeHead(418, {
      "Content-Encoding": "gzip",
      "Content-Type": "text/plain",
      "Set-Cookie": "api=1",
      "X-Api": "1",
      Connection: "close",
    });
    response.end(gzipSync("short and stout"));
  });

  const { code, headers, text } = await ask({});

  assert.deepEqual([code, text], [418, "short and stout"]);
  assert.deepEqual(headers["X-Api"], ["1"]);
  for (const name of ["Content-Encoding", "Set-Cookie", "Connection", "Content-Length"]) {
    assert.equal(headers[name], undefined, name);
  }
});

test("an answer streams: its begin is there before its end is made", async (t) => {
  let finish = (): void => {};
  const { call } = await proxying(t, (_request, response) => {
    response.write("begin");
    finish = () => response.end("end");
  });

  const messages = call({})[Symbol.asyncIterator]();
  let text = "";
  while (text !== "begin") text += new TextDecoder().decode((await messages.next()).value?.body);
  finish();
  for (let next = await messages.next(); next.done !== true; next = await messages.next()) {
    text += new TextDecoder().decode(next.value.body);
  }

  assert.equal(text, "beginend");
});

suite("a path that leads out of the target is refused", () => {
  const hostile = [
    "..%2fadmin",
    "a/..%2f..%2fadmin",
    "%2e%2e%2fadmin",
    "..%5cadmin",
    "a\\..\\admin",
    "a%00",
    "%252e%252e%252fadmin",
    "..%252fadmin",
    "a/%ff",
  ];
  for (const path of hostile) {
    test(`path ${path}`, async (t) => {
      let calls = 0;
      const { ask } = await proxying(t, (_request, response) => {
        calls++;
        response.end();
      });

      assert.equal((await ask({ path })).code, 400);
      assert.equal(calls, 0);
    });
  }

  for (const path of ["../../admin", "a/../../admin", "%2e%2e/admin", "//admin", "/admin", "@host/admin"]) {
    test(`path ${path} stays below the target`, async (t) => {
      const { ask } = await proxying(t, echo);

      const { text } = await ask({ path });

      assert.match(JSON.parse(text).url, /^\/v1\/.*admin$/);
    });
  }
});

test("only allowed paths and methods reach the API", async (t) => {
  const { ask } = await proxying(t, echo, {
    allowPaths: ["users", "/teams/*", /\/orgs\/\d+/g],
    methods: ["GET", "DELETE"],
  });
  const codes: Record<string, number> = {};
  for (const path of [
    "users",
    "users/1",
    "teams",
    "teams/1/x",
    "orgs/1",
    "orgs/1/x",
    "orgs/x",
    "a/../users",
  ]) {
    codes[path] = (await ask({ path })).code;
  }

  assert.deepEqual(codes, {
    users: 200,
    "users/1": 403,
    teams: 403,
    "teams/1/x": 200,
    "orgs/1": 200,
    "orgs/1/x": 403,
    "orgs/x": 403,
    "a/../users": 200,
  });
  assert.equal((await ask({ path: "orgs/2" })).code, 200);
  assert.equal((await ask({ path: "users", method: "DELETE" })).code, 200);
  assert.equal((await ask({ path: "users", method: "POST" })).code, 405);
});

test("a redirect below the target becomes a path of the plugin, any other is refused", async (t) => {
  const { ask } = await proxying(t, ({ url, headers }, response) => {
    const to: Record<string, string> = {
      "/v1/relative": "users?x=1",
      "/v1/absolute": `http://${headers.host}/v1/users`,
      "/v1/above": "/admin",
      "/v1/elsewhere": "http://169.254.169.254/latest",
      "/v1/beside": `http://${headers.host}/v1x`,
    };
    response.writeHead(302, { Location: to[url ?? ""] ?? "" }).end();
  });

  const relative = await ask({ path: "relative" });
  assert.deepEqual([relative.code, relative.headers["Location"]], [302, ["./users?x=1"]]);
  assert.deepEqual((await ask({ path: "absolute" })).headers["Location"], ["./users"]);
  for (const path of ["above", "elsewhere", "beside"]) assert.equal((await ask({ path })).code, 502, path);
});

suite("an answer over the limit", () => {
  const long = (isLengthTold: boolean): Api => {
    return (_request, response) => {
      if (isLengthTold) response.setHeader("Content-Length", "3000");
      response.write("x".repeat(1500));
      response.end("x".repeat(1500));
    };
  };

  test("is refused when it tells its length", async (t) => {
    const { ask } = await proxying(t, long(true), { responseLimitBytes: 2000 });

    const { code, text } = await ask({});

    assert.equal(code, 502);
    assert.match(JSON.parse(text).message, /3000 bytes, more than the limit of 2000/);
  });

  test("breaks off when it does not", async (t) => {
    const { ask } = await proxying(t, long(false), { responseLimitBytes: 2000 });

    const error = await rejectsWithConnectError(ask({}), Code.Unknown);

    assert.match(error.message, /limit of 2000 bytes/);
  });

  test("has the limit of the host by default", async (t) => {
    const { ask } = await proxying(t, long(true));

    assert.equal((await ask({ config: { GF_RESPONSE_LIMIT: "2000" } })).code, 502);
    assert.equal((await ask({ config: { GF_RESPONSE_LIMIT: "3000" } })).code, 200);
    assert.equal((await ask({ config: { GF_RESPONSE_LIMIT: "0" } })).code, 200);
  });
});

test("an API that cannot be reached gets 502, one that is too slow 504", async (t) => {
  const url = await listen(t, () => {});
  const refused = askable(proxyTo(await closedAddress()));
  const slow = askable(
    proxyTo(url, { fetch: (to, init) => fetch(to, { ...init, signal: AbortSignal.timeout(1) }) }),
  );

  const { code, text } = await refused.ask({});
  assert.deepEqual([code, JSON.parse(text)], [502, { message: "the API could not be reached" }]);
  assert.equal((await slow.ask({})).code, 504);
});

test("an API with a status that is not one of HTTP gets 502", async (t) => {
  const { ask } = await proxying(t, (_request, response) => response.writeHead(999).end());

  assert.equal((await ask({})).code, 502);
});

test("a call that the host cancels ends the request to the API", async (t) => {
  let [hasBegun, isClosed] = [false, false];
  const { ask } = await proxying(t, (_request, response) => {
    hasBegun = true;
    response.once("close", () => {
      isClosed = true;
    });
  });
  const controller = new AbortController();

  const call = ask({ signal: controller.signal });
  await until("the API is asked", () => hasBegun);
  controller.abort();

  await rejectsWithConnectError(call, Code.Canceled);
  await until("the request is closed", () => isClosed);
});

test("a target that is not an address of an API is refused, and a login in it is not shown", () => {
  for (const target of [
    "",
    "users",
    "file:///etc/passwd",
    "https://api.example/?x=1",
    "https://ada:secret@api.example",
  ]) {
    assert.throws(
      () => proxyTo(target),
      (error) =>
        error instanceof PluginError && error.code === "invalid_option" && !error.message.includes("secret"),
      target,
    );
  }
});
