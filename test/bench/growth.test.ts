import assert from "node:assert/strict";
import { test } from "node:test";
import { growthCases } from "../../bench/growth/cases.ts";
import { groupsOf, type Round } from "../../bench/growth/run-round.ts";
import { fullSize } from "../../bench/growth/size.ts";
import { summarise } from "../../bench/growth/summary.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { isWanted, linesOf, runBench, runBenchWithoutGo } from "./run-bench.ts";

const go = await buildGoPeers();

test("prints a JSON object a line with the ratio and the target of each case", {
  skip: go === undefined ? withoutGo : !isWanted && "a round takes 60 s: set TEST_BENCH=1",
}, async () => {
  const ended = await runBench("growth", ["--json", "--quick", "--rounds", "1"]);

  assert.equal(ended.stderr, "");
  assert.equal(ended.code, 0);
  assert.deepEqual(
    linesOf(ended),
    growthCases.map(({ name, target, better }) => ({
      bench: "growth",
      case: name,
      target,
      better,
      isFinite: true,
    })),
  );
});

test("no two cases have one name", () => {
  assert.equal(new Set(growthCases.map(({ name }) => name)).size, growthCases.length);
});

test("what a case compares runs in one group", () => {
  const groups = groupsOf(growthCases);
  const split = growthCases.filter(({ name, value, base }) => {
    // Of different sizes, and so of different groups by intent.
    if (typeof base === "number" || name.endsWith("vs 1e3")) return false;
    return !groups.some((group) => group.includes(value.run) && group.includes(base.run));
  });

  assert.deepEqual(split, []);
});

test("a time of a cell is that of the operation divided by the cells of its own frame", () => {
  const each = growthCases.find(({ name }) => name === "fields 1e5 decode ns/cell vs 1e3");
  assert.ok(each);
  const round: Round = {
    find: ({ run }) => ({ value: run.includes("1e5") ? 500e6 : 2.5e6, isCalm: true }),
    failures: [],
  };

  const summary = summarise(each, [round], fullSize);

  assert.deepEqual([summary?.own, summary?.other, summary?.ratio], [500, 250, 2]);
});

test("says what it needs when there is no Go toolchain, and fails", async () => {
  const ended = await runBenchWithoutGo("growth");

  assert.equal(ended.stdout, "");
  assert.match(ended.stderr, /needs a Go toolchain/);
  assert.equal(ended.code, 1);
});

test("says which option is wrong, and how they are", async () => {
  const ended = await runBench("growth", ["--rounds", "0"]);

  assert.match(ended.stderr, /^--rounds must be a whole number of at least 1, got "0"\nnpm run bench:growth/);
  assert.equal(ended.code, 2);
});
