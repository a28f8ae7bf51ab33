import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code, createClient, type HandlerContext } from "@connectrpc/connect";
import type { LogRecord } from "grafana-plugin-protocol/go-plugin";
import { implement } from "grafana-plugin-protocol/plugin";
import { type ResourceEnv, type ResourceHandler, serveResources } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import {
  CallResourceRequestSchema,
  type CallResourceResponse,
  QueryError,
  Resource,
  v2,
} from "grafana-plugin-protocol/v2";
import { Hono } from "hono";
import { basicAuth } from "hono/basic-auth";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { etag } from "hono/etag";
import { AutoRouter } from "itty-router";
import { connectedPair } from "../../helpers/connected-pair.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

interface Asked {
  readonly path?: string;
  readonly url?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly text: string;
  readonly parts: readonly number[];
}

const toMessage = ({ path = "", url = path, method = "", headers = {}, body = "" }: Asked) => ({
  path,
  url,
  method,
  body: typeof body === "string" ? new TextEncoder().encode(body) : body,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, { values: [...values] }]),
  ),
});

async function collect(messages: AsyncIterable<CallResourceResponse>): Promise<Answer> {
  const all: CallResourceResponse[] = [];
  for await (const message of messages) all.push(message);
  const [first] = all;
  return {
    code: first?.code ?? 0,
    headers: Object.fromEntries(
      Object.entries(first?.headers ?? {}).map(([name, list]) => [name, list.values]),
    ),
    text: Buffer.concat(all.map(({ body }) => body)).toString(),
    parts: all.map(({ body }) => body.length),
  };
}

/** Serves a handler in memory and asks it. */
function serving(handler: ResourceHandler, options: { readonly standardRequests?: boolean } = {}) {
  const log: LogRecord[] = [];
  const plugin = createInMemoryPlugin(
    v2,
    { resource: { callResource: serveResources(handler, options) } },
    { onLog: (record) => log.push(record) },
  );
  const call = (asked: Asked) =>
    plugin.resource.callResource(
      toMessage(asked),
      asked.signal === undefined ? {} : { signal: asked.signal },
    );
  return { log, call, ask: (asked: Asked) => collect(call(asked)) };
}

