import assert from "node:assert/strict";
import { test } from "node:test";
import { interpolateSql } from "../../../src/sdk/sql/interpolate-sql.ts";
import type { MacroQuery, Macros } from "../../../src/sdk/sql/macro.ts";

const query = (sql: string, more: Partial<MacroQuery> = {}): MacroQuery => ({
  sql,
  timeRange: { from: 0, to: 3_600_000 },
  intervalMs: 1000,
  ...more,
});

test("an error names the macro, its arguments and what was given", () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      "$__timeFilter",
      "macro $__timeFilter: expected $__timeFilter(column), and argument 1, the column, is missing",
    ],
    [
      "$__timeGroup(a)",
      "macro $__timeGroup: expected $__timeGroup(column, period), and argument 2, the period, is missing",
    ],
    [
      "$__timeGroup(a, fortnight)",
      'macro $__timeGroup: expected the period year, month, day, hour, minute, got "fortnight"',
    ],
    [
      "$__timeTo(a, b)",
      "macro $__timeTo: expected $__timeTo(column), got 2 arguments: put brackets around an expression with commas",
    ],
    ["$__timeTo(a", "macro $__timeTo: expected a closing bracket behind its arguments, and there is none"],
    ["$__table", "macro $__table: expected the query to name its table, and it does not"],
  ];
  for (const [sql, message] of cases) {
    assert.throws(() => interpolateSql(query(sql)), {
      name: "QueryError",
      status: 400,
      errorSource: "downstream",
      message,
    });
  }
});

test("commas and brackets in quotes belong to the argument", () => {
  const macros: Macros = { args: (args) => args.map((arg) => `<${arg}>`).join("") };

  assert.equal(
    interpolateSql(query("$__args('a,b)', \"c(\", /* ) */ d)"), { macros }),
    `<'a,b)'><"c("></* ) */ d>`,
  );
});

test("a macro in a literal is expanded, one in a comment is not", () => {
  assert.equal(
    interpolateSql(query("select '$__interval' -- $__timeFilter\n, /* $__interval */ $__interval_ms")),
    "select '1s' -- $__timeFilter\n, /* $__interval */ 1000",
  );
});

test("what a macro returns is not expanded again", () => {
  assert.equal(interpolateSql(query("$__table", { table: "$__interval" })), "$__interval");
});

test("values of macros of the caller are written as literals", () => {
  const values: readonly (readonly [unknown, string])[] = [
    ["o'hara", "'o''hara'"],
    [1.5, "1.5"],
    [2n ** 64n, "18446744073709551616"],
    [true, "TRUE"],
    [null, "NULL"],
    [undefined, "NULL"],
    [new Date(0), "'1970-01-01T00:00:00Z'"],
  ];
  for (const [value, text] of values) {
    assert.equal(
      interpolateSql(query("$__v"), { macros: { v: (_, context) => context.value(value) } }),
      text,
    );
  }
  const macros: Macros = { v: (_, context) => context.value("\\'") };
  assert.equal(interpolateSql(query("$__v"), { macros, backslashEscapes: true }), "'\\\\'''");
  for (const value of [Number.NaN, {}, Symbol("s")]) {
    assert.throws(
      () => interpolateSql(query("$__v"), { macros: { v: (_, context) => context.value(value) } }),
      TypeError,
    );
  }
});

test("a name that objects inherit is not a macro", () => {
  assert.equal(interpolateSql(query("$__toString $__constructor()")), "$__toString $__constructor()");
});

test("macros in macros are bounded in depth and in the text that they make", () => {
  const nested = (depth: number): string => `${"$__timeFilter(".repeat(depth)}x${")".repeat(depth)}`;

  assert.match(interpolateSql(query(nested(3))), /^x >= /);
  assert.throws(
    () => interpolateSql(query(nested(40))),
    /expected macros within at most 16 macros, got more/,
  );
  const long = `$__timeFilter($__timeFilter($__timeFilter(${"x".repeat(1 << 20)})))`;
  assert.throws(() => interpolateSql(query(long)), /expected at most 4194304 characters of SQL/);
});

test("dates of the frontend have seconds, and texts in brackets stay", () => {
  assert.equal(
    interpolateSql(query(`\${__to:date:seconds} \${__to:date:[at] H} \${__unknown} \${__from`)),
    `3600 at 1 \${__unknown} \${__from`,
  );
});

test("a long query of dollars, quotes or variables without an end is read once, not once for each", () => {
  const tags = Array.from({ length: 50_000 }, (_, index) => `$t${index}$`).join(" ");
  const long = [
    tags,
    "$".repeat(1_000_001),
    `\${__from:${"[".repeat(500_000)}`,
    `\${__to:`.repeat(50_000),
    "'".repeat(999_999),
  ];
  for (const sql of long) assert.equal(interpolateSql(query(sql)), sql);
});
