/** Grafana's frontend, unchanged and in a real browser, on what a gateway answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import {
  createGatewayClient,
  type GatewayQuery,
  type JsonFrame,
} from "grafana-plugin-protocol/gateway/client";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import {
  answerQueries,
  DataResponseSchema,
  QueryDataResponseSchema,
  QueryError,
  v2,
} from "grafana-plugin-protocol/v2";
import { corpusNames, readGolden } from "../frames/golden-corpus.ts";
import { range } from "../gateway/start-gateway.ts";
import { openPage } from "./open-page.ts";
import { startClientsGateway, token, weatherType, withoutGoPlugin } from "./start-clients-gateway.ts";

const nanoseconds = createField("time", "time", [1_700_000_000_000_000_001n, null]);
const frames = [
  createFrame({
    name: "first",
    meta: { notices: [{ severity: "warning", text: "half of it is missing" }] },
    fields: [nanoseconds, createField("v", "float64", [Number.NaN, -0], { labels: { host: "a" } })],
  }),
  createFrame({ name: "without rows", fields: [createField("v", "int64", [])] }),
  createFrame({ name: "without fields", fields: [] }),
];

/** Answers a query by the frame of the corpus that has the name of its refId, or as the name says. */
const plugin = createInMemoryPlugin(
  v2,
  {
    data: {
      queryData: async (request) => {
        if (request.queries.some(({ refId }) => refId === "crash")) throw new Error("not for clients");
        if (request.queries.every(({ refId }) => corpusNames.includes(refId))) {
          const responses = request.queries.map(
            ({ refId }) =>
              [
                refId,
                create(DataResponseSchema, { status: 200, frames: [readGolden(refId, "arrow")] }),
              ] as const,
          );
          return create(QueryDataResponseSchema, { responses: Object.fromEntries(responses) });
        }
        return answerQueries(request, ({ refId }) => {
          if (refId === "fail")
            throw new QueryError("no such table", { errorSource: "downstream", status: 404 });
          return frames;
        });
      },
    },
  },
  { onLog: () => {} },
);

const query = (refId: string): GatewayQuery => ({ refId, datasource: { uid: "m1" } });

