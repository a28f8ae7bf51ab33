import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fromJson } from "@bufbuild/protobuf";
import { checkAlerting, type Frame, rowsOf } from "grafana-plugin-protocol/frames";
import {
  decodeChunks,
  decodeQueryData,
  QueryChunkedDataResponseSchema,
  QueryDataResponseSchema,
} from "grafana-plugin-protocol/v2";
import { privateTmp } from "../helpers/private-tmp.ts";
import { exampleHosts } from "./example-hosts.ts";
import type { GoAnswer, GoCall } from "./simple-json/call-plugin.ts";

const command = join(import.meta.dirname, "../../examples/sql/gpx_sql_linux_amd64");
const startMs = Date.UTC(2026, 2, 28);
const dayMs = 86_400_000;
const minuteMs = 60_000;
const hostile = 'odd.name"; drop table load; --';

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

function pluginContext(jsonData: object = {}): object {
  // A host stores the settings at another time when they change.
  const lastUpdatedMS = String(Object.keys(jsonData).length);
  const settings = { id: "1", uid: "sql", lastUpdatedMS, jsonData: base64(jsonData) };
  return { orgId: "1", dataSourceInstanceSettings: settings };
}

interface Asked {
  readonly model: object;
  readonly toMs?: number;
  readonly intervalMs?: number;
}

function queriesCall(
  asked: Readonly<Record<string, Asked>>,
  { method = "QueryData", jsonData = {} }: { readonly method?: string; readonly jsonData?: object } = {},
): GoCall {
  const queries = Object.entries(asked).map(
    ([refId, { model, toMs = startMs + 3 * dayMs, intervalMs = minuteMs }]) => ({
      refId,
      json: base64(model),
      intervalMS: String(intervalMs),
      maxDataPoints: "100",
      timeRange: { fromEpochMS: String(startMs), toEpochMS: String(toMs) },
    }),
  );
  return { method: `/pluginv2.Data/${method}`, request: { pluginContext: pluginContext(jsonData), queries } };
}

function resourceCall(url: string): GoCall {
  const [path] = url.split("?");
  return {
    method: "/pluginv2.Resource/CallResource",
    request: { pluginContext: pluginContext(), path, url, method: "GET" },
  };
}

async function outcomesOf(answer: GoAnswer | undefined) {
  assert.equal(answer?.error, undefined);
  return decodeQueryData(fromJson(QueryDataResponseSchema, answer?.messages[0]));
}

const cells = (frame: Frame | undefined): unknown[] =>
  frame === undefined ? [] : [...rowsOf(frame)].map((row) => Object.values(row));

const values = (frame: Frame | undefined, index: number): unknown[] => [
  ...(frame?.fields[index]?.values ?? []),
];

const iso = (frame: Frame | undefined): unknown[] =>
  values(frame, 0).map((ns) => new Date(Number((ns as bigint) / 1_000_000n)).toISOString());

