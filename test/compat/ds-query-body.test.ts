import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { formatDsQueryBody } from "grafana-plugin-protocol/compat";
import { createField, createFrame, encodeFrame, formatFrameJson } from "grafana-plugin-protocol/frames";
import { DatasourceResponseSchema, RowValue_Kind } from "grafana-plugin-protocol/v1";
import { QueryDataResponseSchema } from "grafana-plugin-protocol/v2";

test("a query that failed makes the status 400, or 207 when asked for", async () => {
  const answer = create(QueryDataResponseSchema, {
    responses: { A: { status: 200 }, B: { status: 502, error: "boom", errorSource: "downstream" } },
  });

  const written = await formatDsQueryBody(answer);

  assert.deepEqual(written, {
    status: 400,
    body:
      '{"results":{"A":{"status":200,"frames":[]},' +
      '"B":{"error":"boom","errorSource":"downstream","status":502,"frames":[]}}}',
  });
  assert.equal((await formatDsQueryBody(answer, { failedStatus: 207 })).status, 207);
});

test("a query without an error text has not failed, whatever its status, and none reads as 500", async () => {
  const answer = create(QueryDataResponseSchema, { responses: { A: { status: 404 }, B: {} } });

  assert.deepEqual(await formatDsQueryBody(answer), {
    status: 200,
    body: '{"results":{"A":{"status":404,"frames":[]},"B":{"status":500,"frames":[]}}}',
  });
});

test("frames are JSON, whatever format they came in", async () => {
  const frame = createFrame({ name: "f", refId: "A", fields: [createField("n", "int64", [2n ** 63n - 1n])] });
  const arrow = await encodeFrame(frame);

  const { body } = await formatDsQueryBody(
    create(QueryDataResponseSchema, { responses: { A: { status: 200, frames: [arrow] } } }),
  );

  assert.equal(body, `{"results":{"A":{"status":200,"frames":[${formatFrameJson(frame)}]}}}`);
});

test("a frame that cannot be read fails the answer, and the error names the query", async () => {
  const answer = create(QueryDataResponseSchema, {
    responses: { A: { status: 200, frames: [new TextEncoder().encode("garbage")] } },
  });

  await assert.rejects(formatDsQueryBody(answer), {
    name: "FrameError",
    code: "arrow_not_a_file",
    message: /^result "A": /,
  });
});

test("series and tables of a v1 plugin become frames", async () => {
  const answer = create(DatasourceResponseSchema, {
    results: [
      {
        refId: "A",
        metaJson: '{"rows":1}',
        series: [{ name: "cpu", tags: { host: "a" }, points: [{ timestamp: 1000n, value: 1.5 }] }],
        tables: [
          {
            columns: [{ name: "n" }],
            rows: [{ values: [{ kind: RowValue_Kind.TYPE_INT64, int64Value: 7n }] }],
          },
        ],
      },
      { refId: "B", error: "boom" },
    ],
  });

  const { status, body } = await formatDsQueryBody(answer);

  assert.equal(status, 400);
  assert.deepEqual(JSON.parse(body), {
    results: {
      A: {
        status: 200,
        frames: [
          {
            schema: {
              name: "cpu",
              refId: "A",
              meta: { typeVersion: [0, 0], custom: { rows: 1 } },
              fields: [
                { name: "Time", type: "time", typeInfo: { frame: "time.Time" } },
                {
                  name: "Value",
                  type: "number",
                  typeInfo: { frame: "float64", nullable: true },
                  labels: { host: "a" },
                  config: { displayNameFromDS: "cpu" },
                },
              ],
            },
            data: { values: [[1000], [1.5]] },
          },
          {
            schema: {
              refId: "A",
              meta: { typeVersion: [0, 0], custom: { rows: 1 } },
              fields: [{ name: "n", type: "number", typeInfo: { frame: "int64", nullable: true } }],
            },
            data: { values: [[7]] },
          },
        ],
      },
      B: { error: "boom", errorSource: "plugin", status: 500, frames: [] },
    },
  });
});

test("an answer without queries has an empty map of results", async () => {
  assert.deepEqual(await formatDsQueryBody(create(QueryDataResponseSchema)), {
    status: 200,
    body: '{"results":{}}',
  });
});

for (const [name, metaJson] of [
  ["is no JSON", "{"],
  ["is nested too deep", "[".repeat(100_000) + "]".repeat(100_000)],
] as const) {
  test(`meta of a v1 plugin that ${name} is left out`, async () => {
    const results = [{ refId: "A", metaJson, series: [{}] }];

    const { status, body } = await formatDsQueryBody(create(DatasourceResponseSchema, { results }));

    assert.equal(status, 200);
    assert.doesNotMatch(body, /meta/);
  });
}
