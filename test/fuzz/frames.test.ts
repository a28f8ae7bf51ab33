import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type FuzzReport, runFuzz } from "./run-fuzz.ts";

const program = join(import.meta.dirname, "frames.ts");

test("10,000 spoiled frames end in a frame or a FrameError, in time and in memory", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "--seed", "1", "--json"], {
    encoding: "utf8",
  });

  assert.equal(status, 0, stdout + stderr);
  const report = JSON.parse(stdout) as FuzzReport;
  assert.equal(report.count, 10_000);
  assert.deepEqual(report.failures, []);
  assert.ok((report.ends["ok"] ?? 0) > 500, `expected many frames that still decode, got ${stdout}`);
  for (const code of ["arrow_corrupt", "arrow_not_a_file", "json_invalid", "unequal_lengths", "invalid_meta"])
    assert.ok((report.ends[code] ?? 0) > 0, `expected some that end in ${code}, got ${stdout}`);
});

suite("what a case may not do is seen", () => {
  for (const [way, detail] of [
    ["error", /TypeError: another error/],
    ["hang", /SIGKILL/],
    ["crash", /SIGKILL/],
    ["exit", /exit code 0/],
    ["memory", /peak of \d+ MiB/],
  ] as const) {
    test(`a fuzzed case that ends in ${way} is seen, and the cases after it run`, async () => {
      const report = await runFailing(way);

      assert.deepEqual(
        report.failures.map(({ index, outcome }) => [index, outcome]),
        [
          [5, way === "exit" ? "crash" : way],
          [6, way === "exit" ? "crash" : way],
        ],
      );
      for (const failure of report.failures) assert.match(failure.detail, detail);
      assert.equal(report.count, 2);
      assert.deepEqual(report.ends, {});
    });
  }

  test("an exercise whose cases all end well passes", async () => {
    const report = await runFailing("nothing");

    assert.deepEqual(report.failures, []);
    assert.deepEqual(report.ends, { ok: 2 });
  });
});

test("a case is the same in every run", async () => {
  const runs = await Promise.all([0, 1].map(() => runFuzz({ seed: 9, from: 40, to: 140 })));

  assert.deepEqual(runs[0]?.ends, runs[1]?.ends);
});

function runFailing(way: string): Promise<FuzzReport> {
  const subject = new URL(`./failing-exercise.ts?${way}`, import.meta.url).href;
  // Only what hangs has to be waited for; the rest may take its time on a busy machine.
  const hangMs = way === "hang" ? 500 : 60_000;
  return runFuzz({ seed: 1, from: 5, to: 7, args: ["--subject", subject], hangMs });
}
