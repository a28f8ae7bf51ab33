import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogLineParser } from "grafana-plugin-protocol/go-plugin";
import { createLogger, type LogLevel } from "grafana-plugin-protocol/plugin";
import { rejectsWithPluginError } from "../helpers/rejection.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

const fixture = new URL("./fixtures/logger.ts", import.meta.url);

test("each line of a logger is a record of hclog, whatever its caller passes", async (t) => {
  const program = runProgram(t, process.execPath, sourceProgram(fixture));
  assert.deepEqual(await program.ended, { code: 0, signal: null });

  const lines = program.stderr().trimEnd().split("\n");
  const records = lines.map(createLogLineParser());

  assert.ok(lines.every((line) => Buffer.byteLength(line) <= 65_535));
  assert.deepEqual(
    records.map(({ level, message, module }) => [level, message, module]),
    [
      ["debug", "plain", "odd"],
      ["info", "huge", "odd"],
      ["warn", "errors", "odd"],
      ["error", "an error for fields", "odd"],
      ["error", "an object for a message", "odd"],
      ["error", "hostile", "odd"],
      ["error", "a proxy", "odd"],
      ["error", "a proxy as a field", "odd"],
      ["error", "a value of type object that has no text", undefined],
    ],
  );
  const [plain, , errors, error, value, hostile, proxy, fields] = records.map(({ fields }) => fields);
  assert.deepEqual(plain, { first: 1, both: "line" });
  assert.match(String(errors?.["error"]), /^TypeError: elsewhere\n/);
  assert.match(String(errors?.["nested"]), /^Error: inner\n/);
  assert.match(String(error?.["error"]), /^RangeError: why\n/);
  assert.equal(value?.["value"], 5);
  assert.deepEqual(hostile, { first: 1, both: "child", thrown: "it cannot be read: not now" });
  const unreadable = "it cannot be read: not at all";
  assert.deepEqual(proxy, { first: 1, both: "child", value: unreadable });
  assert.deepEqual(fields, {
    first: 1,
    both: "child",
    value: unreadable,
    proxy: "a value of type object that has no text",
    last: 1,
  });
});

test("a logger whose stderr nobody reads any more does not end its process", async (t) => {
  const program = runProgram(t, process.execPath, sourceProgram(fixture, "--closed"), {}, "pipe");
  program.child.stderr?.destroy();
  program.child.stdin?.end();

  assert.deepEqual(await program.ended, { code: 0, signal: null });
  assert.equal(program.stdout(), "alive\n");
});

test("a logger whose stderr is not read drops lines above 4 MiB and says how many, later", async (t) => {
  const program = runProgram(t, process.execPath, sourceProgram(fixture, "--unread"));
  program.child.stderr?.pause();
  const waiting = Number(await program.firstLine());
  program.child.stderr?.resume();
  assert.deepEqual(await program.ended, { code: 0, signal: null });

  const records = program.stderr().trimEnd().split("\n").map(createLogLineParser());
  const last = records.pop();

  assert.ok(waiting > 4 << 20 && waiting < (4 << 20) + 65_536, `${waiting} bytes waited`);
  assert.deepEqual(
    records.map(({ fields }) => fields["line"]),
    Array.from(records, (_, line) => line),
  );
  assert.equal(last?.level, "warn");
  assert.equal(last?.message, "lines of the log were dropped: the host did not read stderr fast enough");
  assert.equal(last?.fields["lines"], 10_000 - records.length);
});

for (const ending of ["SIGKILL", "SIGTERM", "abort", "exit", "throw"]) {
  test(`a process that ends by ${ending} right after it has logged loses no line, and they are in order`, async (t) => {
    const program = runProgram(t, process.execPath, sourceProgram(fixture, "--then", ending));
    const { code, signal } = await program.ended;

    const records = program.stderr().split("\n").slice(0, 4).map(createLogLineParser());

    assert.ok(code !== 0 || signal !== null);
    assert.deepEqual(
      records.map(({ level, message }) => `${level} ${message}`),
      ["debug one", "error two", "info three", "info four"],
    );
  });
}

test("a level that is a function is asked for each line", () => {
  const records: string[] = [];
  let level: LogLevel = "warn";
  const log = createLogger({ level: () => level, write: ({ message }) => records.push(message) });
  const { info } = log.with({ part: "child" });

  info("below the level");
  level = "info";
  info("at the level");
  level = "silent" as LogLevel;
  log.debug("a level that is not one counts as debug");

  assert.deepEqual(records, ["at the level", "a level that is not one counts as debug"]);
});

test("what receives the lines of a logger may throw", () => {
  const log = createLogger({
    write: () => {
      throw new Error("not now");
    },
  });

  assert.doesNotThrow(() => log.info("a line"));
});

test("a level that is not one is refused", async () => {
  const created = Promise.resolve().then(() => createLogger({ level: "warning" as "warn" }));

  const { message } = await rejectsWithPluginError(created, "invalid_option");

  assert.equal(message, 'level must be one of trace, debug, info, warn, error, got "warning"');
});