for (const standardRequests of [false, true]) {
  const serve = (handler: ResourceHandler) => serving(handler, { standardRequests });

  suite(
    standardRequests ? "with standard requests" : "with requests that are made when they are needed",
    () => {
      test("a handler gets method, URL, headers and body", async () => {
        const { ask } = serve(async (request) =>
          Response.json({
            method: request.method,
            url: request.url,
            accept: request.headers.get("accept"),
            type: request.headers.get("Content-Type"),
            body: await request.json(),
          }),
        );

        const { code, headers, text } = await ask({
          path: "a/b",
          url: "a/b?x=1&y=a%20b",
          method: "POST",
          headers: { Accept: ["text/html", "*/*"], "Content-Type": ["application/json"] },
          body: '{"n":1}',
        });

        assert.equal(code, 200);
        assert.deepEqual(headers, { "Content-Type": ["application/json"] });
        assert.deepEqual(JSON.parse(text), {
          method: "POST",
          url: "http://plugin.invalid/a/b?x=1&y=a%20b",
          accept: "text/html, */*",
          type: "application/json",
          body: { n: 1 },
        });
      });

      test("a request without a body is a Request with everything that one has", async () => {
        const { ask, log } = serve(async (request) => {
          const copy = new Request("http://other.invalid/", request);
          return Response.json([
            request instanceof Request,
            request.bodyUsed,
            request.body,
            request.cache,
            request.redirect,
            await request.clone().text(),
            await request.text(),
            copy.headers.get("x-own"),
            new Request(request.clone(), { method: "PUT" }).method,
            typeof request.signal.aborted,
            Object.prototype.toString.call(request),
          ]);
        });

        const { text } = await ask({ path: "a", headers: { "X-Own": ["1"] } });

        assert.deepEqual(log, []);
        assert.deepEqual(JSON.parse(text), [
          true,
          false,
          null,
          "default",
          "follow",
          "",
          "",
          "1",
          "PUT",
          "boolean",
          "[object Request]",
        ]);
      });

      test("the signal of a request is that of the call, in a copy too", async () => {
        const controller = new AbortController();
        let signals: AbortSignal[] = [];
        const { call } = serve((request) => {
          signals = [request.signal, request.clone().signal];
          return new Promise(() => {});
        });

        const answered = collect(call({ method: "POST", body: "x", signal: controller.signal })).catch(
          () => {},
        );
        await until("the handler runs", () => signals.length > 0);
        controller.abort();
        await answered;

        await until("both are aborted", () => signals.every(({ aborted }) => aborted));
      });

      test("Hono serves it unchanged, with its middleware", async () => {
        const app = new Hono<{ Bindings: ResourceEnv }>();
        app.use(cors(), etag(), bodyLimit({ maxSize: 10 }));
        app.use("/secret", basicAuth({ username: "ada", password: "lace" }));
        app.get("/secret", (c) => c.text("in"));
        app.get("/org/:id", (c) =>
          c.json({ id: c.req.param("id"), org: String(c.env.context.orgId), q: c.req.query("q") }),
        );
        app.post("/echo", async (c) => c.text(await c.req.text(), 201));
        app.mount("/old", () => new Response("mounted"));
        const { ask } = serve((request, env) => app.fetch(request, env));

        const org = await ask({ path: "org/7", url: "org/7?q=a+b", method: "GET" });
        const echo = await ask({ path: "echo", method: "POST", body: "hello" });
        const large = await ask({ path: "echo", method: "POST", body: "much too large" });

        assert.deepEqual(JSON.parse(org.text), { id: "7", org: "0", q: "a b" });
        assert.deepEqual(org.headers["Access-Control-Allow-Origin"], ["*"]);
        const [tag = ""] = org.headers["Etag"] ?? [];
        const known = await ask({ path: "org/7", url: "org/7?q=a+b", headers: { "If-None-Match": [tag] } });
        assert.equal(known.code, 304);
        assert.deepEqual([echo.code, echo.text], [201, "hello"]);
        assert.equal(large.code, 413);
        assert.equal((await ask({ path: "secret" })).code, 401);
        const Authorization = [`Basic ${Buffer.from("ada:lace").toString("base64")}`];
        assert.equal((await ask({ path: "secret", headers: { Authorization } })).text, "in");
        assert.equal((await ask({ path: "old/x" })).text, "mounted");
        assert.equal((await ask({ path: "none" })).code, 404);
      });

      test("itty-router serves it unchanged", async () => {
        const router = AutoRouter();
        router.get("/cities/:name", ({ params, query }, env: ResourceEnv) => ({
          name: params["name"],
          query,
          endpoint: env.context.endpoint,
        }));
        router.post("/sum", async (request) => {
          const numbers = (await request.json()) as number[];
          return numbers.reduce((sum, each) => sum + each, 0);
        });
        const { ask } = serve((request, env) => router.fetch(request, env));

        const city = await ask({ path: "cities/Oslo", url: "cities/Oslo?a=1" });

        assert.deepEqual(JSON.parse(city.text), {
          name: "Oslo",
          query: { a: "1" },
          endpoint: "callResource",
        });
        assert.equal((await ask({ path: "sum", method: "POST", body: "[1,2,3]" })).text, "6");
        assert.equal((await ask({ path: "none" })).code, 404);
      });
    },
  );
}

