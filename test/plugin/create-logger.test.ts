import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogLineParser } from "grafana-plugin-protocol/go-plugin";
import { createLogger } from "grafana-plugin-protocol/plugin";
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

test("a level that is not one is refused", async () => {
  const created = Promise.resolve().then(() => createLogger({ level: "warning" as "warn" }));

  const { message } = await rejectsWithPluginError(created, "invalid_option");

  assert.equal(message, 'level must be one of trace, debug, info, warn, error, got "warning"');
});
