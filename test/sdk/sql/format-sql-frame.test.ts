import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAlerting } from "../../../src/frames/alerting.ts";
import type { Frame } from "../../../src/frames/frame.ts";
import { formatSqlFrame } from "../../../src/sdk/sql/format-sql-frame.ts";
import { frameFromSql } from "../../../src/sdk/sql/frames-from-sql.ts";
import { sqlFormats } from "../../../src/sdk/sql/sql-format.ts";

const long = frameFromSql(
  [
    { at: new Date(1000), host: "a", cpu: 1, mem: null },
    { at: new Date(1000), host: "b", cpu: 2, mem: 20 },
    { at: new Date(2000), host: "a", cpu: 3, mem: 30 },
  ],
  { refId: "A", name: "load" },
);
const cells = (frame: Frame): unknown[] =>
  frame.fields.map(({ name, labels, values }) => [name, labels?.["host"], values]);

test("a long series becomes wide for the format timeseries", () => {
  const [frame, ...more] = formatSqlFrame(long, "timeseries", { sql: "select", fill: { mode: "null" } });

  assert.ok(frame);
  assert.deepEqual(more, []);
  assert.deepEqual(cells(frame), [
    ["at", undefined, [1_000_000_000n, 2_000_000_000n]],
    ["cpu", "a", [1, 3]],
    ["cpu", "b", [2, null]],
    ["mem", "a", [null, 30]],
    ["mem", "b", [20, null]],
  ]);
  assert.equal(frame.refId, "A");
  assert.equal(frame.meta?.executedQueryString, "select");
  assert.equal(frame.meta?.preferredVisualisationType, "graph");
});

test("each series and value is a frame for the format multi", () => {
  const frames = formatSqlFrame(long, "multi");

  assert.deepEqual(frames.map(cells), [
    [
      ["at", undefined, [1_000_000_000n, 2_000_000_000n]],
      ["cpu", "a", [1, 3]],
    ],
    [
      ["at", undefined, [1_000_000_000n, 2_000_000_000n]],
      ["mem", "a", [null, 30]],
    ],
    [
      ["at", undefined, [1_000_000_000n]],
      ["cpu", "b", [2]],
    ],
    [
      ["at", undefined, [1_000_000_000n]],
      ["mem", "b", [20]],
    ],
  ]);
  assert.ok(frames.every(({ meta, refId }) => meta?.type === "timeseries-multi" && refId === "A"));
});

test("tables, logs and traces keep their rows and name their visualisation", () => {
  for (const [format, shown] of [
    ["table", "table"],
    ["logs", "logs"],
    ["traces", "trace"],
  ] as const) {
    const [frame] = formatSqlFrame(long, format);

    assert.equal(frame?.length, 3);
    assert.equal(frame?.meta?.preferredVisualisationType, shown);
  }
});

test("a frame that is not a series is kept in every format", () => {
  const table = frameFromSql([{ host: "a", cpu: 1 }]);
  for (const format of sqlFormats) assert.equal(formatSqlFrame(table, format)[0]?.length, 1);
});

test("a result without rows is no data for alert rules in the formats of series, and keeps its columns in others", () => {
  const columns = [{ name: "at", type: "timestamp" }, "host", { name: "cpu", type: "real" }];
  const long = frameFromSql([], { columns, refId: "A", name: "load" });
  const wide = frameFromSql([], {
    columns: [
      { name: "at", type: "timestamp" },
      { name: "n", type: "bigint" },
    ],
  });

  for (const format of ["timeseries", "multi"] as const) {
    for (const empty of [long, wide, frameFromSql([])]) {
      const made = formatSqlFrame(empty, format, { sql: "select" });
      assert.deepEqual(checkAlerting(made), { ok: true, as: "noData" });
      assert.equal(made[0]?.meta?.executedQueryString, "select");
    }
    assert.deepEqual(
      [formatSqlFrame(long, format)[0]?.refId, formatSqlFrame(long, format)[0]?.name],
      ["A", "load"],
    );
  }
  assert.equal(formatSqlFrame(long, "table")[0]?.fields.length, 3);
});

test("every series goes through resample", () => {
  const seen: number[] = [];
  const resample = (frame: Frame): Frame => {
    seen.push(frame.fields.length);
    return frame;
  };
  const wide = frameFromSql([{ at: new Date(0), cpu: 1 }]);

  formatSqlFrame(long, "timeseries", { resample });
  formatSqlFrame(long, "multi", { resample });
  formatSqlFrame(wide, "timeseries", { resample });
  formatSqlFrame(long, "table", { resample });

  assert.deepEqual(seen, [5, 2, 2, 2, 2, 2]);
});

test("rows that are not ordered by time are the query's fault, and the error says what to do", () => {
  const odd = frameFromSql([
    { at: new Date(2), host: "a", cpu: 1 },
    { at: new Date(1), host: "a", cpu: 1 },
  ]);

  assert.throws(() => formatSqlFrame(odd, "timeseries"), {
    name: "QueryError",
    status: 400,
    errorSource: "downstream",
    message: /order the rows of the query by time, or choose the format table$/,
  });
});

test("a text that differs in each row is the query's fault, where it would make too many cells", () => {
  const rows = Array.from({ length: 10_001 }, (_, row) => ({ at: new Date(row), id: `id${row}`, cpu: row }));
  const frame = frameFromSql(rows);

  assert.throws(() => formatSqlFrame(frame, "timeseries"), {
    name: "QueryError",
    status: 400,
    errorSource: "downstream",
    message: /cells.*: select no text that differs in most rows, or choose the format multi or table$/,
  });
  assert.equal(formatSqlFrame(frame, "multi").length, rows.length);
});
