import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { PluginError } from "grafana-plugin-protocol";
import { type FetchEvent, ResponseTooLargeError } from "grafana-plugin-protocol/sdk";
import { CallHeaders } from "../../../src/sdk/context/call-headers.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { echoServer, httpServer, type Seen } from "./servers.ts";
import { contextWith, fetchFor } from "./settings.ts";

const json = async (response: Response): Promise<Seen> => (await response.json()) as Seen;

suite("the URL of a request", () => {
  test("is below that of the data source when it is relative, with a slash or without", async (t) => {
    const origin = await echoServer(t);
    const fetch = fetchFor(t, { url: `${origin}/base/` });

    const urls = [];
    for (const input of ["api/v1?x=1", "/api/v1?x=1", "//api/v1?x=1", new URL(`${origin}/other`)]) {
      urls.push((await json(await fetch(input))).url);
    }

    assert.deepEqual(urls, ["/base/api/v1?x=1", "/base/api/v1?x=1", "/base/api/v1?x=1", "/other"]);
  });

  test("is the URL of the data source itself without a path, and no other one with a slash", async (t) => {
    const origin = await echoServer(t);
    const fetch = fetchFor(t, { url: `${origin}/api.php?key=1` });
    const slash = fetchFor(t, { url: `${origin}/api/` });

    const urls = [];
    for (const input of ["", "?x=1", "/"]) urls.push((await json(await fetch(input))).url);
    for (const input of ["", "?x=1"]) urls.push((await json(await slash(input))).url);

    assert.deepEqual(urls, ["/api.php?key=1", "/api.php?x=1", "/api.php/", "/api/", "/api/?x=1"]);
  });

  test("cannot leave the path of the data source by dots", async (t) => {
    const origin = await echoServer(t);
    const fetch = fetchFor(t, { url: `${origin}/base` });

    for (const input of ["../admin", "/%2e%2e/admin", "x/../../admin", "..\\admin"]) {
      const reason = await rejectionOf(fetch(`${input}?token=hunter2`));
      assert.ok(reason instanceof PluginError, String(reason));
      assert.match(reason.message, /^a relative URL must stay below the URL of the data source/);
      assert.doesNotMatch(reason.message, /hunter2/);
    }
    assert.equal((await json(await fetch("x/../admin"))).url, "/base/admin");
  });

  test("is not quoted where it is not one of HTTP, as it may hold a password", async (t) => {
    const fetch = fetchFor(t, { url: "postgres://me:hunter2@db" });

    const reason = await rejectionOf(fetch("x"));

    assert.ok(reason instanceof PluginError && reason.code === "invalid_option");
    assert.match(
      reason.message,
      /^the URL of the data source must begin with http:\/\/ or https:\/\/, got another text/,
    );
  });

  test("gives its user and password to the header Authorization", async (t) => {
    const origin = await echoServer(t);
    const fetch = fetchFor(t, { url: origin.replace("://", "://me:p%40ss@") });

    const { headers } = await json(await fetch("x"));

    assert.equal(headers.authorization, `Basic ${btoa("me:p@ss")}`);
  });
});

