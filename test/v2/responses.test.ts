import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { createField, createFrame, type Frame, FrameError } from "grafana-plugin-protocol/frames";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import {
  answerQueries,
  answerQueriesInChunks,
  DataFrameFormat,
  type DataQuery,
  DataResponseSchema,
  decodeDataResponse,
  encodeDataResponse,
  type FrameRows,
  QueryError,
  readChunks,
  readQueryData,
  v2,
} from "grafana-plugin-protocol/v2";

const formats = [DataFrameFormat.ARROW, DataFrameFormat.JSON];

function numbers(...values: number[]): Frame {
  return createFrame({ name: "numbers", fields: [createField("n", "float64", values)] });
}

function answer(query: DataQuery): Frame | Frame[] {
  switch (query.queryType) {
    case "one":
      return numbers(1, 2);
    case "two":
      return [numbers(1), numbers(2)];
    case "none":
      return [];
    case "downstream":
      throw new QueryError("the database said no", { status: 400, errorSource: "downstream" });
    default:
      throw new TypeError("a defect");
  }
}

const plugin = createInMemoryPlugin(v2, {
  data: { queryData: (request, { signal }) => answerQueries(request, answer, { signal }) },
});

async function query(format: DataFrameFormat, ...types: string[]) {
  const queries = types.map((queryType) => ({ refId: queryType, queryType }));
  const response = await plugin.data.queryData({ queries, format });
  return { response, results: await readQueryData(response) };
}

for (const format of formats) {
  const name = DataFrameFormat[format];

  test(`a query that succeeds has status 200, its frames in ${name} and its refId in them`, async () => {
    const { response, results } = await query(format, "one", "two", "none");

    assert.equal(response.responses["one"]?.format, format);
    assert.equal(response.responses["one"]?.status, 200);
    assert.equal(response.responses["one"]?.frames[0]?.[0] === 0x7b, format === DataFrameFormat.JSON);
    assert.deepEqual(results.get("one")?.frames[0]?.fields[0]?.values, [1, 2]);
    assert.equal(results.get("one")?.frames[0]?.refId, "one");
    assert.equal(results.get("one")?.error, undefined);
    assert.equal(results.get("two")?.frames.length, 2);
    assert.deepEqual(results.get("none"), { frames: [], status: 200, error: undefined });
  });

  test(`a query that fails leaves the others alone in ${name}, and says whose fault it is`, async () => {
    const { results } = await query(format, "one", "downstream", "defect");

    assert.equal(results.get("one")?.status, 200);
    const { message, status, errorSource } = results.get("downstream")?.error ?? {};
    assert.deepEqual(
      { message, status, errorSource },
      { message: "the database said no", status: 400, errorSource: "downstream" },
    );
    assert.equal(results.get("defect")?.status, 500);
    assert.equal(results.get("defect")?.error?.errorSource, "plugin");
    assert.equal(results.get("defect")?.error?.message, "a defect");
  });
}

test("an answer that JSON was asked for may come in Arrow: its own format counts", async () => {
  const arrow = await encodeDataResponse("A", [numbers(1, 2)], DataFrameFormat.ARROW);
  const stubborn = createInMemoryPlugin(v2, { data: { queryData: () => ({ responses: { A: arrow } }) } });

  const response = await stubborn.data.queryData({ queries: [{ refId: "A" }], format: DataFrameFormat.JSON });
  const result = (await readQueryData(response)).get("A");
  assert.ok(result);
  assert.deepEqual(result.frames[0]?.fields[0]?.values, [1, 2]);
});

test("a status that is none reads as 500", async () => {
  assert.equal((await decodeDataResponse("A", create(DataResponseSchema, {}))).status, 500);
  assert.equal((await decodeDataResponse("A", create(DataResponseSchema, { status: 600 }))).status, 500);
});

test("an aborted call fails as a whole", async () => {
  const slow = createInMemoryPlugin(v2, {
    data: {
      queryData: (request, { signal }) =>
        answerQueries(
          request,
          () =>
            new Promise<Frame>((_, reject) =>
              signal.addEventListener("abort", () => reject(new Error("late"))),
            ),
          { signal },
        ),
    },
  });
  const controller = new AbortController();
  const call = slow.data.queryData({ queries: [{ refId: "A" }] }, { signal: controller.signal });
  controller.abort();
  await assert.rejects(call, /canceled/);
});

