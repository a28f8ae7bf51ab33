import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import type { FuzzReport } from "./run-fuzz.ts";

const program = join(import.meta.dirname, "http2.ts");

/** A taste of it for every run of the tests, more in CI. */
const count = process.env["CI"] === undefined ? 4000 : 16_000;

test(`${count} spoiled connections end in order, in time and in memory`, () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, "--seed", "1", "--count", String(count), "--json"],
    { encoding: "utf8" },
  );

  assert.equal(status, 0, stdout + stderr);
  const report = JSON.parse(stdout) as FuzzReport;
  assert.equal(report.count, count);
  assert.deepEqual(report.failures, []);
  for (const end of ["open", "PROTOCOL_ERROR", "FRAME_SIZE_ERROR", "COMPRESSION_ERROR", "STREAM_CLOSED"]) {
    assert.ok((report.ends[end] ?? 0) > 0, `expected some that end in ${end}, got ${stdout}`);
  }
});
