import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { parseFrameJson, rowsOf } from "grafana-plugin-protocol/frames";
import { RowValue_Kind as Kind, v1 } from "grafana-plugin-protocol/v1";
import {
  DataFrameFormat,
  decodeChunks,
  decodeQueryData,
  CheckHealthResponse_HealthStatus as Health,
  PublishStreamResponse_Status as Published,
  type QueryOutcome,
  SubscribeStreamResponse_Status as Status,
  v2,
} from "grafana-plugin-protocol/v2";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { bytesOf, collect, textOf } from "../interop/case.ts";
import { launchExample, testedLanguages } from "./example-plugin.ts";

const day = (text: string): bigint => BigInt(Date.parse(text));
const range = { fromEpochMS: day("2014-07-01"), toEpochMS: day("2014-07-03") };
const inRange = "date between :from and :to";
const wide = `select date, location, temp_max, temp_min from weather where ${inRange} order by date`;
const query = (refId: string, model: unknown) => ({
  refId,
  timeRange: range,
  json: bytesOf(JSON.stringify(model)),
});

for (const { language, example, skip } of await testedLanguages()) {
  const it = `TypeScript host × ${language.title} plugin`;

  test(`${it} × v2`, { skip }, async (t) => {
    const plugin = await launchExample(t, example, [v2]);

    async function ask(model: unknown, format = DataFrameFormat.ARROW): Promise<QueryOutcome> {
      const response = await plugin.data.queryData({ queries: [query("A", model)], format });
      const outcome = (await decodeQueryData(response)).get("A");
      assert.ok(outcome);
      return outcome;
    }

    for (const format of [DataFrameFormat.ARROW, DataFrameFormat.JSON]) {
      await t.test(
        `${it}: a table is one frame with typed fields, in ${DataFrameFormat[format]}`,
        async () => {
          const rawSql = `select location, date, temp_max, weather from weather where ${inRange} order by date, location`;

          const { status, error, frames } = await ask({ rawSql }, format);

          assert.deepEqual([status, error, frames.length], [200, undefined, 1]);
          const [frame] = frames;
          assert.deepEqual(
            frame?.fields.map(({ name, kind, nullable }) => [name, kind, nullable]),
            [
              ["location", "string", false],
              ["date", "time", false],
              ["temp_max", "float64", false],
              ["weather", "string", false],
            ],
          );
          assert.deepEqual([frame.refId, frame.length], ["A", 6]);
          assert.deepEqual(rowsOf(frame).next().value, {
            location: "New York",
            date: range.fromEpochMS * 1_000_000n,
            temp_max: 28.9,
            weather: "sun",
          });
        },
      );
    }

    await t.test(`${it}: a time series has a field for each place, the place as a label`, async () => {
      const { frames } = await ask({ rawSql: wide, format: "time_series" });

      const [frame] = frames;
      assert.equal(frame?.meta?.type, "timeseries-wide");
      assert.deepEqual(
        frame.fields.map(({ name, labels }) => [name, labels?.["location"]]),
        [
          ["date", undefined],
          ["temp_max", "New York"],
          ["temp_max", "Seattle"],
          ["temp_min", "New York"],
          ["temp_min", "Seattle"],
        ],
      );
      assert.deepEqual(frame.fields[2]?.values, [34.4, 27.2, 21.7]);
    });

    await t.test(`${it}: nulls are null, and their field is nullable`, async () => {
      const { frames } = await ask({
        rawSql: "select 1.5 as a, null as b, 'x' as c union all select 2, 3, null",
      });

      assert.deepEqual(
        frames[0]?.fields.map(({ nullable, values }) => [nullable, values]),
        [
          [false, [1.5, 2]],
          [true, [null, 3]],
          [true, ["x", null]],
        ],
      );
    });

    await t.test(`${it}: a query without a time range means all rows`, async () => {
      const json = bytesOf(JSON.stringify({ rawSql: `select count(*) as n from weather where ${inRange}` }));

      const results = await decodeQueryData(await plugin.data.queryData({ queries: [{ refId: "A", json }] }));

      assert.deepEqual(results.get("A")?.frames[0]?.fields[0]?.values, [2922]);
    });

    await t.test(`${it}: wrong queries of a call fail alone`, async () => {
      const queries = [
        query("A", { rawSql: "selec 1" }),
        query("B", { rawSql: "select 1 as one" }),
        { refId: "C" },
        query("D", { rawSql: "drop table weather" }),
        query("E", { rawSql: "select 1", format: "csv" }),
      ];

      const results = await decodeQueryData(await plugin.data.queryData({ queries }));

      assert.deepEqual(
        queries.map(({ refId }) => {
          const outcome = results.get(refId);
          return [outcome?.status, outcome?.error?.errorSource, outcome?.frames.length];
        }),
        [
          [400, "downstream", 0],
          [200, undefined, 1],
          [400, "downstream", 0],
          [400, "downstream", 0],
          [400, "downstream", 0],
        ],
      );
      assert.match(results.get("A")?.error?.message ?? "", /syntax/);
      assert.equal(
        results.get("C")?.error?.message,
        'expected "rawSql" with a select statement in the query',
      );
    });

    for (const format of [DataFrameFormat.ARROW, DataFrameFormat.JSON]) {
      await t.test(
        `${it}: many rows come in chunks of one frame, in ${DataFrameFormat[format]}`,
        async () => {
          const queries = [
            query("A", { rawSql: "select date, weather from weather" }),
            query("B", { rawSql: "selec 1" }),
            query("C", { rawSql: "select date, location from weather where temp_max > 100" }),
          ];

          const chunks = await collect(decodeChunks(plugin.data.queryChunkedData({ queries, format })));

          assert.deepEqual(
            chunks.map((chunk) =>
              chunk.error === undefined
                ? [chunk.refId, chunk.frameId, chunk.status, chunk.frame.length, chunk.frame.fields.length]
                : [chunk.refId, chunk.status, chunk.error.errorSource],
            ),
            [
              ["A", "0", 200, 1024, 2],
              ["A", "0", 200, 1024, 2],
              ["A", "0", 200, 874, 2],
              ["B", 400, "downstream"],
              ["C", "0", 200, 0, 2],
            ],
          );
        },
      );
    }

    await t.test(`${it}: it is healthy and says what it has`, async () => {
      const { status, message, jsonDetails } = await plugin.diagnostics.checkHealth({});

      assert.deepEqual([status, message], [Health.OK, "2922 days of weather in 2 places"]);
      assert.deepEqual(JSON.parse(textOf(jsonDetails)), { rows: 2922, places: 2 });
      assert.equal(await plugin.health(), "serving");
    });

    await t.test(`${it}: it counts its queries by outcome`, async () => {
      const count = async (): Promise<number[]> => {
        const text = textOf((await plugin.diagnostics.collectMetrics({})).metrics?.prometheus);
        return ["ok", "error"].map((outcome) =>
          Number(new RegExp(`^weather_queries_total\\{outcome="${outcome}"\\} (\\d+)$`, "m").exec(text)?.[1]),
        );
      };
      const [ok = Number.NaN, failed = Number.NaN] = await count();

      await ask({ rawSql: "select 1" });
      await ask({ rawSql: "nonsense" });

      assert.deepEqual(await count(), [ok + 1, failed + 1]);
    });

    await t.test(`${it}: it lists its columns as a resource, and has no other`, async () => {
      const [columns, ...more] = await collect(
        plugin.resource.callResource({ path: "columns", url: "columns", method: "GET" }),
      );
      const [missing] = await collect(plugin.resource.callResource({ path: "rows", method: "GET" }));

      assert.deepEqual(
        [columns?.code, columns?.headers["Content-Type"]?.values, more],
        [200, ["application/json"], []],
      );
      assert.deepEqual(
        JSON.parse(textOf(columns?.body)).columns.map((column: { name: string }) => column.name),
        ["location", "date", "precipitation", "temp_max", "temp_min", "wind", "weather"],
      );
      assert.equal(missing?.code, 404);
      assert.match(textOf(missing.body), /nothing at GET \\"rows\\"/);
    });

    await t.test(
      `${it}: it replays the days of a place to many at a time, each until it leaves`,
      async () => {
        const path = "replay/new-york";
        const { status } = await plugin.stream.subscribeStream({ path });

        const seen = await Promise.all(
          Array.from({ length: 50 }, async () => {
            const packets: string[] = [];
            for await (const { data } of plugin.stream.runStream({ path })) {
              packets.push(textOf(data));
              if (packets.length === 2) break;
            }
            return packets;
          }),
        );

        assert.equal(status, Status.OK);
        const [first] = seen;
        assert.deepEqual(seen, Array(50).fill(first));
        assert.ok(first?.[0]?.startsWith('{"schema":'), "Grafana's reader wants the schema before the data");
        const [time, temperature] = parseFrameJson(first?.[1] ?? "").fields;
        assert.deepEqual([...(time?.epochMs() ?? [])], [Date.parse("2012-01-02")]);
        assert.deepEqual(
          [temperature?.name, temperature?.labels, temperature?.values],
          ["temp_max", { location: "New York" }, [10]],
        );
      },
    );

    await t.test(`${it}: it has no stream of another place, and nobody publishes to one`, async () => {
      const { status } = await plugin.stream.subscribeStream({ path: "replay/boston" });
      const run = collect(plugin.stream.runStream({ path: "replay/boston" }));

      assert.equal(status, Status.NOT_FOUND);
      await rejectsWithConnectError(run, Code.NotFound);
      const published = await plugin.stream.publishStream({ path: "replay/seattle", data: bytesOf("{}") });
      assert.equal(published.status, Published.PERMISSION_DENIED);
    });

    await t.test(`${it}: a service that it lacks is UNIMPLEMENTED`, async () => {
      await rejectsWithConnectError(plugin.admission.validateAdmission({}), Code.Unimplemented);
    });
  });

  test(`${it} takes requests of 15 MiB and refuses 17`, { skip }, async (t) => {
    const plugin = await launchExample(t, example, [v2], { limits: { maxSendBytes: 32 << 20 } });
    const send = (bytes: number) =>
      collect(plugin.resource.callResource({ path: "rows", method: "POST", body: new Uint8Array(bytes) }));

    const [taken] = await send(15 << 20);
    await rejectsWithConnectError(send(17 << 20), Code.ResourceExhausted);

    assert.equal(taken?.code, 404);
    assert.equal(await plugin.health(), "serving", "and goes on");
  });

  test(`${it} × v1`, { skip }, async (t) => {
    const plugin = await launchExample(t, example, [v1]);
    const timeRange = { fromEpochMs: range.fromEpochMS, toEpochMs: range.toEpochMS };
    const model = (refId: string, modelJson: object) => ({ refId, modelJson: JSON.stringify(modelJson) });

    await t.test(`${it}: a series for each place, the place as a tag`, async () => {
      const rawSql = `select date, location, temp_max from weather where ${inRange} order by date`;
      const { results } = await plugin.datasource.query({
        timeRange,
        queries: [model("A", { rawSql, format: "time_series" })],
      });

      const [{ refId, error, series, tables } = {}] = results;
      assert.deepEqual([refId, error, tables], ["A", "", []]);
      assert.deepEqual(
        series?.map(({ name, tags }) => [name, tags]),
        [
          ["temp_max {location=New York}", { location: "New York" }],
          ["temp_max {location=Seattle}", { location: "Seattle" }],
        ],
      );
      assert.deepEqual(
        series?.[1]?.points.map(({ timestamp, value }) => [timestamp, value]),
        [34.4, 27.2, 21.7].map((value, index) => [range.fromEpochMS + BigInt(index) * 86_400_000n, value]),
      );
    });

    await t.test(`${it}: a table with typed cells, and an error for the wrong query of three`, async () => {
      const { results } = await plugin.datasource.query({
        timeRange,
        queries: [
          model("A", { rawSql: "select 1000 as time, 'Seattle' as place, 12.5 as temperature, null as gap" }),
          model("B", { rawSql: "drop table weather" }),
          { refId: "C", modelJson: "{" },
        ],
      });

      assert.deepEqual(
        results.map(({ refId, error, tables }) => [refId, error !== "", tables.length]),
        [
          ["A", false, 1],
          ["B", true, 0],
          ["C", true, 0],
        ],
      );
      assert.deepEqual(
        results[0]?.tables[0]?.rows[0]?.values.map((cell) => [
          cell.kind,
          cell.int64Value,
          cell.stringValue,
          cell.doubleValue,
        ]),
        [
          [Kind.TYPE_INT64, 1000n, "", 0],
          [Kind.TYPE_STRING, 0n, "Seattle", 0],
          [Kind.TYPE_DOUBLE, 0n, "", 12.5],
          [Kind.TYPE_NULL, 0n, "", 0],
        ],
      );
    });
  });
}
