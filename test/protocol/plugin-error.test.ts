import assert from "node:assert/strict";
import { test } from "node:test";
import { PluginError } from "grafana-plugin-protocol";

test("an error has its code, its message and what is known of the process", () => {
  const cause = new Error("below");
  const error = new PluginError("exited", "it ended", {
    pid: 7,
    exitCode: null,
    signal: "SIGKILL",
    stderrTail: ["a", "b"],
    cause,
  });

  assert.ok(error instanceof Error && error instanceof PluginError);
  assert.equal(String(error), "PluginError: it ended");
  assert.equal(error.cause, cause);
  assert.deepEqual(
    { ...error },
    {
      name: "PluginError",
      code: "exited",
      pid: 7,
      exitCode: null,
      signal: "SIGKILL",
      stderrTail: ["a", "b"],
    },
  );
});

test("an error without details has none", () => {
  const error = new PluginError("invalid_option", "no");

  assert.deepEqual(
    [error.pid, error.exitCode, error.signal, error.stderrTail],
    [undefined, undefined, undefined, []],
  );
  assert.equal("cause" in error, false);
});

test("instanceof holds between two copies of the package", async () => {
  const copy: typeof import("../../src/errors.ts") = await import(
    new URL("../../src/errors.ts?copy", import.meta.url).href
  );

  assert.notEqual(copy.PluginError, PluginError);
  assert.ok(new copy.PluginError("closed", "x") instanceof PluginError);
  assert.ok(new PluginError("closed", "x") instanceof copy.PluginError);
});

test("instanceof does not hold for anything else", () => {
  for (const value of [
    undefined,
    null,
    0,
    "PluginError",
    {},
    new Error("x"),
    { name: "PluginError", code: "exited" },
  ]) {
    assert.equal(value instanceof PluginError, false);
  }
});
