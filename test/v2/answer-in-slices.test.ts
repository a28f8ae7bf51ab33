import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";
import {
  answerQueries,
  answerQueriesInChunks,
  DataFrameFormat,
  QueryChunkedDataRequestSchema,
  QueryDataRequestSchema,
} from "grafana-plugin-protocol/v2";
import { collect } from "../interop/case.ts";

const rows = 500_000;

function largeFrame(): Frame {
  const data = Float64Array.from({ length: rows }, (_, row) => Math.sin(row));
  return createFrame({ fields: [createField("a", "float64", data), createField("b", "float64", data)] });
}

/** How many turns of the event loop others get until the work is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isDone = true;
  return turns;
}

test("while a large answer is encoded other calls get turns", async () => {
  const request = create(QueryDataRequestSchema, { queries: [{ refId: "A" }], format: DataFrameFormat.JSON });
  const frame = largeFrame();

  const turns = await turnsDuring(() => answerQueries(request, () => frame));

  assert.ok(turns > 1, `expected several turns, got ${turns}`);
});

test("while many queries are answered other calls get turns, and each answer is its own", async () => {
  const queries = Array.from({ length: 3000 }, (_, i) => ({ refId: `Q${i}` }));
  const request = create(QueryDataRequestSchema, { queries, format: DataFrameFormat.ARROW });
  let responses: Awaited<ReturnType<typeof answerQueries>>["responses"];

  const turns = await turnsDuring(async () => {
    ({ responses } = await answerQueries(request, ({ refId }) => {
      if (refId === "Q7") throw new Error("no such series");
      const fields = Array.from({ length: 20 }, (_, i) => createField(`f${i}`, "float64", [i]));
      return createFrame({ name: refId, fields });
    }));
  });

  assert.deepEqual(
    Object.keys(responses ?? {}),
    queries.map(({ refId }) => refId),
  );
  assert.equal(responses?.["Q7"]?.error, "no such series");
  assert.equal(responses?.["Q8"]?.frames?.length, 1);
  assert.ok(turns > 1, `expected several turns, got ${turns}`);
});

test("while a large chunk is encoded other calls get turns", async () => {
  const request = create(QueryChunkedDataRequestSchema, {
    queries: [{ refId: "A" }],
    format: DataFrameFormat.JSON,
  });
  const frame = largeFrame();

  const turns = await turnsDuring(() =>
    collect(answerQueriesInChunks(request, () => [frame], { maxRows: 2 ** 20 })),
  );

  assert.ok(turns > 1, `expected several turns, got ${turns}`);
});
