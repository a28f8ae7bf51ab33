import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bindSql } from "../../../src/sdk/sql/bind-sql.ts";
import { interpolateSql } from "../../../src/sdk/sql/interpolate-sql.ts";
import type { MacroQuery } from "../../../src/sdk/sql/macro.ts";
import { QueryError } from "../../../src/v2/responses/query-error.ts";

const pieces = fc.constantFrom(
  ...[
    "$__interval",
    "$__timeFilter(",
    "$__timeGroup(",
    "$__table",
    "$__unknown(",
    "$__",
    "$",
    "$$",
    "$a$",
    "${__from",
    ":date:",
    "}",
  ],
  ...["(", ")", ",", " ", "'", "''", '"', "`", "\\", "--", "\n", "/*", "*/", "time", "hour", "é", "?", "\0"],
);
const queryOf = (sql: string): MacroQuery => ({
  sql,
  timeRange: { from: 0, to: 1 },
  intervalMs: 1000,
  table: "a.b",
});
const queries = fc.array(pieces, { maxLength: 30 }).map((parts) => queryOf(parts.join("")));

/** What a call returns, or the message of its QueryError; any other error fails the test. */
function outcome<T>(call: () => T): T | string {
  try {
    return call();
  } catch (error) {
    if (error instanceof QueryError) return error.message;
    throw error;
  }
}

test("any query is expanded, or refused as the query's fault, in both forms", () => {
  fc.assert(
    fc.property(queries, fc.boolean(), (query, backslashEscapes) => {
      assert.equal(typeof outcome(() => interpolateSql(query, { backslashEscapes })), "string");
      outcome(() => bindSql(query, { placeholder: "$1", backslashEscapes }));
    }),
    { numRuns: 3000 },
  );
});

test("what is bound is in the SQL once or more as a placeholder, and no mark is left", () => {
  fc.assert(
    fc.property(queries, (query) => {
      const made = outcome(() => bindSql(query, { placeholder: ":p1" }));
      if (typeof made === "string") return;

      assert.ok(!made.sql.includes("\0"), JSON.stringify(made.sql));
      for (const name of Object.keys(made.named)) assert.ok(made.sql.includes(`:${name}`), name);
      assert.equal(made.values.length, Object.keys(made.named).length);
    }),
    { numRuns: 3000 },
  );
});