suite("the URL of a request", () => {
  const cases: readonly (readonly [path: string, url: string, expected: string])[] = [
    ["", "", "/"],
    ["/", "/", "/"],
    ["a", "a", "/a"],
    ["/a/", "/a/?x=1", "/a/?x=1"],
    ["a b", "a%20b?x=y z", "/a%20b?x=y%20z"],
    ["a%20b", "a%20b", "/a%20b"],
    ["100%", "100%25", "/100%25"],
    ["who?", "who%3F?x=1", "/who%3F?x=1"],
    ["c#", "c%23#fragment", "/c%23"],
    ["a\\b", "a", "/a%5Cb"],
    ["ö", "%C3%B6", "/%C3%B6"],
    ["a/../../b", "a", "/b"],
    ["a/%2e%2e/%2e%2e/b", "a", "/b"],
    ["//other.example/a", "a", "//other.example/a"],
    ["@other.example", "a", "/@other.example"],
    [".well-known/x", "a", "/.well-known/x"],
    ["a", "http://grafana.example/api/resources/a?x=1", "/a?x=1"],
    ["a", "a??x", "/a??x"],
    ["a", "a?x=1#y?z", "/a?x=1"],
  ];
  for (const [path, url, expected] of cases) {
    test(`${JSON.stringify(path)} with ${JSON.stringify(url)} is ${expected}`, async () => {
      const { ask } = serving((request) => ({ body: request.url }));

      assert.equal((await ask({ path, url })).text, `http://plugin.invalid${expected}`);
    });
  }
});

test("a plain answer is served as answerResource does", async () => {
  const { ask } = serving(({ url }) => ({ code: 201, headers: { "X-Own": ["a", "b"] }, body: { url } }));

  const { code, headers, text } = await ask({ path: "a" });

  assert.equal(code, 201);
  assert.deepEqual(headers, { "Content-Type": ["application/json"], "X-Own": ["a", "b"] });
  assert.deepEqual(JSON.parse(text), { url: "http://plugin.invalid/a" });
});

test("headers of an answer have canonical names and several cookies stay separate", async () => {
  const { ask } = serving(() => {
    const headers = new Headers({
      "x-my-header": "1",
      etag: '"e"',
      "Transfer-Encoding": "chunked",
      Connection: "close",
    });
    headers.append("set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT");
    headers.append("set-cookie", "b=2");
    return new Response("x", { headers });
  });

  assert.deepEqual((await ask({})).headers, {
    "Content-Type": ["text/plain;charset=UTF-8"],
    Etag: ['"e"'],
    "Set-Cookie": ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"],
    "X-My-Header": ["1"],
  });
});

test("a header by the name that every object has is like others", async () => {
  const { ask } = serving(() => new Response(null, { headers: [["__proto__", "a"]] }));

  assert.deepEqual(Object.entries((await ask({})).headers), [["__proto__", ["a"]]]);
});

test("a body without a type is bytes", async () => {
  const { ask } = serving(() => new Response(new Uint8Array([1, 2])));

  assert.deepEqual((await ask({})).headers, { "Content-Type": ["application/octet-stream"] });
});

test("an encoded body stays as it is", async () => {
  const { ask } = serving(() => new Response("not really gzip", { headers: { "Content-Encoding": "gzip" } }));

  const { headers, text } = await ask({});

  assert.deepEqual(headers["Content-Encoding"], ["gzip"]);
  assert.equal(text, "not really gzip");
});

for (const status of [204, 205, 304]) {
  test(`an answer with ${status} has no body and no type`, async () => {
    const { ask } = serving(() => new Response(null, { status }));

    const { code, headers, parts } = await ask({});

    assert.deepEqual([code, headers, parts], [status, {}, [0]]);
  });
}

test("HEAD gets the headers of GET, and its body is cancelled", async () => {
  let isCancelled = false;
  const body = () =>
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => {
        isCancelled = true;
      },
    });
  const { ask } = serving(() => new Response(body(), { headers: { "Content-Length": "10" } }));
  const plain = serving(() => ({ body: "text" }));

  const { headers, parts } = await ask({ method: "HEAD" });

  assert.deepEqual([headers["Content-Length"], parts], [["10"], [0]]);
  assert.equal(isCancelled, true);
  assert.deepEqual((await plain.ask({ method: "HEAD" })).parts, [0]);
});

