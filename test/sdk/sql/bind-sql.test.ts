import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import fc from "fast-check";
import { type BindOptions, bindSql } from "../../../src/sdk/sql/bind-sql.ts";
import { frameFromSql } from "../../../src/sdk/sql/frames-from-sql.ts";
import { interpolateSql } from "../../../src/sdk/sql/interpolate-sql.ts";
import type { MacroContext, MacroQuery } from "../../../src/sdk/sql/macro.ts";

const range = { from: Date.UTC(2026, 0, 1), to: new Date(Date.UTC(2026, 0, 2)) };
const query = (sql: string, more: Partial<MacroQuery> = {}): MacroQuery => ({
  sql,
  timeRange: range,
  intervalMs: 60_000,
  table: "readings",
  column: "at",
  ...more,
});
const bind = (sql: string, placeholder: BindOptions["placeholder"] = "?") =>
  bindSql(query(sql), { placeholder });
const iso = ["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"];

test("values become placeholders in the order of the SQL", () => {
  assert.deepEqual(bind("where $__timeFilter(time) and $__interval_ms > 0"), {
    sql: "where time >= ? AND time <= ? and ? > 0",
    values: [...iso, 60_000],
    named: { p1: iso[0], p2: iso[1], p3: 60_000 },
  });
});

test("each style of placeholder is written as its driver reads it", () => {
  const sql = "$__timeTo(a) and $__timeFrom(b)";
  assert.equal(bind(sql, "$1").sql, "a <= $1 and b >= $2");
  assert.equal(bind(sql, ":p1").sql, "a <= :p1 and b >= :p2");
  assert.equal(bind(sql, "@p1").sql, "a <= @p1 and b >= @p2");
});

test("a value that a macro writes twice is bound twice by position, and once by number", () => {
  const sql = "$__timeFilter(f($__interval))";
  const [from, to] = iso;

  assert.deepEqual(bind(sql).values, ["1m", from, "1m", to]);
  const numbered = bind(sql, "$1");
  assert.equal(numbered.sql, "f($1) >= $2 AND f($1) <= $3");
  assert.deepEqual(numbered.values, ["1m", from, to]);
});

test("a macro reads the text of a macro in its argument, which is then not bound", () => {
  const seen: string[] = [];
  const macros = {
    group: ([column = "", interval = ""]: readonly string[], { textOf }: MacroContext) => {
      seen.push(textOf(interval));
      return `bucket(${column})`;
    },
  };
  const sql =
    "$__group(at, $__interval), $__group(at, '$__interval'), $__group(at, 5m), $__group(at, x + $__interval_ms)";

  const bound = bindSql(query(`${sql}, $__interval`), { placeholder: "$1", macros });
  const text = interpolateSql(query(sql), { macros });

  assert.deepEqual(seen.slice(0, 4), ["1m", "1m", "5m", "x + 60000"]);
  assert.deepEqual(seen.slice(4), ["1m", "'1m'", "5m", "x + 60000"]);
  assert.equal(bound.sql, "bucket(at), bucket(at), bucket(at), bucket(at), $1");
  assert.deepEqual(bound.values, ["1m"]);
  assert.equal(text, "bucket(at), bucket(at), bucket(at), bucket(at)");
  assert.throws(() => bind("$__timeGroup(at, $__interval)"), /expected the period year, .*, got "1m"/);
});

test("a literal that is one macro becomes a placeholder, in any quotes of a literal", () => {
  assert.equal(
    bind("bucket('$__interval', at), $$$__interval$$, $q$$__interval$q$").sql,
    "bucket(?, at), ?, ?",
  );
});

test("a value in a longer literal, or in a quoted name, is refused, with the macro and what to do", () => {
  assert.throws(() => bind("interval '$__interval ago'"), {
    name: "QueryError",
    status: 400,
    errorSource: "downstream",
    message:
      "macro $__interval: expected it outside of the text in quotes, where a value cannot be bound: join the texts with || or CONCAT",
  });
  assert.throws(
    () => bind('select "$__interval"'),
    /macro \$__interval: expected a value outside of a quoted name/,
  );
  assert.throws(() => bind(`select '\${__from:date} x'`), /macro \$\{__from:date\}: expected it outside/);
});

test("the names of table and column are quoted, also within quotes", () => {
  const made = bindSql(
    query("select $__column, \"$__column\", '$__table' from $__table", { table: 'a"b.c', column: "d e" }),
    {
      placeholder: "?",
    },
  );

  assert.equal(made.sql, 'select "d e", "d e", ? from "a""b"."c"');
  assert.deepEqual(made.values, ['a"b.c']);
  const mysql = bindSql(query("from $__table"), {
    placeholder: "?",
    quoteIdentifier: (name) => `\`${name}\``,
  });
  assert.equal(mysql.sql, "from `readings`");
  assert.throws(
    () => bindSql(query('from "$__table"', { table: 'x" drop' }), { placeholder: "?" }),
    /expected a name without quotes inside of a quoted name/,
  );
});

