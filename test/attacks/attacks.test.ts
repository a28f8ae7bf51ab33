import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { attackNames, maxUsedBytes, runAttack } from "./run-attacks.ts";

const isWanted = Boolean(process.env["CI"] || process.env["TEST_ATTACKS"]);
const unwanted = "takes two minutes: set TEST_ATTACKS=1, or use npm run attacks";

// How long the event loop is held up is for `npm run attacks`: a test asserts no times.
suite("a process with a heap of 256 MiB survives an attack", { skip: isWanted ? false : unwanted }, () => {
  for (const name of attackNames) {
    test(name, async (t) => {
      const { outcomes, isExpected, peakBytes, usedBytes, lagMs } = await runAttack(name);

      t.diagnostic(`peak ${peakBytes >> 20} MiB, then ${usedBytes >> 20} MiB, lag ${Math.round(lagMs)} ms`);
      assert.ok(isExpected, outcomes.join("\n"));
      assert.ok(peakBytes < 2 ** 30, `expected less than 1 GiB, got ${peakBytes}`);
      assert.ok(usedBytes < maxUsedBytes, `expected memory to return, got ${usedBytes}`);
    });
  }
});