test("a redirect within the plugin becomes relative to the path of the request", async () => {
  const { ask } = serving((request) => Response.redirect(new URL("/login?next=1", request.url), 303));

  assert.deepEqual((await ask({ path: "a" })).headers["Location"], ["./login?next=1"]);
  assert.deepEqual((await ask({ path: "a/b/c" })).headers["Location"], ["../../login?next=1"]);
  assert.equal((await ask({ path: "a" })).code, 303);
});

test("a redirect to elsewhere stays as it is", async () => {
  const { ask } = serving(() => Response.redirect("https://other.example/x"));

  assert.deepEqual((await ask({ path: "a" })).headers["Location"], ["https://other.example/x"]);
});

test("a large body is sent in messages of at most 1 MiB", async () => {
  const large = "x".repeat((5 << 20) / 2);
  for (const handler of [() => new Response(large), () => ({ body: large })]) {
    const { text, parts } = await serving(handler).ask({});

    assert.equal(text.length, large.length);
    assert.deepEqual(parts, [1 << 20, 1 << 20, 1 << 19]);
  }
});

test("the parts of a body are sent as they come, and the headers before the first one", async () => {
  const parts = new TransformStream<Uint8Array, Uint8Array>();
  const writer = parts.writable.getWriter();
  const { call } = serving(
    () => new Response(parts.readable, { headers: { "Content-Type": "text/event-stream" } }),
  );

  const messages = call({})[Symbol.asyncIterator]();
  const head = await messages.next();
  void writer.write(new Uint8Array([1]));
  const first = await messages.next();
  void writer.write(new Uint8Array([2, 3]));
  const second = await messages.next();
  void writer.close();
  const end = await messages.next();

  assert.deepEqual(head.value?.headers["Content-Type"]?.values, ["text/event-stream"]);
  assert.equal(head.value?.body.length, 0);
  assert.deepEqual([...first.value.body], [1]);
  assert.deepEqual([...second.value.body], [2, 3]);
  assert.equal(end.done, true);
});

test("parts that are asked for before the last one has come are given in order", async () => {
  async function* parts() {
    yield new Uint8Array([1]);
    yield new Uint8Array([2]);
  }
  const message = create(CallResourceRequestSchema, { path: "a", method: "GET" });
  // Its handler reads nothing of the context.
  const messages = serveResources(() => ({ body: parts() }))(message, {} as HandlerContext);
  const iterator = messages[Symbol.asyncIterator]();

  const results = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);

  assert.deepEqual(
    results.map(({ done, value }) => (done === true ? "end" : [...(value.body ?? [])])),
    [[1], [2], "end", "end"],
  );
});

test("a body that breaks off fails the call after what was sent", async () => {
  let pulls = 0;
  const body = () =>
    new ReadableStream({
      pull: (controller) => {
        if (pulls++ === 0) controller.enqueue(new Uint8Array([1]));
        else controller.error(new Error("the disk is gone"));
      },
    });
  const { call, log } = serving(() => new Response(body()));
  const seen: number[] = [];

  const error = await rejectsWithConnectError(
    (async () => {
      for await (const message of call({})) seen.push(message.body.length);
    })(),
    Code.Unknown,
  );

  assert.deepEqual(seen, [1]);
  assert.match(error.message, /the disk is gone/);
  assert.equal(log.length, 1);
});

test("a body of texts fails the call and is cancelled", async () => {
  let isCancelled = false;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue("text"),
    cancel: () => {
      isCancelled = true;
    },
  });
  const { ask } = serving(() => new Response(body));

  const error = await rejectsWithConnectError(ask({}), Code.Unknown);

  assert.match(error.message, /expected bytes .* TextEncoderStream/);
  assert.equal(isCancelled, true);
});