suite("the credentials of the settings", () => {
  const settings = {
    basicAuthEnabled: true,
    basicAuthUser: "me",
    jsonData: { httpHeaderName1: "X-Key", httpHeaderName2: "Host", httpHeaderName3: "x-key" },
    secureJsonData: {
      basicAuthPassword: "pässword",
      httpHeaderValue1: "käy",
      httpHeaderValue2: "tenant.example",
      httpHeaderValue3: "second",
    },
  };

  test("are sent: basic authentication in UTF-8, custom headers in place of others, and Host", async (t) => {
    const fetch = fetchFor(t, { url: await echoServer(t), ...settings });

    const { headers } = await json(await fetch("x", { headers: { "X-Key": "own" } }));

    assert.equal(headers.authorization, `Basic ${Buffer.from("me:pässword").toString("base64")}`);
    assert.equal(Buffer.from(String(headers["x-key"]), "latin1").toString(), "käy, second");
    assert.equal(headers.host, "tenant.example");
  });

  test("give way to an Authorization of the request", async (t) => {
    const fetch = fetchFor(t, { url: await echoServer(t), ...settings });

    const { headers } = await json(await fetch("x", { headers: { authorization: "Bearer own" } }));

    assert.equal(headers.authorization, "Bearer own");
  });

  test("go to no other origin unless it is named, or the data source has no URL", async (t) => {
    const [own, other] = [await echoServer(t), await echoServer(t)];
    const at = async (url: string, options: object): Promise<unknown> => {
      const fetch = fetchFor(t, { ...settings, url }, options);
      const { headers } = await json(await fetch(`${other}/x`));
      return [headers.authorization !== undefined, headers["x-key"] !== undefined];
    };

    assert.deepEqual(await at(own, {}), [false, false]);
    assert.deepEqual(await at(own, { credentialOrigins: [`${other}/`] }), [true, true]);
    assert.deepEqual(await at("", {}), [true, true]);
  });
});

suite("a redirect", () => {
  const secrets = {
    basicAuthEnabled: true,
    basicAuthUser: "me",
    jsonData: { httpHeaderName1: "X-Key" },
    secureJsonData: { basicAuthPassword: "hunter2", httpHeaderValue1: "hunter2" },
  };

  test("to another server loses every credential, and does not get them back", async (t) => {
    const origins: string[] = [];
    const visits: string[] = [];
    for (const index of [0, 1]) {
      origins.push(
        await httpServer(t, ({ url, headers }, response) => {
          const has = ["authorization", "cookie", "x-key", "x-id-token", "x-kept"].filter(
            (name) => name in headers,
          );
          visits.push(`${index}${url} ${has.join()}`);
          const to = { "/a": `${origins[0]}/b`, "/b": `${origins[1]}/c`, "/c": `${origins[0]}/d` }[url ?? ""];
          if (to === undefined) response.end();
          else response.writeHead(302, { location: to }).end();
        }),
      );
    }
    const fetch = fetchFor(t, { url: origins[0] ?? "", ...secrets });
    const forward = contextWith({ headers: new Headers({ "X-Id-Token": "id" }) });

    const response = await fetch("a", { forward, headers: { cookie: "a=b", "x-kept": "1" } });

    assert.equal(response.status, 200);
    assert.equal(response.url, `${origins[0]}/d`);
    assert.equal(response.redirected, true);
    assert.deepEqual(visits, [
      "0/a authorization,cookie,x-key,x-id-token,x-kept",
      "0/b authorization,cookie,x-key,x-id-token,x-kept",
      "1/c x-kept",
      "0/d x-kept",
    ]);
  });

  test("keeps method and body for 307 and 308, and becomes GET after a POST for the others", async (t) => {
    const origin = await httpServer(t, async (request, response) => {
      const [, status, rest] = /^\/(\d+)(.*)$/.exec(request.url ?? "") ?? [];
      if (status !== undefined) {
        response.writeHead(Number(status), { location: `/x${rest}` }).end();
        return;
      }
      let body = "";
      for await (const piece of request) body += String(piece);
      response.end(`${request.method} ${body} ${request.headers["content-type"]}`);
    });
    const fetch = fetchFor(t, { url: origin });
    const send = async (status: number, method: string): Promise<string> => {
      const init = { method, body: method === "GET" ? null : "text", headers: { "content-type": "text/x" } };
      return (await fetch(`/${status}`, init)).text();
    };

    assert.equal(await send(301, "POST"), "GET  undefined");
    assert.equal(await send(302, "PUT"), "PUT text text/x");
    assert.equal(await send(303, "PUT"), "GET  undefined");
    assert.equal(await send(307, "POST"), "POST text text/x");
    assert.equal(await send(308, "PUT"), "PUT text text/x");
    const stream = new Blob(["text"]).stream();
    await assert.rejects(
      fetch("/307", { method: "POST", body: stream, duplex: "half" } as RequestInit),
      /its body is a stream, which can be sent only once/,
    );
  });

  test("is the response where the caller asks for that, and an error where it asks for that", async (t) => {
    const origin = await httpServer(t, (_, response) => response.writeHead(302, { location: "/x" }).end());
    const fetch = fetchFor(t, { url: origin });

    const response = await fetch("a", { redirect: "manual" });

    assert.deepEqual([response.status, response.headers.get("location")], [302, "/x"]);
    await assert.rejects(
      fetch("a", { redirect: "error" }),
      /is redirected, and its option redirect is "error"/,
    );
    await assert.rejects(fetch("a"), /is redirected for more than 10 times/);
  });
});

