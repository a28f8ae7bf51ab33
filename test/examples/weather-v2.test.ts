import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { type Frame, parseFrameJson, rowsOf } from "grafana-plugin-protocol/frames";
import {
  DataFrameFormat,
  decodeChunks,
  decodeQueryData,
  CheckHealthResponse_HealthStatus as Health,
  type QueryChunk,
  type QueryOutcome,
  SubscribeStreamResponse_Status as Status,
  v2,
} from "grafana-plugin-protocol/v2";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { startWeather } from "./start-weather.ts";

const timeRange = {
  fromEpochMS: BigInt(Date.parse("2014-07-01")),
  toEpochMS: BigInt(Date.parse("2014-07-03")),
};
const inRange = "date between :from and :to";

function query(refId: string, model: unknown) {
  return { refId, timeRange, json: toBytes(JSON.stringify(model)) };
}

test("the weather plugin over protocol 2", async (t) => {
  const plugin = await startWeather(t, [v2]);

  async function ask(model: unknown, format = DataFrameFormat.ARROW): Promise<QueryOutcome> {
    const response = await plugin.data.queryData({ queries: [query("A", model)], format });
    return only(await decodeQueryData(response), "A");
  }

  async function frameOf(model: unknown): Promise<Frame> {
    const { error, frames } = await ask(model);
    assert.equal(error, undefined);
    const [frame, ...more] = frames;
    assert.ok(frame);
    assert.deepEqual(more, []);
    return frame;
  }

  await t.test("the weather plugin answers a table as one frame with typed fields", async () => {
    const rawSql = `select location, date, temp_max, weather from weather where ${inRange} order by date, location`;

    const frame = await frameOf({ rawSql });

    assert.deepEqual(
      frame.fields.map(({ name, kind, nullable }) => [name, kind, nullable]),
      [
        ["location", "string", false],
        ["date", "time", false],
        ["temp_max", "float64", false],
        ["weather", "string", false],
      ],
    );
    assert.deepEqual([frame.name, frame.refId, frame.length], ["", "A", 6]);
    assert.deepEqual(rowsOf(frame).next().value, {
      location: "New York",
      date: timeRange.fromEpochMS * 1_000_000n,
      temp_max: 28.9,
      weather: "sun",
    });
  });

  await t.test(
    "the weather plugin answers a time series with a field for each place, the place as a label",
    async () => {
      const rawSql = `select date, location, temp_max, temp_min from weather where ${inRange} order by date`;

      const frame = await frameOf({ rawSql, format: "time_series" });

      assert.equal(frame.meta?.type, "timeseries-wide");
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
    },
  );

  await t.test("the weather plugin answers a time series without texts as it is", async () => {
    const frame = await frameOf({ rawSql: "select 1 as time, 2.5 as value", format: "time_series" });

    assert.deepEqual(
      frame.fields.map(({ name, values }) => [name, values]),
      [
        ["time", [1_000_000n]],
        ["value", [2.5]],
      ],
    );
  });

  await t.test("the weather plugin marks a column with a null as nullable, and no other", async () => {
    const frame = await frameOf({
      rawSql: "select 1.5 as a, null as b, 'x' as c union all select 2, 3, null",
    });

    assert.deepEqual(
      frame.fields.map(({ nullable, values }) => [nullable, values]),
      [
        [false, [1.5, 2]],
        [true, [null, 3]],
        [true, ["x", null]],
      ],
    );
  });

  await t.test("the weather plugin keeps the order of columns and both of one name", async () => {
    const frame = await frameOf({ rawSql: "select 2, 1, 'x' as a, 3 as a" });

    assert.deepEqual(
      frame.fields.map(({ name, values }) => [name, values[0]]),
      [
        ["2", 2],
        ["1", 1],
        ["a", "x"],
        ["a", 3],
      ],
    );
  });

  await t.test("the weather plugin answers no rows with a frame of no rows", async () => {
    const rawSql = "select date, location, temp_max from weather where temp_max > 100";

    for (const format of ["table", "time_series"]) {
      const frame = await frameOf({ rawSql, format });
      assert.deepEqual([frame.length, frame.fields.length], [0, 3], format);
    }
  });

  await t.test("the weather plugin takes all time for a query without a time range", async () => {
    const json = toBytes(JSON.stringify({ rawSql: `select count(*) as n from weather where ${inRange}` }));

    const results = await decodeQueryData(await plugin.data.queryData({ queries: [{ refId: "A", json }] }));

    assert.deepEqual(only(results, "A").frames[0]?.fields[0]?.values, [2922]);
  });

  await t.test("the weather plugin answers in the format that the host asks for", async () => {
    const queries = [query("A", { rawSql: "select 1 as one" })];

    for (const [format, begin] of [
      [DataFrameFormat.ARROW, "ARROW1"],
      [DataFrameFormat.JSON, '{"schema":'],
    ] as const) {
      const { responses } = await plugin.data.queryData({ queries, format });
      assert.equal(responses["A"]?.format, format);
      assert.ok(toText(responses["A"].frames[0] ?? new Uint8Array()).startsWith(begin), begin);
    }
  });

  await t.test("the weather plugin fails one query of a call and answers the others", async () => {
    const queries = [
      query("A", { rawSql: "selec 1" }),
      query("B", { rawSql: "select 1 as one" }),
      { refId: "C" },
    ];

    const results = await decodeQueryData(await plugin.data.queryData({ queries }));

    assert.deepEqual(
      ["A", "B", "C"].map((refId) => {
        const { status, error, frames } = only(results, refId);
        return [status, error?.message, error?.errorSource, frames.length];
      }),
      [
        [400, 'near "selec": syntax error', "downstream", 0],
        [200, undefined, undefined, 1],
        [400, 'expected "rawSql" with a select statement in the query', "downstream", 0],
      ],
    );
  });

  for (const [model, error] of [
    [null, /expected "rawSql"/],
    [{ rawSql: "select 1", format: "csv" }, /format must be "table" or "time_series", got "csv"/],
    [{ rawSql: "select 1; select 2" }, /expected one statement, got a second one: "select 2"/],
    [{ rawSql: "" }, /no statements/],
    [{ rawSql: "select x'00' as a" }, /field "a", row 0: expected a number, got a Uint8Array/],
    [{ rawSql: "select 1 as a union all select 'x'" }, /field "a", row 1: expected a number, got "x"/],
    [{ rawSql: "select 'noon' as time" }, /field "time", row 0: expected a Date, .*, got "noon"/],
    [{ rawSql: "select 9223372036854 + 1 as time" }, /expected a time from 1677-09-21 to 2262-04-11/],
    [{ rawSql: "select 9007199254740993" }, /too large/],
    [{ rawSql: "select temp_max from weather", format: "time_series" }, /has no field of kind time/],
    [{ rawSql: "select date, location from weather", format: "time_series" }, /has no value field/],
    [
      { rawSql: "select date, location, wind from weather order by date desc", format: "time_series" },
      /time field "date" is not ascending/,
    ],
  ] as const) {
    await t.test(`the weather plugin says what is wrong with ${JSON.stringify(model)}`, async () => {
      const answer = await ask(model);

      assert.deepEqual([answer.status, answer.error?.errorSource], [400, "downstream"]);
      assert.match(answer.error?.message ?? "", error);
    });
  }

  await t.test("the weather plugin lets no query write, attach, set or recurse", async () => {
    for (const rawSql of [
      "insert into weather select * from weather",
      "delete from weather",
      "drop table weather",
      "create table t (a)",
      "create temp table t (a)",
      "attach ':memory:' as other",
      "vacuum into '/tmp/weather-copy.db'",
      "pragma writable_schema = on",
      "begin",
      "select load_extension('x')",
      "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
    ]) {
      const answer = await ask({ rawSql });
      assert.equal(answer.status, 400, rawSql);
      assert.match(answer.error?.message ?? "", /not authorized|denied/, rawSql);
    }

    const { message } = await plugin.diagnostics.checkHealth({});
    assert.equal(message, "2922 days of weather in 2 places");
  });

  async function askInChunks(
    models: Record<string, unknown>,
    format: DataFrameFormat,
  ): Promise<QueryChunk[]> {
    const queries = Object.entries(models).map(([refId, model]) => query(refId, model));
    return collect(decodeChunks(plugin.data.queryChunkedData({ queries, format })));
  }

  for (const format of [DataFrameFormat.ARROW, DataFrameFormat.JSON]) {
    await t.test(
      `the weather plugin sends many rows in chunks of one frame, in ${DataFrameFormat[format]}`,
      async () => {
        const chunks = await askInChunks({ A: { rawSql: "select date, weather from weather" } }, format);

        const frames = chunks.flatMap((chunk) => (chunk.error === undefined ? [chunk] : []));
        assert.deepEqual(
          frames.map(({ refId, frameId, frame }) => [refId, frameId, frame.length]),
          [
            ["A", "0", 1024],
            ["A", "0", 1024],
            ["A", "0", 874],
          ],
        );
        assert.equal(new Set(frames.flatMap(({ frame }) => frame.fields[1]?.values ?? [])).size, 5);
      },
    );
  }

  await t.test(
    "the weather plugin sends no rows as a chunk with fields, and a wrong query as an error of its own",
    async () => {
      const chunks = await askInChunks(
        {
          A: { rawSql: "select temp_max, location from weather where temp_max > 100" },
          B: { rawSql: "selec 1" },
          C: { rawSql: "select 1 as n union all select 'x'" },
          D: { rawSql: "select 1 as n" },
        },
        DataFrameFormat.ARROW,
      );

      assert.deepEqual(
        chunks.map((chunk) =>
          chunk.error === undefined
            ? [chunk.refId, chunk.frame.fields.map(({ kind, values }) => [kind, ...values])]
            : [chunk.refId, chunk.status, chunk.error.errorSource, chunk.error.message],
        ),
        [
          ["A", [["float64"], ["string"]]],
          ["B", 400, "downstream", 'near "selec": syntax error'],
          ["C", 400, "downstream", 'field "n", row 1: expected a number, got "x"'],
          ["D", [["float64", 1]]],
        ],
      );
    },
  );

  await t.test("the weather plugin is healthy and says what it has", async () => {
    const { status, message, jsonDetails } = await plugin.diagnostics.checkHealth({});

    assert.deepEqual([status, message], [Health.OK, "2922 days of weather in 2 places"]);
    assert.deepEqual(JSON.parse(toText(jsonDetails)), { rows: 2922, places: 2 });
  });

  await t.test("the weather plugin counts its queries by outcome", async () => {
    const count = async (): Promise<number[]> => {
      const { metrics } = await plugin.diagnostics.collectMetrics({});
      const text = toText(metrics?.prometheus ?? new Uint8Array());
      assert.match(text, /^# TYPE weather_queries_total counter$/m);
      return ["ok", "error"].map((outcome) => {
        const line = new RegExp(`^weather_queries_total\\{outcome="${outcome}"\\} (\\d+)$`, "m").exec(text);
        return Number(line?.[1]);
      });
    };
    const [ok = Number.NaN, failed = Number.NaN] = await count();

    await ask({ rawSql: "select 1" });
    await ask({ rawSql: "nonsense" });

    assert.deepEqual(await count(), [ok + 1, failed + 1]);
  });

  await t.test("the weather plugin lists its columns as a resource, and has no other", async () => {
    const [columns, ...more] = await collect(
      plugin.resource.callResource({ path: "columns", url: "columns", method: "GET" }),
    );
    const [missing] = await collect(plugin.resource.callResource({ path: "rows", method: "GET" }));

    assert.equal(columns?.code, 200);
    assert.deepEqual(columns.headers["Content-Type"]?.values, ["application/json"]);
    const names = JSON.parse(toText(columns.body)).columns.map((column: { name: string }) => column.name);
    assert.deepEqual(names, ["location", "date", "precipitation", "temp_max", "temp_min", "wind", "weather"]);
    assert.deepEqual(more, []);
    assert.equal(missing?.code, 404);
    assert.match(toText(missing.body), /nothing at GET \\"rows\\"/);
  });

  await t.test("the weather plugin replays the days of a place as a stream of frames", async () => {
    const { status } = await plugin.stream.subscribeStream({ path: "replay/new-york" });
    const packets: string[] = [];
    for await (const { data } of plugin.stream.runStream({ path: "replay/new-york" })) {
      packets.push(toText(data));
      if (packets.length === 2) break;
    }

    assert.equal(status, Status.OK);
    assert.ok(packets[0]?.startsWith('{"schema":'), "Grafana's reader wants the schema before the data");
    const [time, temperature] = parseFrameJson(packets[1] ?? "").fields;
    assert.deepEqual([...(time?.epochMs() ?? [])], [Date.parse("2012-01-02")]);
    assert.deepEqual(
      [temperature?.name, temperature?.kind, temperature?.labels, temperature?.values],
      ["temp_max", "float64", { location: "New York" }, [10]],
    );
  });

  await t.test("the weather plugin replays to two subscribers at a time", async () => {
    const days = await Promise.all(
      [1, 2].map(async () => {
        const times: number[] = [];
        for await (const { data } of plugin.stream.runStream({ path: "replay/seattle" })) {
          times.push(...(parseFrameJson(data).fields[0]?.epochMs() ?? []));
          if (times.length === 3) break;
        }
        return times;
      }),
    );

    const firstThree = ["2012-01-01", "2012-01-02", "2012-01-03"].map((day) => Date.parse(day));
    assert.deepEqual(days, [firstThree, firstThree]);
  });

  await t.test("the weather plugin has no stream of another place", async () => {
    const { status } = await plugin.stream.subscribeStream({ path: "replay/boston" });
    const run = collect(plugin.stream.runStream({ path: "replay/boston" }));

    assert.equal(status, Status.NOT_FOUND);
    await rejectsWithConnectError(run, Code.NotFound);
  });

  await t.test("the weather plugin ends with exit code 0 when the host stops it", async () => {
    await plugin.close();

    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
  });
});

function only(results: ReadonlyMap<string, QueryOutcome>, refId: string): QueryOutcome {
  const result = results.get(refId);
  assert.ok(result, `expected a result of ${refId}`);
  return result;
}

async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const message of messages) collected.push(message);
  return collected;
}

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function toText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
