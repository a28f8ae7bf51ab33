/** Interceptors that answer without the handler, on Connect's own server, which `createInMemoryPlugin` uses. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { captureHar, harRecorderOf, queryCache, resourceAccess } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";
import { collect } from "../../interop/case.ts";

suite("an interceptor that answers itself", () => {
  test("a cached answer reaches the caller", async () => {
    let asked = 0;
    const handlers = {
      data: {
        queryData: () => {
          asked++;
          return { responses: { A: { status: 200 } } };
        },
      },
    };
    const client = createInMemoryPlugin(v2, handlers, { interceptors: [queryCache()] });
    const request = { queries: [{ refId: "A" }] };

    await client.data.queryData(request);
    const { responses } = await client.data.queryData(request);

    assert.equal(responses["A"]?.status, 200);
    assert.equal(asked, 1);
  });

  test("a refusal of resourceAccess reaches the caller", async () => {
    const handlers = { resource: { callResource: () => assert.fail("the handler was called") } };
    const client = createInMemoryPlugin(v2, handlers, { interceptors: [resourceAccess({ role: "Admin" })] });

    const [answer] = await collect(client.resource.callResource({ path: "x" }));

    assert.equal(answer?.code, 401);
  });

  test("the recording of a call that failed reaches the caller", async () => {
    const handlers: Parameters<typeof createInMemoryPlugin<typeof v2>>[1] = {
      data: {
        queryData: (_request, context) => {
          harRecorderOf(context)?.recordQuery({
            kind: "sql.query",
            startedAt: new Date(),
            durationMs: 1,
            statement: "SELECT 1",
          });
          throw new Error("after the query");
        },
      },
    };
    const client = createInMemoryPlugin(v2, handlers, { interceptors: [captureHar()], onLog: () => {} });

    const { responses } = await client.data.queryData({
      headers: { "X-Grafana-HAR-Capture": "true" },
      queries: [{ refId: "A" }],
    });

    assert.deepEqual(Object.keys(responses), ["__har__"]);
    assert.equal(responses["__har__"]?.error, "after the query");
  });
});
