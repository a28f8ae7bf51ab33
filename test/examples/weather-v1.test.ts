import assert from "node:assert/strict";
import { test } from "node:test";
import { RowValue_Kind, v1 } from "grafana-plugin-protocol/v1";
import { startWeather } from "./start-weather.ts";

test("the weather plugin over protocol 1, from the same executable", async (t) => {
  const plugin = await startWeather(t, [v1]);
  const timeRange = {
    fromEpochMs: BigInt(Date.parse("2014-07-01")),
    toEpochMs: BigInt(Date.parse("2014-07-03")),
  };
  const query = (refId: string, model: object) => ({ refId, modelJson: JSON.stringify(model) });
  const rawSql =
    "select date, location, temp_max from weather where date between :from and :to order by date";

  await t.test(
    "the weather plugin answers a time series with a series for each place, the place as a tag",
    async () => {
      const { results } = await plugin.datasource.query({
        timeRange,
        queries: [query("A", { rawSql, format: "time_series" })],
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
        [34.4, 27.2, 21.7].map((value, day) => [timeRange.fromEpochMs + BigInt(day) * 86_400_000n, value]),
      );
    },
  );

  await t.test("the weather plugin leaves out a point that is null", async () => {
    const gap = "select 1 as time, 2.5 as value union all select 2, null";
    const { results } = await plugin.datasource.query({
      queries: [query("A", { rawSql: gap, format: "time_series" })],
    });

    const points = results[0]?.series[0]?.points.map(({ timestamp, value }) => [timestamp, value]);
    assert.deepEqual(points, [[1n, 2.5]]);
  });

  await t.test("the weather plugin answers a table with typed cells", async () => {
    const cells = "select 1000 as time, 'Seattle' as place, 12.5 as temperature, null as gap";
    const { results } = await plugin.datasource.query({ queries: [query("A", { rawSql: cells })] });

    const [{ columns, rows } = {}] = results[0]?.tables ?? [];
    assert.deepEqual(
      columns?.map(({ name }) => name),
      ["time", "place", "temperature", "gap"],
    );
    assert.deepEqual(
      rows?.map(({ values }) =>
        values.map((cell) => [cell.kind, cell.int64Value, cell.stringValue, cell.doubleValue]),
      ),
      [
        [
          [RowValue_Kind.TYPE_INT64, 1000n, "", 0],
          [RowValue_Kind.TYPE_STRING, 0n, "Seattle", 0],
          [RowValue_Kind.TYPE_DOUBLE, 0n, "", 12.5],
          [RowValue_Kind.TYPE_NULL, 0n, "", 0],
        ],
      ],
    );
  });

  await t.test("the weather plugin fails one query of a call and answers the others", async () => {
    const queries = [
      query("A", { rawSql: "drop table weather" }),
      query("B", { rawSql }),
      { refId: "C", modelJson: "{" },
    ];

    const { results } = await plugin.datasource.query({ timeRange, queries });

    assert.deepEqual(
      results.map(({ refId, tables }) => [refId, tables.length]),
      [
        ["A", 0],
        ["B", 1],
        ["C", 0],
      ],
    );
    assert.match(results[0]?.error ?? "", /not authorized/);
    assert.equal(results[1]?.error, "");
    assert.match(results[2]?.error ?? "", /JSON/);
  });
});
