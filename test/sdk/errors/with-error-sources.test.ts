import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code } from "@connectrpc/connect";
import type { LogRecord } from "grafana-plugin-protocol/go-plugin";
import { downstream, requestStatusOf, withErrorSources } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import {
  answerQueries,
  answerQueriesInChunks,
  errorSourceOf,
  QueryError,
  v2,
} from "grafana-plugin-protocol/v2";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";

const refused = (): Error => Object.assign(new Error("connect"), { code: "ECONNREFUSED" });

/** A plugin whose handlers all throw what `make` returns. */
function failing(make: () => unknown) {
  const log: LogRecord[] = [];
  const fail = (): never => {
    throw make();
  };
  const plugin = createInMemoryPlugin(
    v2,
    withErrorSources({
      admission: { validateAdmission: fail, mutateAdmission: async () => fail() },
      conversion: { convertObjects: fail },
      data: {
        queryData: fail,
        // biome-ignore lint/correctness/useYield: it fails before its first message
        async *queryChunkedData() {
          fail();
        },
      },
      diagnostics: { checkHealth: fail, collectMetrics: fail },
      resource: {
        async *callResource() {
          yield { code: 200 };
          fail();
        },
      },
      stream: { subscribeStream: fail, publishStream: fail, runStream: fail },
    }),
    { onLog: (record) => log.push(record) },
  );
  const drain = async (messages: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of messages);
  };
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    callResource: () => drain(plugin.resource.callResource({})),
    checkHealth: () => plugin.diagnostics.checkHealth({}),
    collectMetrics: () => plugin.diagnostics.collectMetrics({}),
    convertObjects: () => plugin.conversion.convertObjects({}),
    mutateAdmission: () => plugin.admission.mutateAdmission({}),
    publishStream: () => plugin.stream.publishStream({}),
    queryChunkedData: () => drain(plugin.data.queryChunkedData({})),
    queryData: () => plugin.data.queryData({}),
    runStream: () => drain(plugin.stream.runStream({})),
    subscribeStream: () => plugin.stream.subscribeStream({}),
    validateAdmission: () => plugin.admission.validateAdmission({}),
  };
  return { calls, log };
}

suite("the error of a handler carries its source", () => {
  for (const rpc of Object.keys(failing(refused).calls)) {
    test(`source of ${rpc}`, async () => {
      const { calls, log } = failing(refused);

      const error = await rejectsWithConnectError(calls[rpc]?.() ?? Promise.resolve(), Code.Unknown);

      assert.equal(errorSourceOf(error), "downstream");
      assert.deepEqual(log, []);
    });

    test(`a defect in ${rpc} has no source and is logged`, async () => {
      const { calls, log } = failing(() => new TypeError("a defect"));

      const error = await rejectsWithConnectError(calls[rpc]?.() ?? Promise.resolve(), Code.Unknown);

      assert.equal(errorSourceOf(error), undefined);
      assert.equal(log.length, 1);
    });
  }
});

function querying(make: () => unknown) {
  const log: LogRecord[] = [];
  const fail = (): never => {
    throw make();
  };
  const plugin = createInMemoryPlugin(
    v2,
    withErrorSources({
      data: {
        queryData: (request) => answerQueries(request, fail),
        queryChunkedData: (request) => answerQueriesInChunks(request, fail),
      },
    }),
    { onLog: (record) => log.push(record) },
  );
  return { plugin, log };
}

test("a query that fails because of a service is downstream, with the status for it, and no defect", async () => {
  const { plugin, log } = querying(refused);

  const { responses } = await plugin.data.queryData({ queries: [{ refId: "A" }] });

  const { error, errorSource, status } = responses["A"] ?? assert.fail();
  assert.deepEqual(
    { error, errorSource, status },
    { error: "connect", errorSource: "downstream", status: 502 },
  );
  assert.deepEqual(log, []);
});

test("a chunked query that fails because of a service is downstream", async () => {
  const { plugin, log } = querying(refused);

  for await (const { errorSource, status } of plugin.data.queryChunkedData({ queries: [{ refId: "A" }] })) {
    assert.deepEqual({ errorSource, status }, { errorSource: "downstream", status: 502 });
  }
  assert.deepEqual(log, []);
});

test("a query that fails because of a defect is the plugin's, and is logged", async () => {
  const { plugin, log } = querying(() => new TypeError("a defect"));

  const { responses } = await plugin.data.queryData({ queries: [{ refId: "A" }] });

  const { errorSource, status } = responses["A"] ?? assert.fail();
  assert.deepEqual({ errorSource, status }, { errorSource: "plugin", status: 500 });
  assert.equal(log.length, 1);
});

test("a query keeps what a QueryError says", async () => {
  const { plugin } = querying(
    () => new QueryError("no such table", { status: 404, errorSource: "downstream" }),
  );

  const { responses } = await plugin.data.queryData({ queries: [{ refId: "A" }] });

  const { errorSource, status } = responses["A"] ?? assert.fail();
  assert.deepEqual({ errorSource, status }, { errorSource: "downstream", status: 404 });
});

test("a marked error of a query is not logged", async () => {
  const { plugin, log } = querying(() => downstream(new Error("quota exceeded")));

  const { responses } = await plugin.data.queryData({ queries: [{ refId: "A" }] });

  assert.equal(responses["A"]?.errorSource, "downstream");
  assert.deepEqual(log, []);
});

test("an error without source and status in an answer gets those of the plugin", async () => {
  const plugin = createInMemoryPlugin(
    v2,
    withErrorSources({
      data: { queryData: () => ({ responses: { A: { error: "boom" }, B: { status: 200 } } }) },
    }),
  );

  const { responses } = await plugin.data.queryData({});

  assert.deepEqual([responses["A"]?.errorSource, responses["A"]?.status], ["plugin", 500]);
  assert.deepEqual([responses["B"]?.errorSource, responses["B"]?.status], ["", 200]);
});

test("handlers of a class keep their this", async () => {
  class Health {
    readonly message = "ready";
    checkHealth(): { message: string } {
      return { message: this.message };
    }
  }
  const plugin = createInMemoryPlugin(v2, withErrorSources({ diagnostics: new Health() }));

  assert.equal((await plugin.diagnostics.checkHealth({})).message, "ready");
});

test("the status of a query call is that of its worst query", () => {
  const ok = { status: 200 };
  const failed = { error: "boom" };
  const cancelled = { error: "rpc error: code = Canceled desc = context canceled" };

  assert.equal(requestStatusOf(undefined), "ok");
  assert.equal(requestStatusOf({ responses: {} }), "ok");
  assert.equal(requestStatusOf({ responses: { A: ok } }), "ok");
  assert.equal(requestStatusOf({ responses: { A: ok, B: cancelled } }), "cancelled");
  assert.equal(requestStatusOf({ responses: { A: failed, B: cancelled } }), "error");
});