async function collectChunks(
  format: DataFrameFormat,
  rows: (query: DataQuery) => AsyncIterable<Frame | FrameRows> | Iterable<Frame | FrameRows>,
  maxRows?: number,
) {
  const chunked = createInMemoryPlugin(v2, {
    data: {
      queryChunkedData: (request, { signal }) => answerQueriesInChunks(request, rows, { maxRows, signal }),
    },
  });
  const queries = [{ refId: "A" }, { refId: "B" }];
  const chunks = [];
  for await (const chunk of readChunks(chunked.data.queryChunkedData({ queries, format })))
    chunks.push(chunk);
  return chunks;
}

for (const format of formats) {
  const name = DataFrameFormat[format];

  test(`batches of one shape are one frame in ${name}, of another shape another`, async () => {
    const other = createFrame({ fields: [createField("s", "string", ["x"])] });
    const chunks = await collectChunks(format, () => [numbers(1), numbers(2, 3), other, numbers(4)]);

    const ids = chunks.map((chunk) =>
      chunk.error === undefined ? `${chunk.refId}${chunk.frameId}` : "error",
    );
    assert.deepEqual(ids, ["A0", "A0", "A1", "A0", "B0", "B0", "B1", "B0"]);
    const values = chunks.map((chunk) => (chunk.error === undefined ? chunk.frame.fields[0]?.values : []));
    assert.deepEqual(values.slice(0, 4), [[1], [2, 3], ["x"], [4]]);
    assert.ok(chunks.every((chunk) => chunk.error !== undefined || chunk.frame.refId === chunk.refId));
  });

  test(`a frame longer than a chunk is cut in ${name}, with its nulls, bits and texts`, async () => {
    const rows = Array.from({ length: 37 }, (_, i) => i);
    const long = createFrame({
      fields: [
        createField(
          "n",
          "int32",
          rows.map((i) => (i % 3 === 0 ? null : i)),
        ),
        createField(
          "b",
          "bool",
          rows.map((i) => i % 5 === 0),
        ),
        createField(
          "s",
          "string",
          rows.map((i) => `ä${i}`),
        ),
      ],
    });

    const chunks = await collectChunks(format, () => [{ frameId: "long", frame: long }], 16);

    const ofA = chunks.filter(({ refId }) => refId === "A");
    assert.deepEqual(
      ofA.map((chunk) => (chunk.error === undefined ? chunk.frame.length : 0)),
      [16, 16, 5],
    );
    long.fields.forEach((field, i) => {
      const values = ofA.flatMap((chunk) =>
        chunk.error === undefined ? [...(chunk.frame.fields[i]?.values ?? [])] : [],
      );
      assert.deepEqual(values, field.values);
    });
  });

  test(`a query that fails after rows ends with an error in ${name}, and the next query begins`, async () => {
    const chunks = await collectChunks(format, function* ({ refId }) {
      yield numbers(1);
      if (refId === "A") throw new QueryError("gone", { status: 502, errorSource: "downstream" });
    });

    assert.deepEqual(
      chunks.map((chunk) => [chunk.refId, chunk.status, chunk.error?.message, chunk.error?.errorSource]),
      [
        ["A", 200, undefined, undefined],
        ["A", 502, "gone", "downstream"],
        ["B", 200, undefined, undefined],
      ],
    );
  });
}

test("rows of one id with other fields fail their query, and say which fields they have", async () => {
  const [, failure] = await collectChunks(DataFrameFormat.ARROW, () => [
    { frameId: "f", frame: numbers(1) },
    { frameId: "f", frame: createFrame({ fields: [createField("s", "string", ["x"])] }) },
  ]);
  assert.match(failure?.error?.message ?? "", /expected the fields of its first rows/);
});

test("JSON rows without a schema before them are an error", async () => {
  const frame = new TextEncoder().encode('{"data":{"values":[[1]]}}');
  const chunks = (async function* () {
    yield {
      refId: "A",
      frameId: "f",
      frame,
      status: 200,
      error: "",
      errorSource: "",
      format: DataFrameFormat.JSON,
    } as never;
  })();
  await assert.rejects(
    async () => {
      for await (const _ of readChunks(chunks)) assert.fail("expected no rows");
    },
    (error) => error instanceof FrameError && error.code === "json_invalid",
  );
});
