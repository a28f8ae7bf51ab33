import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, type PluginImpl } from "grafana-plugin-protocol";
import { viewAsV2 } from "grafana-plugin-protocol/compat";
import { rowsOf } from "grafana-plugin-protocol/frames";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { type DatasourceRequest, RowValue_Kind as Kind, v1 } from "grafana-plugin-protocol/v1";
import { DataFrameFormat, decodeChunks, decodeQueryData, v2 } from "grafana-plugin-protocol/v2";
import { startWeather } from "../examples/start-weather.ts";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";

const go = await buildGoPeers();
const bytes = (text: string) => new TextEncoder().encode(text);

function view(query: NonNullable<PluginImpl<typeof v1>["datasource"]>["query"]) {
  return viewAsV2(createInMemoryPlugin(v1, { datasource: { ...(query && { query }) } }, { onLog: () => {} }));
}

test("a client of protocol 2 is returned as it is", () => {
  const plugin = createInMemoryPlugin(v2, {});

  assert.equal(viewAsV2(plugin), plugin);
});

test("a v1 plugin sees the settings and the queries of a v2 request, in one call for each time range", async () => {
  const seen: DatasourceRequest[] = [];
  const plugin = view((request) => {
    seen.push(request);
    return { results: request.queries.map(({ refId }) => ({ refId, metaJson: `"${refId}"` })) };
  });
  const hour = { fromEpochMS: 0n, toEpochMS: 3_600_000n };

  const { responses } = await plugin.data.queryData({
    pluginContext: {
      orgId: 7n,
      pluginId: "acme-prices",
      dataSourceInstanceSettings: {
        id: 42n,
        name: "Prices",
        url: "http://example.invalid",
        jsonData: bytes('{"a":"ä"}'),
        decryptedSecureJsonData: { token: "s3cret" },
      },
    },
    queries: [
      { refId: "A", timeRange: hour, intervalMS: 5n, maxDataPoints: 6n, json: bytes('{"x":1}') },
      { refId: "B", timeRange: { fromEpochMS: 1n, toEpochMS: 2n } },
      { refId: "C", timeRange: { ...hour } },
      { refId: "D" },
    ],
  });

  assert.deepEqual(Object.keys(responses).sort(), ["A", "B", "C", "D"]);
  assert.equal(new TextDecoder().decode(responses["C"]?.jsonMeta), '"C"');
  assert.deepEqual(
    seen.map(({ queries, timeRange }) => [
      queries.map(({ refId }) => refId),
      timeRange?.fromRaw,
      timeRange?.toEpochMs,
    ]),
    [
      [["A", "C"], "0", 3_600_000n],
      [["B"], "1", 2n],
      [["D"], "0", 0n],
    ],
  );
  const { datasource, queries } = seen[0] as DatasourceRequest;
  assert.deepEqual(
    [
      datasource?.id,
      datasource?.orgId,
      datasource?.type,
      datasource?.name,
      datasource?.url,
      datasource?.jsonData,
    ],
    [42n, 7n, "acme-prices", "Prices", "http://example.invalid", '{"a":"ä"}'],
  );
  assert.equal(datasource?.decryptedSecureJsonData["token"], "s3cret");
  assert.deepEqual(
    [queries[0]?.intervalMs, queries[0]?.maxDataPoints, queries[0]?.modelJson],
    [5n, 6n, '{"x":1}'],
  );
});

for (const format of [DataFrameFormat.ARROW, DataFrameFormat.JSON]) {
  test(`series and tables become frames in the format of the request: ${DataFrameFormat[format]}`, async () => {
    const plugin = view(() => ({
      results: [
        {
          refId: "A",
          series: [{ name: "s", tags: { place: "p0" }, points: [{ timestamp: 1000n, value: Number.NaN }] }],
          tables: [
            {
              columns: [{ name: "n" }],
              rows: [{ values: [{ kind: Kind.TYPE_INT64, int64Value: 9_007_199_254_740_993n }] }],
            },
          ],
        },
      ],
    }));

    const answer = await plugin.data.queryData({ queries: [{ refId: "A" }], format });

    assert.equal(answer.responses["A"]?.format, format);
    const outcome = (await decodeQueryData(answer)).get("A");
    assert.deepEqual([outcome?.status, outcome?.error], [200, undefined]);
    const [series, table] = outcome?.frames ?? [];
    assert.deepEqual(series?.fields[1]?.labels, { place: "p0" });
    assert.deepEqual(series?.fields[1]?.values[0], null);
    assert.deepEqual(table && [...rowsOf(table)], [{ n: 9_007_199_254_740_993n }]);
  });
}

test("an error of a v1 result has status 500 and the plugin as source", async () => {
  const plugin = view(() => ({ results: [{ refId: "A", error: "boom" }] }));

  const { error, status } =
    (await decodeQueryData(await plugin.data.queryData({ queries: [{ refId: "A" }] }))).get("A") ?? {};

  assert.deepEqual([status, error?.message, error?.errorSource], [500, "boom", "plugin"]);
});

