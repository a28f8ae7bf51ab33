import assert from "node:assert/strict";
import { test } from "node:test";
import { median } from "../../bench/report.ts";
import { rpcCases } from "../../bench/rpc/cases.ts";
import type { Pair } from "../../bench/rpc/contenders.ts";
import type { Round } from "../../bench/rpc/run-round.ts";
import { summarise } from "../../bench/rpc/summary.ts";

test("the median of an even number of values is the middle between two", () => {
  assert.equal(median([4, 1, 3, 9]), 3.5);
  assert.equal(median([7, 1, 3]), 3);
});

test("a ratio is the median of the rounds that have both pairs", () => {
  const each = rpcCases.find(({ name }) => name === "server p50 c1 (grpc-js)");
  assert.ok(each);
  const rounds = [
    roundOf({ "Go → grpc-js": 20, "Go → Go": 10 }),
    roundOf({ "Go → grpc-js": 40, "Go → Go": 10 }),
    roundOf({ "Go → Go": 1 }),
    roundOf({ "Go → grpc-js": 1 }),
  ];

  const summary = summarise(each, rounds);

  assert.deepEqual([summary?.ratio, summary?.own, summary?.other], [3, 30, 10]);
});

test("there is no ratio without a round that has both pairs", () => {
  const each = rpcCases[0];
  assert.ok(each);

  assert.equal(summarise(each, [roundOf({ "Go → Go": 1 }), roundOf({ "Go → ours": 1 })]), undefined);
});

test("disturbed rounds count where fewer than two were calm", () => {
  const each = rpcCases[0];
  assert.ok(each);
  const calm = [roundOf({ "Go → ours": 1, "Go → Go": 1 }), roundOf({ "Go → ours": 3, "Go → Go": 1 })];
  const disturbed = [8, 9, 9].map((ours) => roundOf({ "Go → ours": ours, "Go → Go": 1 }, false));

  assert.equal(summarise(each, [...disturbed, ...calm])?.ratio, 2);
  assert.equal(summarise(each, [...disturbed, ...calm.slice(1)])?.ratio, 8.5);
});

function roundOf(numbers: Partial<Record<Pair, number>>, isCalm: boolean = true): Round {
  return {
    find: ({ pair }) => {
      const value = numbers[pair];
      return value === undefined ? undefined : { value, isCalm };
    },
    failures: [],
  };
}