suite("a body", () => {
  test("of each kind that fetch takes is sent with its type", async (t) => {
    const fetch = fetchFor(t, { url: await echoServer(t) });
    const send = async (body: BodyInit): Promise<readonly unknown[]> => {
      const init = { method: "POST", body, duplex: "half" } as RequestInit;
      const { headers, body: text } = await json(await fetch("x", init));
      return [headers["content-type"], text];
    };

    assert.deepEqual(await send("text"), ["text/plain;charset=UTF-8", "text"]);
    assert.deepEqual(await send(new Uint8Array([104, 105])), [undefined, "hi"]);
    assert.deepEqual(await send(new URLSearchParams({ a: "1" })), [
      "application/x-www-form-urlencoded;charset=UTF-8",
      "a=1",
    ]);
    assert.deepEqual(await send(new Blob(["blob"], { type: "text/x" })), ["text/x", "blob"]);
    assert.deepEqual(await send(new Blob(["stream"]).stream()), [undefined, "stream"]);
    const form = new FormData();
    form.set("field", "value");
    const [type, text] = await send(form);
    assert.match(String(type), /^multipart\/form-data; boundary=/);
    assert.match(String(text), /name="field"\r\n\r\nvalue/);
    const request = new Request("http://unused.example/", {
      method: "PUT",
      body: "request",
      headers: { "x-a": "1" },
    });
    const seenRequest = await json(await fetch(new Request(`${(await fetch("x")).url}`, request)));
    assert.deepEqual(
      [seenRequest.method, seenRequest.body, seenRequest.headers["x-a"]],
      ["PUT", "request", "1"],
    );
  });

  test("that is compressed is decompressed, unless the caller asks for an encoding", async (t) => {
    const origin = await httpServer(t, (_, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync("text"));
    });
    const fetch = fetchFor(t, { url: origin });

    const response = await fetch("x");
    const own = await fetch("x", { headers: { "accept-encoding": "gzip" } });

    assert.deepEqual([await response.text(), response.headers.get("content-encoding")], ["text", null]);
    assert.deepEqual(Buffer.from(await own.arrayBuffer()), gzipSync("text"));
  });

  test("of a response without one is null, and connections are used again", async (t) => {
    const sockets = new Set<Socket>();
    const origin = await httpServer(t, ({ socket, url }, response) => {
      sockets.add(socket);
      response.writeHead(Number(url?.slice(1))).end();
    });
    const fetch = fetchFor(t, { url: origin });

    for (let round = 0; round < 5; round++) {
      for (const status of [204, 304, 205]) assert.equal((await fetch(`${status}`)).body, null);
    }
    assert.equal((await fetch("200", { method: "HEAD" })).body, null);
    // undici frees a connection a turn after the end of its response.
    assert.ok(sockets.size <= 2, `${sockets.size}`);
  });
});

