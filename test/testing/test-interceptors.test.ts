import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Interceptor, testInterceptors } from "grafana-plugin-protocol/testing";
import { type QueryDataRequest, v2 } from "grafana-plugin-protocol/v2";
import { rejectsWithConnectError } from "../helpers/rejection.ts";

/** Adds a header to each call. */
const adding: Interceptor = (next) => (request) => {
  request.header.set("x-added", request.method.localName);
  return next(request);
};

test("every RPC of a major answers through the interceptors, and is recorded", async () => {
  const { client, received } = testInterceptors(v2, { interceptors: [adding], side: "host" });

  await client.data.queryData({ queries: [{ refId: "A" }] });
  await client.diagnostics.checkHealth({});
  const parts = [];
  for await (const part of client.resource.callResource({ path: "x" })) parts.push(part.code);
  for await (const _ of client.stream.runStream({}));

  assert.deepEqual(parts, [200]);
  assert.deepEqual(
    received.map(({ method, context }) => [method, context.requestHeader.get("x-added")]),
    ["queryData", "checkHealth", "callResource", "runStream"].map((name) => [name, name]),
  );
  const [first] = received.map(({ request }) => request as QueryDataRequest);
  assert.equal(first?.queries[0]?.refId, "A");
});

test("interceptors of a plugin stand around its handlers", async () => {
  const seen: string[] = [];
  const noting: Interceptor = (next) => async (request) => {
    seen.push(`before ${request.method.localName}`);
    const response = await next(request);
    seen.push("after");
    return response;
  };
  const { client } = testInterceptors(v2, {
    interceptors: [noting],
    handlers: {
      diagnostics: {
        checkHealth() {
          seen.push("handler");
          return { message: "fine" };
        },
      },
    },
  });

  assert.equal((await client.diagnostics.checkHealth({})).message, "fine");
  assert.deepEqual(seen, ["before checkHealth", "handler", "after"]);
});

test("what an interceptor refuses reaches no handler", async () => {
  const { client, received } = testInterceptors(v2, {
    interceptors: [
      () => () => {
        throw new ConnectError("not you", Code.PermissionDenied);
      },
    ],
  });

  await rejectsWithConnectError(client.data.queryData({}), Code.PermissionDenied);
  assert.deepEqual(received, []);
});
