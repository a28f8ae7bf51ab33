/** What the Go SDK makes of the same SQL: ../../golden/sql.json, written by ../../go/cmd/sqlutil. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { interpolateSql } from "../../../src/sdk/sql/interpolate-sql.ts";
import type { Macros } from "../../../src/sdk/sql/macro.ts";
import { parseSqlFormat, sqlFormats } from "../../../src/sdk/sql/sql-format.ts";
import { QueryError } from "../../../src/v2/responses/query-error.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";

interface Golden {
  readonly macros: readonly {
    readonly sql: string;
    readonly from: number;
    readonly to: number;
    readonly interval: number;
    readonly table: string;
    readonly column: string;
    readonly made: string | null;
  }[];
  readonly dates: readonly {
    readonly text: string;
    readonly from: number;
    readonly to: number;
    readonly made: string;
  }[];
  readonly formats: readonly { readonly json: string; readonly format: number | null }[];
}

const file = join(import.meta.dirname, "..", "..", "golden", "sql.json");
const text = readFileSync(file, "utf8");
const golden = JSON.parse(text) as Golden;
const go = await buildGoPeers();

/** As in the Go program. */
const macros: Macros = {
  join: (args) => `[${args.join("|")}]`,
  foo: () => "foo",
  fooBaz: () => "baz",
  fail: () => {
    throw new QueryError("refused");
  },
};

/** Where ours is another answer on purpose: docs/sdk/sql.md. */
const better: Readonly<Record<string, string | null>> = {
  "select $__interval, $__interval_ms, $__interval_msx, $__intervals from t":
    "select 10m, 600000, $__interval_msx, $__intervals from t",
  "select $__foo, $__fooBaz, $__foo(), $__fooBaz(x)": "select foo, baz, foo, baz",
  "where $__timeFrom()": null,
};

test("the golden SQL is what the Go SDK makes of it", { skip: go === undefined && withoutGo }, async () => {
  assert.ok(go);

  const { stdout } = await promisify(execFile)(go.sqlutil, { maxBuffer: 16 << 20 });

  assert.ok(stdout === text, `write ${file} again: test/golden/README.md`);
});

test("macros are expanded as by Go, but for what Go gets wrong", () => {
  const wrong: unknown[] = [];
  const seen = new Set<string>();
  for (const { sql, from, to, interval, table, column, made } of golden.macros) {
    const isFirst = from === 1_700_000_000_123;
    const isBetter = Object.hasOwn(better, sql);
    if (isBetter && !isFirst) continue;
    const expected = isBetter ? better[sql] : made;
    if (isBetter) {
      assert.notEqual(made, expected, `Go agrees by now: ${sql}`);
      seen.add(sql);
    }
    const ours = attempt(() =>
      interpolateSql({ sql, timeRange: { from, to }, intervalMs: interval, table, column }, { macros }),
    );
    if (ours !== expected) wrong.push({ sql, ours, expected });
  }

  assert.ok(golden.macros.length > 150);
  assert.deepEqual(wrong, []);
  assert.deepEqual([...seen].sort(), Object.keys(better).sort());
});

test("the variables of the frontend are formatted as by Go", () => {
  assert.ok(golden.dates.length > 50);
  for (const { text: sql, from, to, made } of golden.dates) {
    assert.equal(interpolateSql({ sql, timeRange: { from, to }, intervalMs: 0 }), made, sql);
  }
});

test("formats are read as by Go, and by the names of Grafana's own data sources", () => {
  const ours = new Map([
    ['"time_series"', 0],
    ['"trace"', 3],
    // The same number in JavaScript.
    ["1e0", 1],
  ]);
  for (const { json, format } of golden.formats) {
    const made = attempt(() => sqlFormats.indexOf(parseSqlFormat(JSON.parse(json))));

    assert.equal(made, ours.get(json) ?? format, json);
  }
});

function attempt<T>(call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    assert.ok(error instanceof QueryError, String(error));
    return null;
  }
}