test("a table that frames cannot hold is the error of its query", async () => {
  const rows = [{ values: [{ kind: 77 as Kind }] }];
  const plugin = view(() => ({
    results: [{ refId: "A", tables: [{ columns: [{ name: "c" }], rows }] }, { refId: "B" }],
  }));

  const { responses } = await plugin.data.queryData({ queries: [{ refId: "A" }, { refId: "B" }] });

  assert.match(responses["A"]?.error ?? "", /column "c", row 0: expected a cell of kind 0 to 5, got 77/);
  assert.equal(responses["B"]?.error, "");
});

test("the one result of a single query may lack its refId", async () => {
  const plugin = view(() => ({ results: [{ metaJson: "1" }] }));

  assert.deepEqual(Object.keys((await plugin.data.queryData({ queries: [{ refId: "Q" }] })).responses), [
    "Q",
  ]);
});

test("chunks of a v1 plugin are its frames, then its errors", async () => {
  const point = { timestamp: 1n, value: 1 };
  const plugin = view(() => ({
    results: [
      { refId: "A", series: [{ name: "a", points: [point] }, { name: "b" }], error: "half" },
      { refId: "B", series: [{ name: "c", points: [point, point] }] },
    ],
  }));

  const chunks = plugin.data.queryChunkedData({ queries: [{ refId: "A" }, { refId: "B" }] });

  const seen: unknown[] = [];
  for await (const { refId, frameId, frame, error } of decodeChunks(chunks)) {
    seen.push([refId, frameId, frame?.length, error?.message]);
  }
  assert.deepEqual(seen, [
    ["A", "0", 1, undefined],
    ["A", "1", 0, undefined],
    ["A", undefined, undefined, "half"],
    ["B", "0", 2, undefined],
  ]);
});

test("everything but queries answers UNIMPLEMENTED with a sentence", async () => {
  const plugin = view(() => ({}));
  const refused = (error: unknown) => {
    assert.ok(error instanceof ConnectError);
    assert.equal(error.code, Code.Unimplemented);
    assert.match(
      error.rawMessage,
      /a plugin of protocol 1 has no pluginv2\.\w+\/\w+: it answers queries only/,
    );
    return true;
  };

  await assert.rejects(plugin.diagnostics.checkHealth({}), refused);
  await assert.rejects(plugin.admission.validateAdmission({}), refused);
  await assert.rejects(plugin.conversion.convertObjects({}), refused);
  await assert.rejects(plugin.stream.subscribeStream({}), refused);
  await assert.rejects(plugin.resource.callResource({})[Symbol.asyncIterator]().next(), refused);
});

test("a v1 plugin that fails the call fails it with its code", async () => {
  const plugin = view(() => {
    throw new ConnectError("busy", Code.ResourceExhausted);
  });

  await assert.rejects(plugin.data.queryData({ queries: [{ refId: "A" }] }), {
    code: Code.ResourceExhausted,
  });
  const chunks = plugin.data.queryChunkedData({ queries: [{ refId: "A" }] });
  await assert.rejects(chunks[Symbol.asyncIterator]().next(), { code: Code.ResourceExhausted });
});

test("the same executable answers the same by protocol 1, viewed as protocol 2, as by protocol 2", async (t) => {
  const old = viewAsV2(await startWeather(t, [v1]));
  const current = viewAsV2(await startWeather(t, [v2]));
  const rawSql =
    "select date, location, temp_max from weather where date between :from and :to order by date";
  const request = {
    queries: [
      {
        refId: "A",
        timeRange: {
          fromEpochMS: BigInt(Date.parse("2014-07-01")),
          toEpochMS: BigInt(Date.parse("2014-07-03")),
        },
        json: bytes(JSON.stringify({ rawSql, format: "time_series" })),
      },
    ],
  };

  const [oldFrames, currentFrames] = await Promise.all(
    [old, current].map(
      async ({ data }) => (await decodeQueryData(await data.queryData(request))).get("A")?.frames,
    ),
  );

  // Protocol 1 has a series for each field, where protocol 2 has one frame of all.
  assert.deepEqual(
    oldFrames?.map(({ fields }) => [...(fields[1]?.values ?? [])]),
    currentFrames?.[0]?.fields.slice(1).map(({ values }) => [...values]),
  );
  assert.ok(old.process.pid > 0, "members of the client stay");
  await old.close();
});

test("a Go plugin of protocol 1 is queried as one of protocol 2", {
  skip: go === undefined ? withoutGo : false,
}, async (t) => {
  await privateTmp(t);
  assert.ok(go !== undefined);
  const plugin = viewAsV2(
    await launchPlugin({ command: go.plugin, protocols: [v2, v1], env: { FIXTURE_MAJORS: "1" } }),
  );
  atEnd(t, () => plugin.close());
  const query = (refId: string, instruction: string) => ({
    refId,
    json: bytes(JSON.stringify({ do: instruction })),
  });

  const answer = await plugin.data.queryData({
    queries: [query("S", "series"), query("T", "table"), query("F", "fail")],
  });

  const outcomes = await decodeQueryData(answer);
  // The last point is in the year 287396, which nanoseconds cannot express.
  assert.match(outcomes.get("S")?.error?.message ?? "", /9007199254740993/);
  const [table] = outcomes.get("T")?.frames ?? [];
  assert.deepEqual(table && [...rowsOf(table)], [
    { null: null, double: 1.25, int64: 9_007_199_254_740_993n, bool: true, string: "str", bytes: "AP8=" },
  ]);
  assert.equal(outcomes.get("F")?.error?.message, "boom");
});