test("Grafana's frontend reads what a gateway answers", async (t) => {
  const { page, origin, errors } = await openPage(t, "frontend-page.ts");
  const { url, ask } = await startClientsGateway(t, {
    plugins: [{ id: "memory", client: plugin }],
    dataSources: [{ name: "Memory", type: "memory", uid: "m1" }],
    allowedOrigins: [origin],
  });
  const headers = { Authorization: `Bearer ${token}` };
  const server = { url, token };
  // biome-ignore lint/suspicious/noExplicitAny: what the frontend makes of an answer
  const call = async (name: string, ...args: readonly unknown[]): Promise<any> => {
    const made = await page.evaluate(`${name}(...${JSON.stringify(args)})`);
    return typeof made === "string" ? JSON.parse(made) : made;
  };
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const decoded = async (...refIds: readonly string[]): Promise<any> => {
    const { status, text } = await ask(
      "/api/ds/query",
      { ...range, queries: refIds.map(query) },
      { headers },
    );
    return { status, ...(await call("decodeAnswer", status, text, refIds)) };
  };

  await t.test("every frame that Go wrote, as it reads it from Go's own JSON", async () => {
    const expected = await call(
      "decodeFrames",
      corpusNames.map((name) => readGolden(name, "json").toString("utf8")),
    );

    const { status, state, frames } = await decoded(...corpusNames);

    assert.deepEqual([status, state], [200, "Done"]);
    assert.ok(corpusNames.length > 150, `${corpusNames.length} frames`);
    for (const [index, name] of corpusNames.entries()) {
      // Go's zero time, of the year 1, is another time in the Arrow file that the plugin sends: it has 64 bits of nanoseconds.
      if (name === "time-go-zero") continue;
      assert.deepEqual(frames[index].frame, expected[index], name);
    }
  });

  await t.test("the same frames as our own client reads, value by value", async () => {
    const { frames } = await decoded(...corpusNames);
    const { results } = await createGatewayClient(server).query({
      ...range,
      queries: corpusNames.map(query),
    });

    for (const [index, name] of corpusNames.entries()) {
      const [frame] = results.get(name)?.frames ?? [];
      assert.ok(frame !== undefined, name);
      assert.deepEqual(JSON.parse(JSON.stringify(plain(frame), replacer)), frames[index].frame, name);
    }
  });

  await t.test("several frames of a query, empty ones too, with nanoseconds, NaN and notices", async () => {
    const { frames } = await decoded("A");

    const meta = { typeVersion: [0, 0], notices: [{ severity: "warning", text: "half of it is missing" }] };
    assert.deepEqual(frames[0], {
      refId: "A",
      frame: {
        name: "first",
        meta,
        length: 2,
        fields: [
          { name: "time", type: "time", config: {}, values: [1_700_000_000_000, null], nanos: [1, 0] },
          { name: "v", type: "number", labels: { host: "a" }, config: {}, values: ["NaN", "-0"] },
        ],
      },
    });
    assert.deepEqual(
      frames.slice(1).map(({ frame }: { readonly frame: JsonFrame }) => [frame.name, frame.length]),
      [
        ["without rows", 0],
        ["without fields", 0],
      ],
    );
  });

  await t.test("the error of a query beside the frames of another one", async () => {
    const { status, state, errors, frames } = await decoded("A", "fail");

    assert.deepEqual([status, state, frames.length], [400, "Error", 3]);
    assert.deepEqual(errors, [{ refId: "fail", message: "no such table", status: 404 }]);
  });

  await t.test("the error of a whole request", async () => {
    const { status, state, frames } = await decoded("crash");

    assert.deepEqual([status, state, frames], [500, "Error", []]);
  });

  await t.test("through its own data source: queries, health and resources", async () => {
    const targets = [
      { refId: "A", rawSql: "select date, temp_max from weather where date between :from and :to limit 2" },
      { refId: "B", rawSql: "select nonsense" },
    ];
    const seen = await call("useDataSource", server, "w1", weatherType, targets);
    const answer = JSON.parse(seen.answer);

    assert.equal(answer.state, "Error");
    assert.deepEqual(
      answer.errors.map(({ refId, message }: { refId: string; message: string }) => [refId, message]),
      [["B", "no such column: nonsense"]],
    );
    assert.equal(answer.frames[0].frame.length, 2);
    assert.deepEqual(seen.health, {
      status: "OK",
      message: "2922 days of weather in 2 places",
      details: { places: 2, rows: 2922 },
    });
    assert.equal(seen.resource.columns.length > 3, true);
    assert.deepEqual(seen.missing, [404, 'nothing at POST "nothing": try GET "columns"']);
  });

  await t.test(
    "through its own data source from a plugin on the Go SDK",
    { skip: withoutGoPlugin },
    async () => {
      const seen = await call("useDataSource", server, "go", "go", [{ refId: "A", do: "series", rows: 3 }]);

      const { state, frames } = JSON.parse(seen.answer);
      assert.equal(state, "Done");
      assert.deepEqual(frames[0].frame.fields[1].values, [0, 0.5, 1]);
      assert.deepEqual([seen.health.status, seen.health.message], ["OK", "fixture healthy"]);
    },
  );

  for (const [way, name] of [
    ["server-sent events", "followStream"],
    ["a socket of Centrifuge", "followSocket"],
  ] as const) {
    await t.test(`a live stream by ${way}, into the frame that it keeps for it`, async () => {
      const fields = await call(name, server, "ds/w1/replay/seattle", 5);

      assert.deepEqual(
        fields.map(({ name, labels, values }: JsonFrame["fields"][number]) => [name, labels, values.length]),
        [
          ["time", undefined, 5],
          ["temp_max", { location: "Seattle" }, 5],
        ],
      );
    });
  }

  assert.deepEqual(errors, [], "errors that nothing handled");
});

function plain({ name, meta, length, fields }: JsonFrame): object {
  return {
    name: name ?? "",
    meta,
    length,
    fields: fields.map(({ name, type, labels, config, values, nanos }) => ({
      name,
      type,
      labels,
      config,
      values,
      nanos,
    })),
  };
}

/** Numbers that JSON does not have, as the page writes them. */
function replacer(_: string, value: unknown): unknown {
  if (Object.is(value, -0)) return "-0";
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