suite("the limit of a response", () => {
  const answer = async (t: Parameters<typeof httpServer>[0]): Promise<string> =>
    httpServer(t, (_, response) => response.end("x".repeat(1000)));
  const limitOf = async (request: Promise<Response>): Promise<number> => {
    const reason = await rejectionOf(request.then((response) => response.text()));
    assert.ok(reason instanceof ResponseTooLargeError, String(reason));
    return reason.limitBytes;
  };

  test("is that of the request, then the host's, then the environment's, then the option", async (t) => {
    const url = await answer(t);
    const context = contextWith({ config: { responseLimitBytes: 200 } as never });
    const env = { GF_DATAPROXY_RESPONSE_LIMIT: "300" };
    const fetch = fetchFor(t, { url }, { env, responseLimitBytes: 400 });
    const plain = fetchFor(t, { url }, { responseLimitBytes: 400 });

    assert.equal(await limitOf(fetch("x", { context, responseLimitBytes: 100 })), 100);
    assert.equal(await limitOf(fetch("x", { context })), 200);
    assert.equal(
      await limitOf(fetch("x", { context: contextWith({ config: { responseLimitBytes: 0 } as never }) })),
      300,
    );
    assert.equal(await limitOf(plain("x")), 400);
    assert.equal((await (await plain("x", { responseLimitBytes: 1000 })).text()).length, 1000);
  });

  test("is named in the error, with the request but without its query string", async (t) => {
    const url = await answer(t);
    const fetch = fetchFor(t, { url }, { responseLimitBytes: 10 });

    const reason = await rejectionOf((await fetch("x?token=hunter2")).text());

    assert.equal(
      (reason as Error).message,
      `the response to GET ${url}/x is larger than the limit of 10 bytes: ask for less, or raise response_limit in Grafana's section [dataproxy]`,
    );
  });
});