for (const { name, skip, start } of await exampleHosts()) {
  test(`the SQL example, asked by ${name}`, { skip }, async (t) => {
    await privateTmp(t);
    const call = await start(t, command, 2);

    await t.test(
      "a long series becomes wide or many, with what is missing filled, and alert rules can evaluate it",
      async () => {
        const rawSql = "select at, host, value from load where $__timeFilter(at) order by at, host";
        const toMs = startMs + 6 * minuteMs;
        const [answer] = await call(
          queriesCall({
            WIDE: { toMs, model: { rawSql, format: "time_series" } },
            PREVIOUS: { toMs, model: { rawSql, format: 0, fill: { mode: "previous" } } },
            MULTI: { toMs, model: { rawSql, format: "multi" } },
            EVERY2: {
              toMs,
              intervalMs: 2 * minuteMs,
              model: { rawSql, isResampled: true, fill: { mode: "value", value: -1 } },
            },
          }),
        );
        const outcomes = await outcomesOf(answer);

        const [wide] = outcomes.get("WIDE")?.frames ?? [];
        assert.ok(wide);
        assert.deepEqual(
          wide.fields.map(({ name, labels }) => labels?.["host"] ?? name),
          ["at", "a", "b", "c"],
        );
        assert.deepEqual(values(wide, 1), [0, 1, 2, 3, 4, 5, 6]);
        assert.deepEqual(values(wide, 3), [0, null, null, null, null, 1, null]);
        assert.deepEqual(checkAlerting(wide), { ok: true, as: "series" });
        assert.equal(wide.meta?.preferredVisualisationType, "graph");
        assert.match(wide.meta?.executedQueryString ?? "", /where at >= \? AND at <= \? order/);
        assert.deepEqual(values(outcomes.get("PREVIOUS")?.frames[0], 3), [0, 0, 0, 0, 0, 1, 1]);
        const many = outcomes.get("MULTI")?.frames ?? [];
        assert.deepEqual(
          many.map(({ fields, length }) => [fields[1]?.labels?.["host"], length]),
          [
            ["a", 7],
            ["b", 7],
            ["c", 2],
          ],
        );
        const [resampled] = outcomes.get("EVERY2")?.frames ?? [];
        assert.deepEqual(values(resampled, 1), [0, 2, 4, 6]);
        assert.deepEqual(values(resampled, 3), [0, -1, -1, -1]);
      },
    );

    await t.test("tables, logs and traces keep their rows and name their visualisation", async () => {
      const [answer] = await call(
        queriesCall({
          TABLE: { model: { rawSql: "select 1 as one, 'two' as two", format: "table" } },
          LOGS: { model: { rawSql: "select * from events order by time", format: "logs" } },
          TRACES: { model: { rawSql: "select * from spans", format: "trace" } },
        }),
      );
      const outcomes = await outcomesOf(answer);

      const [table] = outcomes.get("TABLE")?.frames ?? [];
      assert.deepEqual(cells(table), [[1n, "two"]]);
      const [logs] = outcomes.get("LOGS")?.frames ?? [];
      assert.equal(logs?.meta?.preferredVisualisationType, "logs");
      assert.deepEqual(iso(logs), ["2026-03-28T00:00:00.000Z", "2026-03-28T01:30:00.000Z"]);
      const [traces] = outcomes.get("TRACES")?.frames ?? [];
      assert.equal(traces?.meta?.preferredVisualisationType, "trace");
      assert.deepEqual(values(traces, 1), ["s1", "s2"]);
    });

    await t.test(
      "groups of days begin at midnight of the query's time zone, also where a day has 23 hours",
      async () => {
        const rawSql =
          "select $__timeGroup(at, day) as time, count(*) as n from load where $__timeFilter(at) and host = 'a' group by 1 order by 1";
        const [answer] = await call(
          queriesCall({
            UTC: { model: { rawSql, format: "table" } },
            BERLIN: { model: { rawSql, format: "table", timeZone: "Europe/Berlin" } },
            MARS: { model: { rawSql, format: "table", timeZone: "Mars/Olympus" } },
            TENS: {
              toMs: startMs + 25 * minuteMs,
              model: { rawSql: rawSql.replace("day", "10m"), format: "table" },
            },
            AUTO: {
              toMs: startMs + 25 * minuteMs,
              intervalMs: 20 * minuteMs,
              model: { rawSql: rawSql.replace("day", "auto"), format: "table" },
            },
          }),
        );
        const outcomes = await outcomesOf(answer);
        const groups = (refId: string): unknown[] => {
          const [frame] = outcomes.get(refId)?.frames ?? [];
          return iso(frame).map((time, row) => [time, values(frame, 1)[row]]);
        };

        assert.deepEqual(groups("UTC"), [
          ["2026-03-28T00:00:00.000Z", 1440n],
          ["2026-03-29T00:00:00.000Z", 1440n],
          ["2026-03-30T00:00:00.000Z", 1440n],
        ]);
        assert.deepEqual(groups("BERLIN"), [
          ["2026-03-27T23:00:00.000Z", 23n * 60n],
          ["2026-03-28T23:00:00.000Z", 23n * 60n],
          ["2026-03-29T22:00:00.000Z", 24n * 60n],
          ["2026-03-30T22:00:00.000Z", 2n * 60n],
        ]);
        assert.deepEqual(
          groups("TENS").map((group) => (group as unknown[])[1]),
          [10n, 10n, 6n],
        );
        assert.deepEqual(
          groups("AUTO").map((group) => (group as unknown[])[1]),
          [20n, 6n],
        );
        const mars = outcomes.get("MARS")?.error;
        assert.match(mars?.message ?? "", /"Mars\/Olympus"/);
        assert.deepEqual([mars?.status, mars?.errorSource], [400, "downstream"]);
      },
    );

    await t.test("a hostile table name is a name: in a query and in the completions", async () => {
      const [answer, tables, columns, unknown, nothing, health] = await call(
        queriesCall({
          GOOD: { model: { rawSql: "select * from $__table", table: hostile, format: "table" } },
          NONE: {
            model: { rawSql: "select * from $__table", table: "load; drop table load", format: "table" },
          },
          COLUMN: {
            model: {
              rawSql: "select $__column from $__table",
              table: hostile,
              column: "select",
              format: "table",
            },
          },
          AFTER: { model: { rawSql: "select count(*) as n from load", format: "table" } },
        }),
        resourceCall("tables"),
        resourceCall(`columns?table=${encodeURIComponent(hostile)}`),
        resourceCall("columns?table=nothing"),
        resourceCall("else"),
        { method: "/pluginv2.Diagnostics/CheckHealth", request: { pluginContext: pluginContext() } },
      );
      const outcomes = await outcomesOf(answer);

      assert.deepEqual(cells(outcomes.get("GOOD")?.frames[0]), [
        [1n, "one"],
        [2n, "two"],
      ]);
      assert.match(outcomes.get("NONE")?.error?.message ?? "", /no such table: load; drop table load/);
      assert.deepEqual(cells(outcomes.get("COLUMN")?.frames[0]), [["one"], ["two"]]);
      assert.deepEqual(cells(outcomes.get("AFTER")?.frames[0]), [[9492n]]);
      assert.deepEqual(bodyOf(tables), ["events", "load", hostile, "spans"]);
      assert.deepEqual(bodyOf(columns), [
        { name: "a column", type: "integer" },
        { name: "select", type: "text" },
      ]);
      assert.equal(unknown?.messages[0].code, 404);
      assert.equal(nothing?.messages[0].code, 404);
      assert.deepEqual(health?.messages, [{ status: "OK", message: "4 tables" }]);
    });

    await t.test("mistakes of a query are its own, and say what to do; nothing can be written", async () => {
      const mistakes: Readonly<Record<string, readonly [object, RegExp]>> = {
        SYNTAX: [{ rawSql: "selec 1", format: "table" }, /syntax error/],
        TWO: [{ rawSql: "select 1; select 2", format: "table" }, /expected one statement/],
        WRITE: [{ rawSql: "delete from load", format: "table" }, /not authorized/],
        PERIOD: [{ rawSql: "select $__timeGroup(at, fortnight) from load", format: "table" }, /fortnight/],
        ORDER: [{ rawSql: "select at, host, value from load order by at desc" }, /order the rows/],
        FORMAT: [{ rawSql: "select 1", format: "pie" }, /one of timeseries/],
      };
      const asked = Object.entries(mistakes).map(([refId, [model]]) => [refId, { model }] as const);
      const good = { model: { rawSql: "select 1 as one", format: "table" } };
      const noSql = { model: { format: "table" } };
      const [answer] = await call(queriesCall({ ...Object.fromEntries(asked), NOSQL: noSql, GOOD: good }));
      const outcomes = await outcomesOf(answer);

      for (const [refId, [, message]] of Object.entries(mistakes)) {
        const error = outcomes.get(refId)?.error;
        assert.match(error?.message ?? "", message, refId);
        assert.deepEqual([error?.status, error?.errorSource], [400, "downstream"], refId);
      }
      assert.match(outcomes.get("NOSQL")?.error?.message ?? "", /rawSql/);
      assert.deepEqual(cells(outcomes.get("GOOD")?.frames[0]), [[1n]]);
    });

    await t.test("rows beyond the limit are left out with a notice, whole and in chunks", async () => {
      const asked = { A: { model: { rawSql: "select * from load", format: "table" } } };
      const jsonData = { rowLimit: 9000 };
      const [whole, chunked] = await call(
        queriesCall(asked, { jsonData }),
        queriesCall(asked, { jsonData, method: "QueryChunkedData" }),
      );

      const notice = {
        severity: "warning",
        text: "Only the first 9000 rows are shown, which is the limit for SQL queries",
      };
      const [frame] = (await outcomesOf(whole)).get("A")?.frames ?? [];
      assert.equal(frame?.length, 9000);
      assert.deepEqual(frame?.meta?.notices, [notice]);
      assert.equal(chunked?.error, undefined);
      const messages = chunked?.messages.map((message) => fromJson(QueryChunkedDataResponseSchema, message));
      const chunks = [];
      for await (const { frame: part } of decodeChunks(stream(messages ?? []))) {
        chunks.push([part?.length, part?.meta?.notices?.length]);
      }
      assert.deepEqual(chunks, [
        [8192, undefined],
        [808, 1],
      ]);
    });

    await t.test("a host of protocol 1 gets series and tables by the format of the query", async (t) => {
      const models = {
        A: { rawSql: "select at, host, value from load where $__timeFilter(at) order by at", format: 0 },
        B: { rawSql: "select host, count(*) as n from load group by host", format: "table" },
        C: { rawSql: "nothing" },
      };
      const callV1 = await start(t, command, 1);
      const [answer] = await callV1({
        method: "/models.DatasourcePlugin/Query",
        request: {
          datasource: { id: "1", orgId: "1", jsonData: "{}" },
          timeRange: { fromEpochMs: String(startMs), toEpochMs: String(startMs + minuteMs) },
          queries: Object.entries(models).map(([refId, model]) => ({
            refId,
            intervalMs: String(minuteMs),
            modelJson: JSON.stringify(model),
          })),
        },
      });

      assert.equal(answer?.error, undefined);
      const [a, b, c] = answer?.messages[0].results ?? [];
      assert.deepEqual(
        a.series.map(({ tags, points }: { readonly tags: object; readonly points: object[] }) => [
          tags,
          points.length,
        ]),
        [
          [{ host: "a" }, 2],
          [{ host: "b" }, 2],
          [{ host: "c" }, 1],
        ],
      );
      assert.equal(b.tables[0].rows.length, 3);
      assert.match(c.error, /syntax error/);
    });
  });
}

function bodyOf(answer: GoAnswer | undefined): unknown {
  const parts = answer?.messages.map(({ body = "" }) => Buffer.from(body, "base64")) ?? [];
  return JSON.parse(Buffer.concat(parts).toString());
}

async function* stream<T>(messages: readonly T[]): AsyncGenerator<T> {
  yield* messages;
}
