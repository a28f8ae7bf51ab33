import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  formatDsQueryBody,
  formatFailedQueryBody,
  formatTsdbQueryBody,
  type QueryResponse,
} from "grafana-plugin-protocol/compat";
import { createField, createFrame, decodeFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { DatasourceResponseSchema, RowValue_Kind } from "grafana-plugin-protocol/v1";
import {
  DataFrameFormat,
  type DataResponseSchema,
  QueryDataResponseSchema,
} from "grafana-plugin-protocol/v2";

type Results = NonNullable<MessageInitShape<typeof DatasourceResponseSchema>["results"]>;

function v1(...results: Results): QueryResponse {
  return create(DatasourceResponseSchema, { results });
}

function v2(responses: Record<string, MessageInitShape<typeof DataResponseSchema>>): QueryResponse {
  return create(QueryDataResponseSchema, { responses });
}

/** The one entry of a body, without what is the same in all. */
async function entryOf(result: Results[number]): Promise<string> {
  const { body } = await formatTsdbQueryBody(v1({ refId: "A", ...result }));
  return body.replace('{"results":{"A":', "").replace(/\}\}$/, "");
}

test("a v1 answer is what a Plutono server was seen to make of it", async () => {
  const answer = v1({
    refId: "A",
    metaJson: '{"b": 1, "a": {"d": 1.50, "c": 9007199254740993}}',
    series: [
      {
        name: "s1",
        tags: { k: "v" },
        points: [
          { timestamp: 1_700_000_000_000n, value: 1.5 },
          { timestamp: 1_700_000_060_000n, value: 2.5 },
        ],
      },
    ],
    tables: [
      {
        columns: [{ name: "n" }, { name: "d" }, { name: "i" }, { name: "b" }, { name: "s" }, { name: "y" }],
        rows: [
          {
            values: [
              { kind: RowValue_Kind.TYPE_NULL },
              { kind: RowValue_Kind.TYPE_DOUBLE, doubleValue: 1.25 },
              { kind: RowValue_Kind.TYPE_INT64, int64Value: 9_007_199_254_740_993n },
              { kind: RowValue_Kind.TYPE_BOOL, boolValue: true },
              { kind: RowValue_Kind.TYPE_STRING, stringValue: "str" },
              { kind: RowValue_Kind.TYPE_BYTES, bytesValue: new TextEncoder().encode("bytes") },
            ],
          },
        ],
      },
    ],
  });

  const written = await formatTsdbQueryBody(answer);

  assert.deepEqual(written, {
    status: 200,
    body:
      '{"results":{"A":{"refId":"A","meta":{"a":{"c":9007199254740993,"d":1.50},"b":1},' +
      '"series":[{"name":"s1","points":[[1.5,1700000000000],[2.5,1700000060000]],"tags":{"k":"v"}}],' +
      '"tables":[{"columns":[{"text":"n"},{"text":"d"},{"text":"i"},{"text":"b"},{"text":"s"},{"text":"y"}],' +
      '"rows":[[null,1.25,9007199254740993,true,"str","Ynl0ZXM="]]}],"dataframes":null}}}',
  });
});

for (const [name, result, expected] of [
  ["without anything", {}, '{"refId":"A","series":[],"tables":null,"dataframes":null}'],
  [
    "with a series of no points",
    { series: [{ name: "s" }] },
    '{"refId":"A","series":[{"name":"s","points":[]}],"tables":null,"dataframes":null}',
  ],
  [
    "with an empty table",
    { tables: [{}] },
    '{"refId":"A","series":[],"tables":[{"columns":null,"rows":[]}],"dataframes":null}',
  ],
  [
    "with an empty row",
    { tables: [{ columns: [{ name: "c" }], rows: [{}] }] },
    '{"refId":"A","series":[],"tables":[{"columns":[{"text":"c"}],"rows":[[]]}],"dataframes":null}',
  ],
  [
    "with NaN, in a point and in a cell",
    {
      series: [{ points: [{ value: Number.NaN }] }],
      tables: [{ rows: [{ values: [{ kind: RowValue_Kind.TYPE_DOUBLE, doubleValue: Number.NaN }] }] }],
    },
    '{"refId":"A","series":[{"name":"","points":[[null,0]]}],"tables":[{"columns":null,"rows":[[null]]}],"dataframes":null}',
  ],
  [
    "with bytes that did not come",
    { tables: [{ rows: [{ values: [{ kind: RowValue_Kind.TYPE_BYTES }] }] }] },
    '{"refId":"A","series":[],"tables":[{"columns":null,"rows":[[null]]}],"dataframes":null}',
  ],
  [
    "with numbers that have exponents: never in a point, as JSON has them in a cell",
    {
      series: [{ points: [{ value: 1e21 }, { value: -1.5e-7 }, { value: -0, timestamp: -1n }] }],
      tables: [
        {
          rows: [
            { values: [1e21, 1e-7].map((doubleValue) => ({ kind: RowValue_Kind.TYPE_DOUBLE, doubleValue })) },
          ],
        },
      ],
    },
    '{"refId":"A","series":[{"name":"","points":[[1000000000000000000000,0],[-0.00000015,0],[-0,-1]]}],' +
      '"tables":[{"columns":null,"rows":[[1e+21,1e-7]]}],"dataframes":null}',
  ],
  [
    "with meta that is no JSON",
    { metaJson: "{" },
    '{"refId":"A","series":[],"tables":null,"dataframes":null}',
  ],
  [
    "with meta that is null",
    { metaJson: "null" },
    '{"refId":"A","meta":null,"series":[],"tables":null,"dataframes":null}',
  ],
  [
    "with meta nested too deep to read",
    { metaJson: "[".repeat(100_000) + "]".repeat(100_000) },
    '{"refId":"A","series":[],"tables":null,"dataframes":null}',
  ],
  [
    "with HTML in its texts",
    { series: [{ name: "<&>", tags: { b: "\u2028", a: "\b" } }] },
    '{"refId":"A","series":[{"name":"\\u003c\\u0026\\u003e","points":[],"tags":{"a":"\\u0008","b":"\\u2028"}}],"tables":null,"dataframes":null}',
  ],
] satisfies [string, Results[number], string][]) {
  test(`a v1 result ${name}`, async () => {
    assert.equal(await entryOf(result), expected);
  });
}