suite("what is not an answer fails the call", () => {
  const cases: readonly (readonly [name: string, answer: () => unknown, message: RegExp])[] = [
    ["nothing", () => undefined, /expected a Response .* got undefined/],
    ["a text", () => "text", /expected a Response .* got "text"/],
    ["a list", () => [1], /expected a Response .* got a list/],
    ["Response.error()", () => Response.error(), /Response.error\(\) has no status/],
    ["a code that is none", () => ({ code: 99 }), /expected a code from 200 to 999/],
  ];
  for (const [name, answer, message] of cases) {
    test(`not an answer: ${name}`, async () => {
      const { ask, log } = serving(answer as ResourceHandler);

      const error = await rejectsWithConnectError(ask({}), Code.Unknown);

      assert.match(error.message, message);
      assert.equal(log.length, 1);
    });
  }

  test("not an answer: a body that was read before", async () => {
    const { ask } = serving(async () => {
      const response = new Response("x");
      await response.text();
      return response;
    });

    await rejectsWithConnectError(ask({}), Code.Unknown);
  });
});

test("what a handler throws fails the call, at once or later", async () => {
  for (const handler of [
    () => {
      throw new Error("boom");
    },
    async () => {
      await Promise.resolve();
      throw new Error("boom");
    },
  ]) {
    const { ask, log } = serving(handler);

    assert.match((await rejectsWithConnectError(ask({}), Code.Unknown)).message, /boom/);
    assert.equal(log.length, 1);
  }
});

test("anything that can be thrown fails the call", async () => {
  const proxy = new Proxy(
    {},
    {
      get: () => {
        throw new Error("trap");
      },
      getPrototypeOf: () => {
        throw new Error("trap");
      },
    },
  );
  for (const thrown of [undefined, null, 0, "text", Symbol("s"), proxy]) {
    const { ask, log } = serving(async () => {
      throw thrown;
    });

    await rejectsWithConnectError(ask({}), Code.Unknown);
    assert.equal(log.length, 1);
  }
});

test("a QueryError with a status of the caller is answered with it", async () => {
  const { ask, log } = serving(() => {
    throw new QueryError("no such city", { status: 404 });
  });

  const { code, text } = await ask({});

  assert.deepEqual([code, JSON.parse(text)], [404, { message: "no such city" }]);
  assert.deepEqual(log, []);
});

test("a method that Fetch refuses gets 405", async () => {
  const { ask } = serving(() => ({ body: "x" }));

  for (const method of ["CONNECT", "trace", "GET /", "ä"])
    assert.equal((await ask({ method })).code, 405, method);
});

test("headers that HTTP does not allow are left out", async () => {
  const { ask } = serving((request) => Response.json([...request.headers]));

  const { text } = await ask({ headers: { "bad name": ["x"], "X-Line": ["a\nb"], "X-Good": ["1"] } });

  assert.deepEqual(JSON.parse(text), [["x-good", "1"]]);
});

suite("over a socket, a call that the host cancels is over", () => {
  test("although its handler never answers", async (t) => {
    let isAborted = false;
    let hasBegun = false;
    const handler: ResourceHandler = (request) => {
      hasBegun = true;
      request.signal.addEventListener("abort", () => {
        isAborted = true;
      });
      return new Promise(() => {});
    };
    const ended: unknown[] = [];
    const resource = await overSocket(t, handler, ended);
    const controller = new AbortController();

    const call = collect(resource.callResource({}, { signal: controller.signal }));
    await until("the handler runs", () => hasBegun);
    controller.abort();

    await rejectsWithConnectError(call, Code.Canceled);
    await until(
      "the signal is aborted and the handler counts as ended",
      () => isAborted && ended.length === 1,
    );
  });

  test("and the body of its answer is cancelled", async (t) => {
    let isCancelled = false;
    const body = () =>
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array([1])),
        cancel: () => {
          isCancelled = true;
        },
      });
    const ended: unknown[] = [];
    const resource = await overSocket(t, () => new Response(body()), ended);
    const controller = new AbortController();

    const messages = resource.callResource({}, { signal: controller.signal })[Symbol.asyncIterator]();
    await messages.next();
    controller.abort();

    await rejectsWithConnectError(messages.next(), Code.Canceled);
    await until("the body is cancelled", () => isCancelled && ended.length === 1);
  });
});