test("variables of the frontend are values too", () => {
  assert.deepEqual(bind(`a > \${__from} and b < \${__to:date:seconds} and c = \${__from:date:YYYY}`).values, [
    range.from,
    range.to.getTime() / 1000,
    "2026",
  ]);
});

test("comments stay as they are, whatever is in them", () => {
  const sql = "select 1 -- $__timeFilter( it's\n/* $__fail ' */ + 2 -- '";
  assert.deepEqual(bind(sql), { sql, values: [], named: {} });
});

test("a quote within a literal does not end it", () => {
  assert.equal(bind("select 'it''s -- no comment', $__interval").sql, "select 'it''s -- no comment', ?");
  const options = { placeholder: "?", backslashEscapes: true } as const;
  assert.equal(bindSql(query("select 'it\\'s -- x', $__interval"), options).sql, "select 'it\\'s -- x', ?");
});

test("times can be bound as another type", () => {
  const made = bindSql(query("$__timeFrom(t)"), { placeholder: "?", time: (ms) => new Date(ms) });

  assert.deepEqual(made.values, [new Date(range.from)]);
});

test("macros of the caller bind values, and write them as literals in the text form", () => {
  const macros = {
    env: (args: readonly string[], { value }: { value: (v: unknown) => string }) =>
      `${args[0]} = ${value("o'hara")}`,
  };

  const made = bindSql(query("where $__env(name)"), { placeholder: "?", macros });

  assert.deepEqual([made.sql, ...made.values], ["where name = ?", "o'hara"]);
});

test("whatever a name or a value is, the SQL has the same tokens around it", () => {
  const texts = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom("'; drop table readings; --", '"', "a\\'b", "?", "$1"),
  );
  fc.assert(
    fc.property(texts, texts, (table, value) => {
      fc.pre(!table.includes("\0"));
      const made = bindSql(query("select $__v from $__table where a = '$__table'", { table }), {
        placeholder: "$1",
        macros: { v: (_, context) => context.value(value) },
        quoteIdentifier: (name) => `"${name.replaceAll('"', '""')}"`,
      });

      assert.equal(made.sql, `select $1 from "${table.replaceAll('"', '""')}" where a = $2`);
      assert.deepEqual(made.values, [value, table]);
    }),
  );
});

test("a database runs the bound SQL, and hostile names and values are data there", () => {
  const database = new DatabaseSync(":memory:");
  const table = 'odd "name"; drop';
  database.exec(`create table "${table.replaceAll('"', '""')}" (at text, host text, value real)`);
  const insert = database.prepare(`insert into "${table.replaceAll('"', '""')}" values (?, ?, ?)`);
  insert.run("2025-12-31T23:59:59.999Z", "a", 1);
  insert.run("2026-01-01T00:00:00.000Z", "o'hara; --", 2);
  insert.run("2026-01-01T12:00:00.000Z", "b", 3);
  const made = bindSql(
    query("select * from $__table where $__timeFilter($__column) and host = $__host", { table }),
    {
      placeholder: "?",
      macros: { host: (_, { value }) => value("o'hara; --") },
    },
  );

  const rows = database.prepare(made.sql).all(...(made.values as string[]));

  const frame = frameFromSql(rows);
  assert.equal(frame.length, 1);
  assert.deepEqual(
    frame.fields.map(({ kind }) => kind),
    ["string", "string", "float64"],
  );
  assert.equal(frame.fields[2]?.get(0), 2);
  database.close();
});

test("options and SQL that cannot be meant are refused", () => {
  assert.throws(() => bindSql(query(""), { placeholder: "%s" as never }), /placeholder must be .* got "%s"/);
  assert.throws(() => bind("select \0"), /expected SQL without NUL characters/);
  assert.throws(
    () => bindSql(query(undefined as never), { placeholder: "?" }),
    /expected the SQL of the query to be a text/,
  );
  assert.throws(
    () => bindSql(query("$__table", { table: "a\0b" }), { placeholder: "?" }),
    /expected a name without NUL/,
  );
  const wrong = { timeRange: { from: Number.NaN, to: 0 } };
  assert.throws(
    () => bindSql(query("$__timeFrom(t)", wrong), { placeholder: "?" }),
    /expected a time within/,
  );
});