test("a failed v1 query fails the answer with status 400 and its error as message", async () => {
  const written = await formatTsdbQueryBody(v1({ refId: "B" }, { refId: "A", error: "boom" }));

  assert.deepEqual(written, {
    status: 400,
    body:
      '{"results":{"A":{"error":"boom","refId":"A","series":[],"tables":null,"dataframes":null},' +
      '"B":{"refId":"B","series":[],"tables":null,"dataframes":null}},"message":"boom"}',
  });
});

test("of several v1 results for one refId the last counts", async () => {
  const { status, body } = await formatTsdbQueryBody(v1({ refId: "A", error: "first" }, { refId: "A" }));

  assert.equal(status, 200);
  assert.doesNotMatch(body, /first/);
});

for (const [name, result, message] of [
  [
    "a cell of unknown kind",
    { tables: [{ rows: [{ values: [{ kind: 6 as RowValue_Kind }] }] }] },
    /result "A", table 0, row 0, cell 0: expected a kind from 0 to 5, got 6/,
  ],
  [
    "an infinite point",
    { series: [{ points: [{ value: 1 }, { value: Number.NEGATIVE_INFINITY }] }] },
    /result "A", series 0, point 1: JSON cannot hold -Infinity/,
  ],
  [
    "an infinite cell",
    {
      tables: [
        { rows: [{ values: [{ kind: RowValue_Kind.TYPE_DOUBLE, doubleValue: Number.POSITIVE_INFINITY }] }] },
      ],
    },
    /cell 0: JSON cannot hold Infinity/,
  ],
] satisfies [string, Results[number], RegExp][]) {
  test(`${name} fails the whole v1 answer, as in hosts`, async () => {
    await assert.rejects(formatTsdbQueryBody(v1({ refId: "A", ...result })), {
      name: "FrameError",
      code: "v1_unsupported",
      message,
    });
  });
}

test("a v2 answer has its Arrow frames in base64, unread, and its meta too", async () => {
  const garbage = new TextEncoder().encode("garbage");
  const answer = v2({ A: { status: 200, frames: [garbage], jsonMeta: new TextEncoder().encode("{}") } });

  const written = await formatTsdbQueryBody(answer);

  assert.deepEqual(written, {
    status: 200,
    body: '{"results":{"A":{"refId":"A","meta":"e30=","series":null,"tables":null,"dataframes":["Z2FyYmFnZQ=="]}}}',
  });
});

test("a failed v2 query fails the answer with status 400; its own status does not count", async () => {
  const written = await formatTsdbQueryBody(v2({ A: { status: 502, error: "boom" }, B: { status: 404 } }));

  assert.deepEqual(written, {
    status: 400,
    body:
      '{"results":{"A":{"error":"boom","refId":"A","series":null,"tables":null,"dataframes":[]},' +
      '"B":{"refId":"B","series":null,"tables":null,"dataframes":[]}},"message":"boom"}',
  });
});

test("frames that came as JSON reach a frontend that reads Arrow only", async () => {
  const frame = createFrame({ name: "f", fields: [createField("v", "float64", [1, null])] });
  const answer = v2({
    A: { status: 200, format: DataFrameFormat.JSON, frames: [await encodeFrame(frame, { format: "json" })] },
  });

  const { body } = await formatTsdbQueryBody(answer);

  const { results } = JSON.parse(body) as { results: { A: { dataframes: string[] } } };
  const read = await decodeFrame(Buffer.from(results.A.dataframes[0] ?? "", "base64"));
  assert.deepEqual([read.name, read.fields[0]?.values], ["f", [1, null]]);
});

test("base64 of more bytes than a call takes arguments is right", async () => {
  const bytes = Uint8Array.from({ length: 200_001 }, (_, i) => i * 7);

  const { body } = await formatTsdbQueryBody(v2({ A: { status: 200, frames: [bytes] } }));

  const { results } = JSON.parse(body) as { results: { A: { dataframes: string[] } } };
  assert.equal(results.A.dataframes[0], Buffer.from(bytes).toString("base64"));
});

test("Plutono ends the same body of /api/ds/query in a line break, and a failed call has an answer of its own", async () => {
  const answers = [v1({ refId: "A" }), v2({ A: { status: 200 } }), v2({ A: { error: "boom" } })];

  for (const answer of answers) {
    const { status, body } = await formatTsdbQueryBody(answer);
    assert.deepEqual(await formatDsQueryBody(answer, { style: "plutono" }), { status, body: `${body}\n` });
  }
  assert.deepEqual(formatFailedQueryBody(), { status: 500, body: '{"message":"Metric request error"}' });
});
