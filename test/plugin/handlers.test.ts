/** What becomes of handlers that throw, answer wrongly or are cancelled, in a process of their own. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Code, ConnectError } from "grafana-plugin-protocol";
import { type LaunchedPlugin, launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { decodeChunks, decodeQueryData, errorSourceOf, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { rejectionOf, rejectsWithConnectError } from "../helpers/rejection.ts";
import { compileCache, sourceProgram } from "../helpers/run-program.ts";
import { testedTransport } from "../helpers/tested-transport.ts";
import { until } from "../helpers/until.ts";

const fixture = new URL("./fixtures/handlers.ts", import.meta.url);

interface Handled {
  readonly plugin: LaunchedPlugin<typeof v2>;
  readonly log: PluginLogRecord[];
}

async function launch(t: TestContext): Promise<Handled> {
  const log: PluginLogRecord[] = [];
  const plugin = await launchPlugin({
    command: process.execPath,
    args: sourceProgram(fixture),
    env: compileCache,
    protocols: [v2],
    onLog: (record) => log.push(record),
    transport: testedTransport,
  });
  atEnd(t, () => plugin.close());
  return { plugin, log };
}

const queries = ["fine", "wanted", "defect"].map((queryType) => ({ refId: queryType, queryType }));

/** The plugin writes its log before it answers, but by another way. */
async function defectsOf(log: readonly PluginLogRecord[]): Promise<readonly PluginLogRecord[]> {
  const errors = (): PluginLogRecord[] => log.filter(({ level }) => level === "error");
  await until("an error is logged", () => errors()[0]);
  return errors();
}

test("a defect in one query is logged once, with its refId, its stack and its causes", async (t) => {
  const { plugin, log } = await launch(t);

  const results = await decodeQueryData(await plugin.data.queryData({ queries }));

  assert.deepEqual(
    [...results].map(([refId, { error }]) => [refId, error?.message]),
    [
      ["fine", undefined],
      ["wanted", "wanted"],
      ["defect", "a defect"],
    ],
  );
  const [record, ...more] = await defectsOf(log);
  assert.deepEqual(more, []);
  assert.equal(record?.message, "query failed");
  assert.equal(record?.fields["rpc"], "pluginv2.Data/QueryData");
  assert.equal(record?.fields["refId"], "defect");
  assert.match(
    String(record?.fields["error"]),
    /^TypeError: a defect\n +at fail .*handlers\.ts.*caused by Error: below\n/s,
  );
});

test("a defect in a query in chunks is logged once, and the others go on", async (t) => {
  const { plugin, log } = await launch(t);
  const seen: [string, string | undefined][] = [];

  for await (const { refId, error } of decodeChunks(plugin.data.queryChunkedData({ queries })))
    seen.push([refId, error?.message]);

  assert.deepEqual(seen, [
    ["fine", undefined],
    ["wanted", "wanted"],
    ["defect", "a defect"],
  ]);
  const [record, ...more] = await defectsOf(log);
  assert.deepEqual(more, []);
  assert.equal(record?.fields["refId"], "defect");
  assert.match(String(record?.fields["error"]), /at fail .*handlers\.ts/);
});

test("a QueryError of a whole call says whose fault it is, and is not logged", async (t) => {
  const { plugin, log } = await launch(t);

  const failure = await rejectionOf(plugin.data.queryData({ queries: [{ refId: "A", queryType: "whole" }] }));

  assert.ok(failure instanceof ConnectError);
  assert.deepEqual([failure.code, failure.rawMessage], [Code.Unknown, "the database is down"]);
  assert.equal(errorSourceOf(failure), "downstream");
  await plugin.close();
  assert.deepEqual(
    log.filter(({ level }) => level === "error"),
    [],
  );
});

test("a handler whose call was cancelled ends what it does in `finally` before the plugin does", async (t) => {
  const { plugin, log } = await launch(t);
  const has = (message: string) => log.find((record) => record.message === message);
  const other = plugin.stream.runStream({ path: "until the end" })[Symbol.asyncIterator]();
  await other.next();
  const ended = other.next();
  for await (const _ of plugin.stream.runStream({})) break;
  await until("the call is cancelled", () => has("cancelled"));
  assert.equal(has("cleaned up"), undefined);

  await plugin.close();

  assert.ok(has("cleaned up"));
  await ended;
});

