import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { tableFromIPC } from "apache-arrow";
import {
  DataFrameFormat,
  type DataResponse,
  CheckHealthResponse_HealthStatus as Health,
  type QueryDataResponse,
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

  async function ask(model: unknown): Promise<DataResponse> {
    return only(await plugin.data.queryData({ queries: [query("A", model)] }), "A");
  }

  await t.test("answers a table as one Arrow frame", async () => {
    const rawSql = `select location, date, temp_max, weather from weather where ${inRange} order by date, location`;

    const answer = await ask({ rawSql });

    assert.deepEqual([answer.status, answer.error, answer.format], [200, "", DataFrameFormat.ARROW]);
    assert.equal(answer.frames.length, 1);
    const frame = tableFromIPC(answer.frames[0]);
    assert.deepEqual(
      frame.schema.fields.map(({ name, type, metadata }) => [name, String(type), metadata.get("tstype")]),
      [
        ["location", "Utf8", "string"],
        ["date", "Timestamp<NANOSECOND>", "time"],
        ["temp_max", "Float64", "number"],
        ["weather", "Utf8", "string"],
      ],
    );
    assert.deepEqual(Object.fromEntries(frame.schema.metadata), { name: "", refId: "A" });
    assert.equal(frame.numRows, 6);
    assert.deepEqual(frame.toArray().map((row) => row.toJSON())[0], {
      location: "New York",
      date: Date.parse("2014-07-01"),
      temp_max: 28.9,
      weather: "sun",
    });
  });

  await t.test("answers a time series with a frame for each place, the place as a label", async () => {
    const rawSql = `select date, location, temp_max, temp_min from weather where ${inRange} order by date`;

    const answer = await ask({ rawSql, format: "time_series" });

    const frames = answer.frames.map((bytes) => tableFromIPC(bytes));
    assert.deepEqual(
      frames.map(({ numRows, schema }) => [
        numRows,
        schema.fields.map(({ metadata }) => metadata.get("labels")),
      ]),
      [
        [3, [undefined, '{"location":"Seattle"}', '{"location":"Seattle"}']],
        [3, [undefined, '{"location":"New York"}', '{"location":"New York"}']],
      ],
    );
    assert.deepEqual([...(frames[0]?.getChild("temp_max") ?? [])], [34.4, 27.2, 21.7]);
  });

  await t.test("marks a column with a null as nullable, and no other", async () => {
    const answer = await ask({ rawSql: "select 1.5 as a, null as b, 'x' as c union all select 2, 3, null" });

    const frame = tableFromIPC(answer.frames[0]);
    assert.deepEqual(
      frame.schema.fields.map(({ nullable }) => nullable),
      [false, true, true],
    );
    assert.deepEqual(
      frame.toArray().map((row) => row.toArray()),
      [
        [1.5, null, "x"],
        [2, 3, null],
      ],
    );
  });

  await t.test("answers no rows with a frame of no rows", async () => {
    const answer = await ask({ rawSql: "select date, location, temp_max from weather where temp_max > 100" });

    const frame = tableFromIPC(answer.frames[0]);
    assert.deepEqual([answer.status, frame.numRows, frame.numCols], [200, 0, 3]);
  });

  await t.test("takes all time for a query without a time range", async () => {
    const json = toBytes(JSON.stringify({ rawSql: `select count(*) as n from weather where ${inRange}` }));

    const answer = only(await plugin.data.queryData({ queries: [{ refId: "A", json }] }), "A");

    assert.deepEqual([...(tableFromIPC(answer.frames[0]).getChild("n") ?? [])], [2922]);
  });

  await t.test("fails one query of a call and answers the others", async () => {
    const queries = [
      query("A", { rawSql: "selec 1" }),
      query("B", { rawSql: "select 1 as one" }),
      { refId: "C" },
    ];

    const answer = await plugin.data.queryData({ queries });

    assert.deepEqual(
      ["A", "B", "C"].map((refId) => {
        const { status, error, errorSource, frames } = only(answer, refId);
        return [status, error, errorSource, frames.length];
      }),
      [
        [400, 'near "selec": syntax error', "downstream", 0],
        [200, "", "", 1],
        [400, 'expected "rawSql" with a select statement in the query', "downstream", 0],
      ],
    );
  });

  for (const [model, error] of [
    [null, /expected "rawSql"/],
    [{ rawSql: "select 1", format: "csv" }, /format must be "table" or "time_series", got "csv"/],
    [{ rawSql: "select 1; select 2" }, /expected one statement, got a second one: "select 2"/],
    [{ rawSql: "select 1 as a, 2 as a" }, /expected a name for each column, got "a" twice/],
    [{ rawSql: "select x'00' as a" }, /got bytes: cast them/],
    [{ rawSql: "select 'noon' as time" }, /must be in milliseconds since 1970, got "noon"/],
    [{ rawSql: "select 9223372036854 + 1 as time" }, /must be in milliseconds since 1970/],
    [{ rawSql: "select 9007199254740993" }, /too large/],
    [{ rawSql: "select temp_max from weather", format: "time_series" }, /needs a column "time"/],
  ] as const) {
    await t.test(`says what is wrong with ${JSON.stringify(model)}`, async () => {
      const answer = await ask(model);

      assert.equal(answer.status, 400);
      assert.match(answer.error, error);
    });
  }

  await t.test("lets no query write, attach, set or recurse", async () => {
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
      assert.match(answer.error, /not authorized|denied/, rawSql);
    }

    const { message } = await plugin.diagnostics.checkHealth({});
    assert.equal(message, "2922 days of weather in 2 places");
  });

  await t.test("answers Arrow and says so when a host asks for JSON", async () => {
    const queries = [query("A", { rawSql: "select 1 as one" })];

    const answer = await plugin.data.queryData({ queries, format: DataFrameFormat.JSON });

    const { format, frames } = only(answer, "A");
    assert.equal(format, DataFrameFormat.ARROW);
    assert.equal(tableFromIPC(frames[0]).numRows, 1);
  });

  await t.test("is healthy and says what it has", async () => {
    const { status, message, jsonDetails } = await plugin.diagnostics.checkHealth({});

    assert.deepEqual([status, message], [Health.OK, "2922 days of weather in 2 places"]);
    assert.deepEqual(JSON.parse(toText(jsonDetails)), { rows: 2922, places: 2 });
  });

  await t.test("counts its queries by outcome", async () => {
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

  await t.test("lists its columns as a resource, and has no other", async () => {
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

  await t.test("replays the days of a place as a stream of frames", async () => {
    const { status } = await plugin.stream.subscribeStream({ path: "replay/new-york" });
    const packets: string[] = [];
    for await (const { data } of plugin.stream.runStream({ path: "replay/new-york" })) {
      packets.push(toText(data));
      if (packets.length === 2) break;
    }

    assert.equal(status, Status.OK);
    assert.ok(packets[0]?.startsWith('{"schema":'), "Grafana's reader wants the schema before the data");
    assert.deepEqual(
      packets.map((packet) => JSON.parse(packet).data.values),
      [
        [[Date.parse("2012-01-01")], [10]],
        [[Date.parse("2012-01-02")], [10]],
      ],
    );
    assert.deepEqual(JSON.parse(packets[0] ?? "").schema.fields[1], {
      name: "temp_max",
      type: "number",
      typeInfo: { frame: "float64", nullable: true },
      labels: { location: "New York" },
    });
  });

  await t.test("replays to two subscribers at a time", async () => {
    const days = await Promise.all(
      [1, 2].map(async () => {
        const times: number[] = [];
        for await (const { data } of plugin.stream.runStream({ path: "replay/seattle" })) {
          times.push(JSON.parse(toText(data)).data.values[0][0]);
          if (times.length === 3) break;
        }
        return times;
      }),
    );

    const firstThree = ["2012-01-01", "2012-01-02", "2012-01-03"].map((day) => Date.parse(day));
    assert.deepEqual(days, [firstThree, firstThree]);
  });

  await t.test("has no stream of another place", async () => {
    const { status } = await plugin.stream.subscribeStream({ path: "replay/boston" });
    const run = collect(plugin.stream.runStream({ path: "replay/boston" }));

    assert.equal(status, Status.NOT_FOUND);
    await rejectsWithConnectError(run, Code.NotFound);
  });

  await t.test("ends with exit code 0 when the host stops it", async () => {
    await plugin.close();

    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
  });
});

function only({ responses }: QueryDataResponse, refId: string): DataResponse {
  const response = responses[refId];
  assert.ok(response, `expected a response to ${refId}`);
  return response;
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
