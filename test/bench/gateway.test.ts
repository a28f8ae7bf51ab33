import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewayCases } from "../../bench/gateway/cases.ts";
import { contenders } from "../../bench/gateway/runs.ts";
import { summarise, tableRows } from "../../bench/gateway/summary.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { isWanted, linesOf, runBench } from "./run-bench.ts";

const go = await buildGoPeers();

test("prints a JSON object a line with the ratio and the target of each case", {
  skip: go === undefined ? withoutGo : !isWanted && "a round takes half a minute: set TEST_BENCH=1",
}, async () => {
  const ended = await runBench("gateway", ["--json", "--quick", "--rounds", "1"]);

  assert.equal(ended.code, 0, ended.stderr);
  assert.deepEqual(
    linesOf(ended),
    gatewayCases.map(({ name, target, better }) => ({
      bench: "gateway",
      case: name,
      target,
      better,
      isFinite: true,
    })),
  );
});

test("no two cases have one name", () => {
  assert.equal(new Set(gatewayCases.map(({ name }) => name)).size, gatewayCases.length);
});

test("each case compares the same figure of two gateways in one run", () => {
  for (const { name, value, base } of gatewayCases) {
    const [own, other] = [value.key, base.key].map((key) => Number(key.slice(-1)));
    assert.equal(value.run, base.run, name);
    assert.equal(value.key.slice(0, -1), base.key.slice(0, -1), name);
    assert.equal(contenders[(own ?? 0) - 1], "ours", name);
    assert.ok(other !== own && contenders[(other ?? 0) - 1] !== undefined, name);
  }
});

test("a row has what was measured, in its unit", () => {
  const [first] = gatewayCases;
  assert.ok(first);
  const round = {
    find: ({ key }: { readonly key: string }) => ({ value: key.endsWith("1") ? 3000 : 1500, isCalm: true }),
    failures: [],
  };
  const summary = summarise(first, [round]);
  assert.ok(summary);

  assert.deepEqual(tableRows([summary])[0]?.slice(0, 4), [first.name, "3,000 calls/s", "1,500 calls/s", "2"]);
});

test("says which option is wrong, and how they are", async () => {
  const ended = await runBench("gateway", ["--rounds", "0"]);

  assert.match(
    ended.stderr,
    /^--rounds must be a whole number of at least 1, got "0"\nnpm run bench:gateway .*\[--write\]/,
  );
  assert.equal(ended.code, 2);
});
