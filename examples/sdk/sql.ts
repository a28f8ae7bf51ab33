import {
  bindSql,
  formatSqlFrame,
  frameFromSql,
  interpolateSql,
  parseSqlFormat,
} from "grafana-plugin-protocol/sdk";

const query = {
  sql: "SELECT at, host, load FROM $__table WHERE $__timeFilter(at) AND $__region(eu) ORDER BY at",
  timeRange: { from: Date.UTC(2026, 10, 30), to: Date.UTC(2026, 11, 1) },
  intervalMs: 60_000,
  table: "metrics.load",
};

const bound = bindSql(query, {
  placeholder: "$1",
  macros: { region: ([name], { value }) => `region = ${value(name)}` },
});
console.log(bound.sql);
console.log(bound.values.join());
// → SELECT at, host, load FROM "metrics"."load" WHERE at >= $1 AND at <= $2 AND region = $3 ORDER BY at
// → 2026-11-30T00:00:00.000Z,2026-12-01T00:00:00.000Z,eu

// For drivers that cannot bind: the text of the Go SDK.
console.log(interpolateSql({ ...query, sql: "SELECT * FROM t WHERE $__timeFrom(at)" }));
// → SELECT * FROM t WHERE at >= '2026-11-30T00:00:00Z'

/** Stands for what a driver returns for the bound SQL. */
const rows = [
  ["2026-11-30 10:00:00", "a", "0.5"],
  ["2026-11-30 10:00:00", "b", "2.25"],
  ["2026-11-30 10:01:00", "a", "0.75"],
];
const frame = frameFromSql(rows, {
  columns: [
    { name: "at", type: "TIMESTAMP", nullable: false },
    { name: "host", type: "VARCHAR(20)" },
    { name: "load", type: "DECIMAL(5,2)", config: { unit: "percentunit" } },
  ],
  rowLimit: 10_000,
  refId: "A",
});
const [wide] = formatSqlFrame(frame, parseSqlFormat("time_series"), {
  sql: bound.sql,
  fill: { mode: "null" },
});
for (const { name, labels, values } of wide?.fields ?? [])
  console.log(name, labels?.["host"] ?? "", values.length);
// → at  2
// → load a 2
// → load b 2