suite("what a call made for its handler is released once", () => {
  function holding(handler: (request: Request, env: number) => Response | Promise<Response>) {
    const released: number[] = [];
    let made = 0;
    const callResource = serveResources(handler, {
      env: async () => ++made,
      onEnd: (env) => {
        released.push(env);
      },
    });
    const { services } = implement(v2, { resource: { callResource } });
    return { released, services };
  }

  test("after the last message, and not before", async (t) => {
    const parts = new TransformStream<Uint8Array, Uint8Array>();
    const { released, services } = holding(() => new Response(parts.readable));
    const { connection } = await connectedPair(t, services);

    const messages = createClient(Resource, connection.transport).callResource({})[Symbol.asyncIterator]();
    await messages.next();
    assert.deepEqual(released, []);
    await parts.writable.close();
    assert.equal((await messages.next()).done, true);

    assert.deepEqual(released, [1]);
  });

  test("when the handler throws", async (t) => {
    const { released, services } = holding(() => Promise.reject(new Error("boom")));
    const { connection } = await connectedPair(t, services);

    await collect(createClient(Resource, connection.transport).callResource({})).catch(() => {});

    assert.deepEqual(released, [1]);
  });

  test("when the host cancels and the handler never answers", async (t) => {
    let hasBegun = false;
    const { released, services } = holding(() => {
      hasBegun = true;
      return new Promise(() => {});
    });
    const { connection } = await connectedPair(t, services);
    const controller = new AbortController();

    const { signal } = controller;
    const call = collect(createClient(Resource, connection.transport).callResource({}, { signal }));
    await until("the handler runs", () => hasBegun);
    controller.abort();
    await call.catch(() => {});

    await until("it is released", () => released.length > 0);
    assert.deepEqual(released, [1]);
  });

  test("when it is made after the call was over, and the handler is not called", async (t) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const [released, called]: [string[], string[]] = [[], []];
    let isMaking = false;
    const callResource = serveResources<string>(
      (_request, env) => {
        called.push(env);
        return new Response();
      },
      {
        env: () => {
          isMaking = true;
          return promise;
        },
        onEnd: (env) => {
          released.push(env);
        },
      },
    );
    const ended: unknown[] = [];
    const { connection } = await connectedPair(t, implement(v2, { resource: { callResource } }).services, {
      listen: { guards: [{ side: "handler", onBegin: () => {}, onEnd: () => ended.push(1) }] },
    });
    const controller = new AbortController();

    const { signal } = controller;
    const call = collect(createClient(Resource, connection.transport).callResource({}, { signal }));
    await until("the call is being prepared", () => isMaking);
    controller.abort();
    await call.catch(() => {});
    await until("the call is over", () => ended.length > 0);
    resolve("late");

    await until("it is released", () => released.length > 0);
    assert.deepEqual([released, called], [["late"], []]);
  });
});

/** @param ended gets an entry for each handler that has ended */
async function overSocket(t: test.TestContext, handler: ResourceHandler, ended: unknown[]) {
  const { services } = implement(v2, { resource: { callResource: serveResources(handler) } });
  const { connection } = await connectedPair(t, services, {
    listen: {
      guards: [
        {
          side: "handler",
          onBegin: () => {},
          onEnd: (_call, reason) => {
            ended.push(reason);
            return reason;
          },
        },
      ],
    },
  });
  return createClient(Resource, connection.transport);
}