test("a logger writes what a host reads: level, name, fields of the child and of the line, causes", async (t) => {
  const { plugin, log } = await launch(t);

  await plugin.diagnostics.checkHealth({ headers: { a: "b" } });

  const record = await until("it is logged", () => log.find(({ level }) => level === "warn"));
  const { message, module, fields } = record;
  assert.deepEqual(
    [message, module, fields["part"], fields["headers"]],
    ["asked for health", "handlers", "test", { a: "b" }],
  );
  assert.match(String(fields["error"]), /^Error: why\n.*caused by Error: below\n/s);
});

test("an answer of callResource", async (t) => {
  const { plugin } = await launch(t);

  async function ask(path: string, answer: unknown) {
    const messages = [];
    const body = Buffer.from(JSON.stringify(answer));
    for await (const message of plugin.resource.callResource({ path, body })) messages.push(message);
    const headers = Object.entries(messages[0]?.headers ?? {}).map(([name, { values }]) => [name, ...values]);
    return { code: messages[0]?.code, headers, body: Buffer.concat(messages.map((m) => m.body)).toString() };
  }

  await t.test("an answer of callResource without a code has 200", async () => {
    assert.deepEqual(await ask("messages", [{}]), { code: 200, headers: [], body: "" });
    assert.deepEqual(await ask("messages", [{ code: 0 }, { code: 200 }, {}]), {
      code: 200,
      headers: [],
      body: "",
    });
  });

  await t.test("an answer of callResource is made of code, headers and body", async () => {
    assert.deepEqual(await ask("helper", { code: 404, headers: { Link: ["a", "b"] }, body: { a: [1] } }), {
      code: 404,
      headers: [
        ["Content-Type", "application/json"],
        ["Link", "a", "b"],
      ].sort(),
      body: '{"a":[1]}',
    });
    assert.deepEqual(await ask("helper", { headers: { "content-type": "text/csv" }, body: "a,b" }), {
      code: 200,
      headers: [["content-type", "text/csv"]],
      body: "a,b",
    });
    assert.deepEqual(await ask("helper", { code: 204 }), { code: 204, headers: [], body: "" });
  });

  for (const [what, answer, reason] of [
    ["code 99", [{ code: 99 }], /expected a code from 200 to 999, got 99/],
    ["code 100", [{ code: 100 }], /got 100/],
    ["code 1000", [{ code: 1000 }], /got 1000/],
    ["code -1", [{ code: -1 }], /got -1/],
    ["code 200.5", [{ code: 200.5 }], /got 200\.5/],
    ["a code that is a text", [{ code: "200" }], /got a string/],
    ["a code after the first message", [{}, { code: 404 }], /the code 200 went out .*, got 404/],
    ["a header name with a blank", [{ headers: { "a b": { values: [] } } }], /header "a b": expected a name/],
    ["an empty header name", [{ headers: { "": { values: [] } } }], /header "": expected a name/],
    [
      "a header value with a line break",
      [{ headers: { A: { values: ["a\r\nB: c"] } } }],
      /control characters/,
    ],
    ["a header that is a text", [{ headers: { A: "a" } }], /expected \{ values: \["…"\] \}, got a string/],
    ["a header of numbers", [{ headers: { A: { values: [1] } } }], /expected texts, got a number/],
    ["a body that is a text", [{ body: "text" }], /expected a Uint8Array as body, got a string/],
    ["no message", [], /expected at least one message/],
    ["a message that is null", [null], /expected \{ code, headers, body \}, got null/],
  ] as const) {
    await t.test(
      `an answer of callResource with ${what} fails its call, and the plugin goes on`,
      async () => {
        const failure = await rejectsWithConnectError(ask("messages", answer), Code.Unknown);

        assert.match(failure.rawMessage, reason);
        assert.equal((await ask("messages", [{}])).code, 200);
      },
    );
  }

  for (const code of [204, 304]) {
    await t.test(`an answer of callResource with a body of ${code} fails its call`, async () => {
      const failure = await rejectsWithConnectError(ask("helper", { code, body: "x" }), Code.Unknown);

      assert.match(failure.rawMessage, new RegExp(`an answer with code ${code} has no body`));
    });
  }
});