suite("a context", () => {
  const headers = new Headers({
    Authorization: "Bearer user",
    Cookie: "session=1",
    "X-Id-Token": "id",
    "X-Grafana-Id": "signed",
    "X-Other": "other",
    FromAlert: "true",
  });
  const trace = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", isSampled: true };
  const userAgent = { version: "12.1.0", os: "linux", arch: "amd64" };
  const context = contextWith({
    headers,
    trace,
    userAgent,
    isFromAlert: true,
    pluginId: "my-ds",
    pluginVersion: "1.2.3",
  });

  test("passes on the trace, the alert mark and the host's product, but not the login", async (t) => {
    const fetch = fetchFor(t, { url: await echoServer(t) });

    const seen = (await json(await fetch("x", { context }))).headers;

    assert.equal(seen["traceparent"], "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert.equal(seen["fromalert"], "true");
    assert.equal(seen["user-agent"], "Grafana/12.1.0 (linux; amd64) my-ds/1.2.3");
    assert.deepEqual(
      ["authorization", "cookie", "x-id-token", "x-grafana-id", "x-other"].filter((name) => name in seen),
      [],
    );
  });

  test("passes on the trace in the formats that the environment of the host names", async (t) => {
    const url = await echoServer(t);
    const env = { GF_INSTANCE_OTLP_ADDRESS: "127.0.0.1:1", GF_INSTANCE_OTLP_PROPAGATION: "jaeger,w3c" };
    const fetch = fetchFor(t, { url }, { env });
    const traced = contextWith({ trace: { ...trace, traceState: "vendor=1" } });

    const seen = (await json(await fetch("x", { context: traced }))).headers;
    const own = (await json(await fetch("x", { context: traced, headers: { traceparent: "own" } }))).headers;

    assert.equal(seen["uber-trace-id"], "0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1");
    assert.equal(seen["traceparent"], "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert.equal(seen["tracestate"], "vendor=1");
    assert.deepEqual(
      [own["traceparent"], own["tracestate"], own["uber-trace-id"]],
      ["own", undefined, undefined],
    );
  });

  test("passes on the login where it is to be forwarded, and further headers that are named", async (t) => {
    const url = await echoServer(t);
    const fetch = fetchFor(t, { url }, { forwardHeaders: ["X-Other", "X-Absent"] });
    const withBasic = fetchFor(t, { url, user: "me", secureJsonData: { password: "p" } });

    const seen = (await json(await fetch("x", { forward: context, headers: { "X-Id-Token": "own" } })))
      .headers;
    const own = (await json(await withBasic("x", { forward: context }))).headers;

    assert.equal(seen.authorization, "Bearer user");
    assert.equal(seen.cookie, "session=1");
    assert.equal(seen["x-id-token"], "own", "a header of the request stays");
    assert.equal(seen["x-grafana-id"], "signed");
    assert.equal(seen["x-other"], "other");
    assert.equal(own.authorization, `Basic ${btoa("me:p")}`, "as does the login of the settings");
  });

  test("passes on a name of the user with more than ASCII in UTF-8, as Go does", async (t) => {
    const url = await echoServer(t);
    const fetch = fetchFor(t, { url }, { forwardHeaders: ["X-Grafana-User"] });
    const context = contextWith({ headers: new CallHeaders({ "http_X-Grafana-User": "Łukasz 日本" }) });

    const seen = (await json(await fetch("x", { forward: context }))).headers["x-grafana-user"];

    assert.equal(Buffer.from(String(seen), "latin1").toString("utf8"), "Łukasz 日本");
  });

  test("is not needed for the User-Agent of a plugin", async (t) => {
    const url = await echoServer(t);
    const agent = async (options: object, init: RequestInit = {}): Promise<unknown> =>
      (await json(await fetchFor(t, { url }, options)("x", init))).headers["user-agent"];

    assert.equal(await agent({ pluginId: "my-ds", pluginVersion: "1.0.0" }), "Grafana my-ds/1.0.0");
    assert.equal(await agent({}), "Grafana");
    assert.equal(await agent({}, { headers: { "user-agent": "own" } }), "own");
  });
});

suite("a request that fails", () => {
  test("says what failed and why, with the error of the system as its cause", async (t) => {
    const fetch = fetchFor(t, {
      url: "http://127.0.0.1:1",
      user: "me",
      secureJsonData: { password: "hunter2" },
    });

    const reason = await rejectionOf(fetch("path?token=hunter2"));

    assert.ok(reason instanceof TypeError);
    assert.equal(reason.message, "GET http://127.0.0.1:1/path failed: connect ECONNREFUSED 127.0.0.1:1");
    assert.equal(Reflect.get(reason.cause as object, "code"), "ECONNREFUSED");
  });

  test("breaks off its body where the server does", async (t) => {
    const origin = await httpServer(t, (_, response) => {
      response.setHeader("content-length", "100");
      response.write("beginning");
      response.on("close", () => {});
      setImmediate(() => response.destroy());
    });
    const fetch = fetchFor(t, { url: origin });

    const reason = await rejectionOf((async () => (await fetch("x")).text())());

    assert.ok(reason instanceof TypeError, String(reason));
    assert.match(reason.message, /^GET http:\/\/127\.0\.0\.1:\d+\/x failed: /);
    assert.notEqual(reason.cause, undefined);
  });

  test("says so where the answer is not one of HTTP, and gives up the connection", async (t) => {
    const closed: Promise<unknown>[] = [];
    const answers = ["HTTP/1.1 999 Odd\r\ncontent-length: 9\r\n\r\nhi", "SSH-2.0-OpenSSH\r\n"];
    const server = createServer((socket) => {
      closed.push(once(socket, "close"));
      socket.on("error", () => {});
      socket.once("data", () => socket.write(answers[closed.length - 1] ?? ""));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    atEnd(t, () => server.close());
    const fetch = fetchFor(t, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

    for (const _ of answers) {
      const reason = await rejectionOf(fetch("x"));
      assert.ok(reason instanceof TypeError, String(reason));
      assert.match(reason.message, /^GET http:.* failed: ./);
      await closed.at(-1);
    }
    assert.equal(closed.length, 2);
  });

  test("rejects with the reason of its signal, before and while the response is read", async (t) => {
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    const origin = await httpServer(t, (_, response) => {
      response.write("beginning");
      resolve();
    });
    const fetch = fetchFor(t, { url: origin });
    const why = new Error("why");
    const controller = new AbortController();

    assert.equal(await rejectionOf(fetch("x", { signal: AbortSignal.abort(why) })), why);
    const response = await fetch("x", { signal: controller.signal });
    await arrived;
    controller.abort(why);

    assert.equal(await rejectionOf(response.text()), why);
  });

  test("takes no longer than the settings allow, its body included", async (t) => {
    const origin = await httpServer(t, ({ url }, response) => {
      if (url === "/body") response.write("beginning");
    });
    const fetch = fetchFor(t, { url: origin, jsonData: { timeout: 0.2 } });

    const head = await rejectionOf(fetch("head"));
    const body = await rejectionOf((async () => (await fetch("body")).text())());

    for (const reason of [head, body]) {
      assert.equal((reason as Error).name, "TimeoutError");
      assert.match(
        (reason as Error).message,
        /^no complete response to GET http:.* within 200 ms: ask for less, or raise/,
      );
    }
  });
});

suite("closing a fetch", () => {
  test("rejects requests in flight and later ones, and closes the connections", async (t) => {
    const { promise: arrived, resolve } = Promise.withResolvers<Socket>();
    const origin = await httpServer(t, ({ socket }) => resolve(socket));
    const fetch = fetchFor(t, { url: origin });

    const inFlight = rejectionOf(fetch("x"));
    const socket = await arrived;
    const gone = once(socket, "close");
    await fetch.close();
    await fetch.close();

    assert.match(String(await inFlight), /the fetch of the data source was closed: make a new one/);
    assert.match(String(await rejectionOf(fetch("x"))), /was closed/);
    await gone;
  });

  test("is no error before the first request", async (t) => {
    await fetchFor(t, {}).close();
  });
});

test("events have upstream's labels, and each request of a chain of redirects its own", async (t) => {
  const origin = await httpServer(t, ({ url }, response) => {
    if (url === "/a") response.writeHead(302, { location: "/b" }).end("moved");
    else response.end("12345");
  });
  const events: FetchEvent[] = [];
  const fetch = fetchFor(t, { url: origin }, { pluginId: "my ds-2", onEvent: (event) => events.push(event) });

  await (await fetch("a", { context: contextWith(), method: "PUT" })).text();
  await rejectionOf(fetch("http://127.0.0.1:1/"));

  const labels = { datasource_type: "my_ds2", secure_socks_ds_proxy_enabled: "false", endpoint: "queryData" };
  const own = { ...labels, endpoint: "" };
  assert.deepEqual(
    events.map((event) => {
      if (event.type !== "response") return event;
      assert.ok(event.durationSeconds > 0);
      return { ...event, durationSeconds: 0, error: event.error instanceof TypeError };
    }),
    [
      { type: "start", labels },
      { type: "response", labels, code: "302", method: "put", durationSeconds: 0, error: false },
      { type: "end", labels, bytes: 0 },
      { type: "start", labels },
      { type: "response", labels, code: "200", method: "put", durationSeconds: 0, error: false },
      { type: "end", labels, bytes: 5 },
      { type: "start", labels: own },
      { type: "response", labels: own, code: undefined, method: "get", durationSeconds: 0, error: true },
    ],
  );
});

test("httpMaxConnsPerHost bounds the connections to a server", async (t) => {
  const sockets = new Set<Socket>();
  const origin = await httpServer(t, ({ socket }, response) => {
    sockets.add(socket);
    setImmediate(() => response.end("x"));
  });
  const fetch = fetchFor(t, { url: origin, jsonData: { httpMaxConnsPerHost: 2 } });

  await Promise.all(Array.from({ length: 20 }, async () => (await fetch("x")).text()));

  assert.equal(sockets.size, 2);
});
