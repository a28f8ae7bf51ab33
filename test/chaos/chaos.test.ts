import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { suite, test } from "node:test";
import { openDescriptors } from "./census.ts";
import { createLedger } from "./ledger.ts";

const program = join(import.meta.dirname, "main.ts");
const lossless = {
  unsettled: 0,
  wrongCode: 0,
  processesLeft: 0,
  socketsLeft: 0,
  descriptorsLeaked: 0,
};
/** Some of it for every run of the tests, more in CI. */
const [faults, starts] = process.env["CI"] === undefined ? [30, 10] : [150, 200];

test(`${faults} faults lose nothing`, (t) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--conditions=grafana-plugin-protocol-source",
      ...[program, "--seconds", "0", "--faults", String(faults), "--starts", String(starts), "--json"],
    ],
    { encoding: "utf8" },
  );

  t.diagnostic(stdout);
  assert.equal(status, 0, stdout + stderr);
  const report = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  assert.deepEqual({ ...report, ...lossless }, report);
  assert.ok(report.faults >= faults, `expected ${faults} faults at least, got ${report.faults}`);
  assert.ok(
    report.memoryGrowth < 32 << 20,
    `expected no more memory than at first, got ${report.memoryGrowth}`,
  );
});

suite("what is lost is seen", () => {
  test("a call that ends in another way than expected is seen", async () => {
    const ledger = createLedger();

    const outcome = await ledger.follow("the call", Promise.reject(new Error("other")), ["ok"]);

    assert.equal(outcome, "Error: other");
    assert.deepEqual(ledger.count(), {
      calls: 1,
      unsettled: 0,
      wrongCode: 1,
      complaints: ["the call: expected ok, got Error: other"],
    });
  });

  test("a call that never ends is seen", async () => {
    const ledger = createLedger({ settleMs: 1 });

    await ledger.follow("the call", new Promise(() => {}), ["ok"]);

    assert.deepEqual(ledger.count(), {
      calls: 1,
      unsettled: 1,
      wrongCode: 0,
      complaints: ["the call: not settled after 1 ms"],
    });
  });

  test("a census sees open descriptors", () => {
    assert.ok([...openDescriptors().values()].reduce((sum, count) => sum + count, 0) > 3);
  });
});
