import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { v3Services } from "grafana-plugin-protocol/experimental/v3";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v1 } from "grafana-plugin-protocol/v1";
import { rendererServices, UserSchema, v2 } from "grafana-plugin-protocol/v2";
import { rejectionOf, rejectsWithConnectError } from "../helpers/rejection.ts";
import { until } from "../helpers/until.ts";

suite("an in-memory plugin", () => {
  test("an in-memory plugin is a typed client of its major", async () => {
    const two = createInMemoryPlugin(v2, {
      data: { queryData: () => ({ responses: { A: { status: 200 } } }) },
    });
    const one = createInMemoryPlugin(v1, { datasource: { query: () => ({ results: [{ refId: "A" }] }) } });

    assert.equal(two.protocolVersion, 2);
    assert.equal((await two.data.queryData({})).responses["A"]?.status, 200);
    assert.equal(one.protocolVersion, 1);
    assert.equal((await one.datasource.query({})).results[0]?.refId, "A");
  });

  test("an in-memory plugin hands a handler a whole message, and keeps 64-bit numbers", async () => {
    const plugin = createInMemoryPlugin(v2, {
      data: {
        queryData({ queries, headers }) {
          assert.deepEqual(headers, {});
          const [query] = queries;
          return { responses: { [query?.refId ?? ""]: { error: String(query?.maxDataPoints) } } };
        },
      },
    });

    const { responses } = await plugin.data.queryData({ queries: [{ refId: "", maxDataPoints: 2n ** 62n }] });

    assert.equal(responses[""]?.error, "4611686018427387904");
  });

  test("an in-memory plugin answers a method and a service that is left out with UNIMPLEMENTED", async () => {
    const plugin = createInMemoryPlugin(v2, { stream: {} });

    const method = await rejectsWithConnectError(plugin.stream.publishStream({}), Code.Unimplemented);
    await rejectsWithConnectError(plugin.data.queryData({}), Code.Unimplemented);

    assert.match(method.rawMessage, /PublishStream/);
  });

  test("an in-memory plugin passes a ConnectError with its details on, and makes UNKNOWN of another error", async () => {
    const plugin = createInMemoryPlugin(v2, {
      data: {
        queryData({ queries }) {
          if (queries.length > 0) throw new TypeError("no such table");
          const details = [{ desc: UserSchema, value: { login: "ada" } }];
          throw new ConnectError("not you", Code.PermissionDenied, { "x-why": "because" }, details);
        },
      },
    });

    const wanted = await rejectsWithConnectError(plugin.data.queryData({}), Code.PermissionDenied);
    const other = await rejectsWithConnectError(plugin.data.queryData({ queries: [{}] }), Code.Unknown);

    assert.equal(wanted.rawMessage, "not you");
    assert.equal(wanted.findDetails(UserSchema)[0]?.login, "ada");
    assert.equal(wanted.metadata.get("x-why"), "because");
    assert.equal(other.rawMessage, "no such table");
  });

  test("an in-memory plugin ends a stream that the consumer leaves", async () => {
    let isOver = false;
    const plugin = createInMemoryPlugin(v2, {
      stream: {
        async *runStream(_request, { signal }) {
          try {
            for (let count = 0; !signal.aborted; count++) yield { data: new Uint8Array([count]) };
          } finally {
            isOver = true;
          }
        },
      },
    });

    for await (const { data } of plugin.stream.runStream({})) if (data[0] === 3) break;

    await until("the handler has ended", () => isOver);
  });

  test("an in-memory plugin streams what a handler yields, and then its error", async () => {
    const plugin = createInMemoryPlugin(v2, {
      resource: {
        async *callResource() {
          yield { code: 200, body: new Uint8Array([1]) };
          yield { body: new Uint8Array([2]) };
          throw new RangeError("no more");
        },
      },
    });
    const seen: number[] = [];

    const reason = await rejectionOf(
      (async () => {
        for await (const { body } of plugin.resource.callResource({})) seen.push(...body);
      })(),
    );

    assert.deepEqual(seen, [1, 2]);
    assert.ok(
      reason instanceof ConnectError && reason.code === Code.Unknown && reason.rawMessage === "no more",
    );
  });

  test("an in-memory plugin tells the handler of a cancelled call", async () => {
    let isRunning = false;
    let isAborted = false;
    const plugin = createInMemoryPlugin(v2, {
      data: {
        queryData: (_request, { signal }) =>
          new Promise((resolve) => {
            isRunning = true;
            signal.addEventListener("abort", () => {
              isAborted = true;
              resolve({});
            });
          }),
      },
    });
    const controller = new AbortController();
    const call = rejectsWithConnectError(
      plugin.data.queryData({}, { signal: controller.signal }),
      Code.Canceled,
    );

    await until("the handler runs", () => isRunning);

    controller.abort();

    await call;
    await until("the handler's signal is aborted", () => isAborted);
  });

  test("an in-memory plugin has the services that a spread adds", async () => {
    const plugin = createInMemoryPlugin(
      { ...v2, services: { ...v2.services, ...rendererServices, ...v3Services } },
      {
        renderer: { render: ({ url }) => ({ error: url }) },
        route: {
          async *callRoute({ path }) {
            yield { code: 200, body: new TextEncoder().encode(path) };
          },
        },
      },
    );

    assert.equal((await plugin.renderer.render({ url: "u" })).error, "u");
    for await (const { code } of plugin.route.callRoute({ path: "p" })) assert.equal(code, 200);
  });

  test("an in-memory plugin refuses handlers of a service that the major lacks", () => {
    assert.throws(
      // @ts-expect-error v1 has no such service
      () => createInMemoryPlugin(v1, { data: {} }),
      { code: "invalid_option" },
    );
  });
});
