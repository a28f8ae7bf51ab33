import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import {
  answerQueries,
  answerQueriesInChunks,
  type DataQuery,
  decodeChunks,
  decodeQueryData,
  QueryError,
  v2,
} from "grafana-plugin-protocol/v2";
import { rejectionOf } from "../helpers/rejection.ts";
import { until } from "../helpers/until.ts";
import { collect } from "../interop/case.ts";

const frame = (...values: number[]): Frame =>
  createFrame({ fields: [createField("n", "float64", values, { nullable: false })] });
const queries = (count: number) => Array.from({ length: count }, (_, index) => ({ refId: `Q${index}` }));

/** Counts how many run at the same time; each lets all that may run begin before it ends. */
function createMeter() {
  let running = 0;
  let most = 0;
  return {
    most: () => most,
    async run<T>(answer: T): Promise<T> {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      running--;
      return answer;
    },
  };
}

suite("queries answered in a bound", () => {
  test("answerQueries answers as many queries at a time as its concurrency says, and all of them", async () => {
    const meter = createMeter();
    const plugin = createInMemoryPlugin(v2, {
      data: { queryData: (request) => answerQueries(request, () => meter.run(frame(1)), { concurrency: 3 }) },
    });

    const results = await decodeQueryData(await plugin.data.queryData({ queries: queries(20) }));

    assert.equal(meter.most(), 3);
    assert.equal(results.size, 20);
    assert.ok([...results.values()].every(({ status }) => status === 200));
  });

  test("answerQueries begins no query after the call was cancelled", async () => {
    const controller = new AbortController();
    const begun: string[] = [];
    const plugin = createInMemoryPlugin(v2, {
      data: {
        queryData: (request, { signal }) =>
          answerQueries(
            request,
            async ({ refId }) => {
              begun.push(refId);
              if (begun.length === 2) controller.abort();
              await until("the call is cancelled", () => signal.aborted);
              return frame(1);
            },
            { signal, concurrency: 2 },
          ),
      },
    });

    const failed = await rejectionOf(
      plugin.data.queryData({ queries: queries(10) }, { signal: controller.signal }),
    );

    assert.ok(failed instanceof Error);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(begun, ["Q0", "Q1"]);
  });

  test("ten thousand queries in one call are answered while other calls are", async () => {
    const plugin = createInMemoryPlugin(v2, {
      data: {
        queryData: (request) => answerQueries(request, () => frame(1), { concurrency: 10 }),
      },
    });
    const order: string[] = [];

    const large = plugin.data.queryData({ queries: queries(10_000) }).then((response) => {
      order.push("large");
      return response;
    });
    await plugin.data.queryData({ queries: queries(1) });
    order.push("small");

    assert.equal(Object.keys((await large).responses).length, 10_000);
    assert.deepEqual(order, ["small", "large"]);
  });

  for (const concurrency of [0, -1, 1.5, Number.NaN]) {
    test(`a concurrency of ${concurrency} is refused`, async () => {
      const message = /expected a whole number from 1 on as concurrency/;
      const request = { queries: [], format: 0 } as never;

      assert.match(String(await rejectionOf(answerQueries(request, () => [], { concurrency }))), message);
      const chunks = answerQueriesInChunks(request, () => [], { concurrency });
      assert.match(String(await rejectionOf(chunks.next())), message);
    });
  }
});

suite("chunks of several queries at a time", () => {
  async function* rowsOf({ refId }: DataQuery, meter: ReturnType<typeof createMeter>) {
    for (let part = 0; part < 3; part++) yield await meter.run(frame(part));
    if (refId === "Q1") throw new QueryError("gone", { status: 410 });
  }

  test("answerQueriesInChunks reads as many queries at a time as its concurrency says, each in its order", async () => {
    const meter = createMeter();
    const plugin = createInMemoryPlugin(v2, {
      data: {
        queryChunkedData: (request) =>
          answerQueriesInChunks(request, (query) => rowsOf(query, meter), { concurrency: 4 }),
      },
    });

    const chunks = await collect(decodeChunks(plugin.data.queryChunkedData({ queries: queries(9) })));

    assert.equal(meter.most(), 4);
    assert.equal(chunks.length, 9 * 3 + 1);
    assert.deepEqual(
      chunks
        .filter(({ refId }) => refId === "Q1")
        .map((chunk) => chunk.error?.status ?? chunk.frame?.fields[0]?.get(0)),
      [0, 1, 2, 410],
    );
  });

  test("a slow query holds up no other one", async () => {
    const gate = Promise.withResolvers<void>();
    const plugin = createInMemoryPlugin(v2, {
      data: {
        queryChunkedData: (request) =>
          answerQueriesInChunks(
            request,
            async function* ({ refId }) {
              if (refId === "Q0") await gate.promise;
              yield frame(1);
            },
            { concurrency: 2 },
          ),
      },
    });

    const order: string[] = [];
    for await (const { refId } of plugin.data.queryChunkedData({ queries: queries(5) })) {
      order.push(refId);
      if (order.length === 4) gate.resolve();
    }

    assert.deepEqual(order, ["Q1", "Q2", "Q3", "Q4", "Q0"]);
  });

  test("generators of all queries end when the host leaves", async () => {
    const ended: string[] = [];
    const plugin = createInMemoryPlugin(v2, {
      data: {
        queryChunkedData: (request, { signal }) =>
          answerQueriesInChunks(
            request,
            async function* ({ refId }) {
              try {
                for (;;) yield frame(1);
              } finally {
                ended.push(refId);
              }
            },
            { concurrency: 3, signal },
          ),
      },
    });

    for await (const _ of plugin.data.queryChunkedData({ queries: queries(3) })) break;

    await until("they have ended", () => ended.length === 3);
    assert.deepEqual(ended.sort(), ["Q0", "Q1", "Q2"]);
  });
});
