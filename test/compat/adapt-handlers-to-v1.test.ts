import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, type PluginImpl } from "grafana-plugin-protocol";
import { type AdaptHandlersOptions, adaptHandlersToV1 } from "grafana-plugin-protocol/compat";
import { createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { RowValue_Kind as Kind, type QueryResult, v1 } from "grafana-plugin-protocol/v1";
import { answerQueries, type QueryDataRequest, QueryError, type v2 } from "grafana-plugin-protocol/v2";

type Handlers = PluginImpl<typeof v2>;

const time = createField("time", "time", [new Date(1_000), new Date(2_000)]);
const datasource = {
  id: 42n,
  orgId: 7n,
  name: "Prices",
  type: "acme-prices",
  url: "http://example.invalid",
  jsonData: '{"path":"x"}',
  decryptedSecureJsonData: { token: "s3cret", other: "o" },
};

function adapted(handlers: Handlers, options?: AdaptHandlersOptions) {
  return createInMemoryPlugin(v1, adaptHandlersToV1(handlers, options), { onLog: () => {} }).datasource;
}

/** A plugin whose every query is answered by `answer`. */
function answering(answer: (refId: string) => Frame | readonly Frame[], options?: AdaptHandlersOptions) {
  return adapted(
    { data: { queryData: (request) => answerQueries(request, ({ refId }) => answer(refId)) } },
    options,
  );
}

async function resultOf(
  frame: Frame | readonly Frame[],
  options?: AdaptHandlersOptions,
): Promise<QueryResult> {
  const { results } = await answering(() => frame, options).query({ queries: [{ refId: "A" }] });
  assert.equal(results.length, 1);
  return results[0] as QueryResult;
}

async function requestSeen(
  request: Parameters<ReturnType<typeof adapted>["query"]>[0],
): Promise<QueryDataRequest> {
  const seen: QueryDataRequest[] = [];
  const source = adapted({
    data: {
      queryData(given) {
        seen.push(given);
        return {};
      },
    },
  });
  await source.query(request);
  return seen[0] as QueryDataRequest;
}

test("a v2 handler sees the settings, the range and the queries of a v1 request", async () => {
  const { pluginContext, queries, headers } = await requestSeen({
    datasource,
    timeRange: { fromRaw: "now-1h", toRaw: "now", fromEpochMs: 10n, toEpochMs: 20n },
    queries: [
      { refId: "A", intervalMs: 60_000n, maxDataPoints: 100n, modelJson: '{"queryType":"range","a":"ä"}' },
      { refId: "B", modelJson: '{"queryType":5}' },
      { refId: "C", modelJson: '{"queryType"' },
    ],
  });

  const settings = pluginContext?.dataSourceInstanceSettings;
  assert.deepEqual(
    [
      pluginContext?.orgId,
      pluginContext?.pluginId,
      pluginContext?.user,
      settings?.id,
      settings?.name,
      settings?.url,
    ],
    [7n, "acme-prices", undefined, 42n, "Prices", "http://example.invalid"],
  );
  assert.equal(new TextDecoder().decode(settings?.jsonData), datasource.jsonData);
  assert.deepEqual({ ...settings?.decryptedSecureJsonData }, datasource.decryptedSecureJsonData);
  assert.deepEqual({ ...headers }, {});
  assert.deepEqual(
    queries.map(({ refId, queryType }) => [refId, queryType]),
    [
      ["A", "range"],
      ["B", ""],
      ["C", ""],
    ],
  );
  const [first] = queries;
  assert.deepEqual(
    [first?.intervalMS, first?.maxDataPoints, first?.timeRange?.fromEpochMS, first?.timeRange?.toEpochMS],
    [60_000n, 100n, 10n, 20n],
  );
  assert.equal(new TextDecoder().decode(first?.json), '{"queryType":"range","a":"ä"}');
});

test("a v1 request without a data source and a range reaches the v2 handler", async () => {
  const { pluginContext, queries } = await requestSeen({ queries: [{ refId: "A" }] });

  assert.equal(pluginContext?.dataSourceInstanceSettings, undefined);
  assert.equal(queries[0]?.timeRange?.toEpochMS, 0n);
});

test("lastUpdatedMS changes with each part of the settings, not with the order of secrets", async () => {
  const versionOf = async (changes: Partial<typeof datasource>) =>
    (await requestSeen({ datasource: { ...datasource, ...changes }, queries: [] })).pluginContext
      ?.dataSourceInstanceSettings?.lastUpdatedMS;
  const reordered = { other: "o", token: "s3cret" };

  const first = await versionOf({});
  const changed = await Promise.all([
    versionOf({ name: "Other" }),
    versionOf({ url: "http://other.invalid" }),
    versionOf({ jsonData: "{}" }),
    versionOf({ decryptedSecureJsonData: { token: "t", other: "o" } }),
  ]);

  assert.equal(await versionOf({ decryptedSecureJsonData: reordered }), first);
  assert.equal(new Set([first, ...changed]).size, 5);
  assert.ok(Number.isFinite(new Date(Number(first)).getTime()));
});

test("a wide time series becomes a series for each field, its labels as tags", async () => {
  const frame = createFrame({
    fields: [
      time,
      createField("cpu", "float64", [1.5, null], { nullable: true, labels: { host: "a" } }),
      createField("mem", "int64", [2n, 3n]),
    ],
  });

  const { series, tables, error } = await resultOf(frame);

  assert.deepEqual([tables, error], [[], ""]);
  assert.deepEqual(
    series.map(({ name, tags, points }) => [name, { ...tags }, points.map((p) => [p.timestamp, p.value])]),
    [
      ["cpu {host=a}", { host: "a" }, [[1000n, 1.5]]],
      [
        "mem",
        {},
        [
          [1000n, 2],
          [2000n, 3],
        ],
      ],
    ],
  );
  const withNan = await resultOf(frame, { nulls: "nan" });
  assert.equal(withNan.series[0]?.points.length, 2);
});

test("a frame that is not a time series of numbers becomes a table, as does one that prefers to be one", async () => {
  const numbers = createField("n", "float64", [1, 2]);
  const log = createFrame({ fields: [time, createField("at", "time", [new Date(0), new Date(1)])] });
  const preferred = createFrame({ fields: [time, numbers], meta: { preferredVisualisationType: "table" } });

  const { series, tables } = await resultOf([log, createFrame({ fields: [numbers] }), preferred]);

  assert.equal(series.length, 0);
  assert.deepEqual(
    tables.map(({ columns, rows }) => [
      columns.map(({ name }) => name),
      rows[1]?.values.map(({ kind }) => kind),
    ]),
    [
      [
        ["time", "at"],
        [Kind.TYPE_INT64, Kind.TYPE_INT64],
      ],
      [["n"], [Kind.TYPE_DOUBLE]],
      [
        ["time", "n"],
        [Kind.TYPE_INT64, Kind.TYPE_DOUBLE],
      ],
    ],
  );
});

test("isSeries decides by the frame and its query", async () => {
  const frame = createFrame({ fields: [time, createField("n", "float64", [1, 2])] });
  const source = answering(() => frame, { isSeries: (_, query) => query?.modelJson === "series" });

  const { results } = await source.query({
    queries: [
      { refId: "A", modelJson: "table" },
      { refId: "B", modelJson: "series" },
    ],
  });

  assert.deepEqual(
    results.map(({ refId, series, tables }) => [refId, series.length, tables.length]),
    [
      ["A", 0, 1],
      ["B", 1, 0],
    ],
  );
});

test("one failed query fails alone, and results are in the order of the queries", async () => {
  const frame = createFrame({ fields: [createField("n", "float64", [1])] });
  const source = answering((refId) => {
    if (refId === "B") throw new QueryError("the table is gone", { status: 404, errorSource: "downstream" });
    return frame;
  });

  const { results } = await source.query({ queries: [{ refId: "B" }, { refId: "2" }, { refId: "1" }] });

  assert.deepEqual(
    results.map(({ refId, error, tables }) => [refId, error, tables.length]),
    [
      ["B", "the table is gone", 0],
      ["2", "", 1],
      ["1", "", 1],
    ],
  );
});

test("a frame that protocol 1 cannot hold, and bytes that are no frame, are the error of their query", async () => {
  const infinite = createFrame({
    fields: [time, createField("n", "float64", [Number.POSITIVE_INFINITY, 1])],
  });

  assert.match((await resultOf(infinite)).error, /v1 hosts cannot write Infinity as JSON/);
  const { results } = await adapted({
    data: { queryData: () => ({ responses: { A: { frames: [new Uint8Array([1, 2])] } } }) },
  }).query({ queries: [{ refId: "A" }] });
  assert.match(results[0]?.error ?? "", /expected an Arrow file/);
});

test("an error beside frames keeps both", async () => {
  const frames = [createFrame({ fields: [createField("n", "float64", [1])] })];
  const source = adapted({
    data: {
      async queryData(request) {
        const answer = await answerQueries(request, () => frames);
        const response = answer.responses?.["A"];
        return { responses: { A: { ...response, error: "only half of it", status: 500 } } };
      },
    },
  });

  const [{ error, tables } = {}] = (await source.query({ queries: [{ refId: "A" }] })).results;

  assert.deepEqual([error, tables?.length], ["only half of it", 1]);
});

test("meta is that of the answer, else that of the first frame that has one", async () => {
  const plain = createFrame({ fields: [] });
  const explained = createFrame({ fields: [], meta: { executedQueryString: "select 1" } });

  assert.equal((await resultOf([plain, explained])).metaJson, '{"executedQueryString":"select 1"}');
  assert.equal((await resultOf(plain)).metaJson, "");
  const { results } = await adapted({
    data: { queryData: () => ({ responses: { A: { jsonMeta: new TextEncoder().encode('{"a":1}') } } }) },
  }).query({ queries: [{ refId: "A" }] });
  assert.equal(results[0]?.metaJson, '{"a":1}');
});

test("results for refIds that were not asked for come last, a missing one is absent", async () => {
  const source = adapted({ data: { queryData: () => ({ responses: { extra: {}, B: {} } }) } });

  const { results } = await source.query({ queries: [{ refId: "A" }, { refId: "B" }] });

  assert.deepEqual(
    results.map(({ refId }) => refId),
    ["B", "extra"],
  );
});

test("frames in JSON, which a handler may choose, are read too", async () => {
  const frame = createFrame({ fields: [createField("n", "int64", [9_007_199_254_740_993n])] });
  const source = adapted({
    data: { queryData: (request) => answerQueries({ ...request, format: 1 }, () => frame) },
  });

  const { results } = await source.query({ queries: [{ refId: "A" }] });

  assert.equal(results[0]?.tables[0]?.rows[0]?.values[0]?.int64Value, 9_007_199_254_740_993n);
});

test("a handler that throws fails the call with its code", async () => {
  const source = adapted({
    data: {
      queryData() {
        throw new ConnectError("not yours", Code.PermissionDenied);
      },
    },
  });

  await assert.rejects(source.query({ queries: [] }), {
    code: Code.PermissionDenied,
    rawMessage: "not yours",
  });
});

test("handlers without queryData answer UNIMPLEMENTED with a sentence", async () => {
  await assert.rejects(adapted({}).query({ queries: [] }), (error) => {
    assert.ok(error instanceof ConnectError);
    assert.equal(error.code, Code.Unimplemented);
    assert.match(error.rawMessage, /no handler queryData/);
    return true;
  });
});

test("cancelling a v1 call aborts the signal of the v2 handler", async () => {
  const started = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<unknown>();
  const source = adapted({
    data: {
      async queryData(_, { signal }) {
        signal.addEventListener("abort", () => aborted.resolve(signal.aborted));
        started.resolve();
        await aborted.promise;
        return {};
      },
    },
  });
  const controller = new AbortController();

  const call = source.query({ queries: [] }, { signal: controller.signal });
  await started.promise;
  controller.abort();

  await assert.rejects(call, { code: Code.Canceled });
  assert.equal(await aborted.promise, true);
});

test("an answer of the wrong type fails its query alone", async () => {
  const responses = { A: null, B: 5, C: { frames: [new Uint8Array(3)] }, D: { error: "down" }, E: {} };
  const queryData = () => ({ responses }) as never;

  const { results } = await adapted({ data: { queryData } }).query({
    queries: Object.keys(responses).map((refId) => ({ refId })),
  });

  const errors = results.map(({ error }) => error);
  assert.equal(errors[0], "query A: expected an answer, got null");
  assert.equal(errors[1], "query B: expected an answer, got a number");
  assert.notEqual(errors[2], "");
  assert.deepEqual(errors.slice(3), ["down", ""]);
});
