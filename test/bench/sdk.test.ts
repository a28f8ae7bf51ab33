import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { QueryDataRequestSchema } from "grafana-plugin-protocol/v2";
import { sdkCases } from "../../bench/sdk/cases.ts";
import { batchSizes, writeRequests } from "../../bench/sdk/requests.ts";
import { groupsOf, type Round } from "../../bench/sdk/run-round.ts";
import { summarise } from "../../bench/sdk/summary.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { isWanted, linesOf, runBench, runBenchWithoutGo } from "./run-bench.ts";

const go = await buildGoPeers();

test("prints a JSON object a line with the ratio and the target of each case", {
  skip: go === undefined ? withoutGo : !isWanted && "a round of every plugin takes 60 s: set TEST_BENCH=1",
}, async () => {
  const ended = await runBench("sdk", ["--json", "--quick", "--rounds", "1"]);

  assert.equal(ended.stderr, "");
  assert.equal(ended.code, 0);
  assert.deepEqual(
    linesOf(ended),
    sdkCases.map(({ name, target, better }) => ({
      bench: "sdk",
      case: name,
      target,
      better,
      isFinite: true,
    })),
  );
});

test("no two cases have one name", () => {
  assert.equal(new Set(sdkCases.map(({ name }) => name)).size, sdkCases.length);
});

test("runs that a case compares are in one group", () => {
  const groups = groupsOf(sdkCases);
  const split = sdkCases.filter(
    ({ value, base }) =>
      typeof base !== "number" &&
      !groups.some((group) => group.includes(value.run) && group.includes(base.run)),
  );

  assert.deepEqual(split, []);
});

test("the calls of ours have targets against the Go SDK, and none against it without its log", () => {
  const targets = (base: string): unknown[] =>
    sdkCases
      .filter(({ name, value }) => name.endsWith(base) && value.run.endsWith(" ours"))
      .map(({ target }) => target);

  assert.deepEqual(new Set(targets("calls/s vs Go")), new Set([1.2]));
  assert.deepEqual(new Set(targets("CPU a call vs Go")), new Set([0.6]));
  assert.deepEqual(new Set(targets("vs Go without its log")), new Set([null]));
});

test("a batch has queries of both types, each with a refId of its own", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "bench-sdk-test-"));
  t.after(() => rm(folder, { recursive: true, force: true }));

  await writeRequests(folder, { "1M": 1, "5M": 1, "20M": 1 });

  for (const size of batchSizes) {
    const bytes = await readFile(join(folder, `query-batch-${size}.bin`));
    const { queries } = fromBinary(QueryDataRequestSchema, bytes);
    const types = new Set(queries.map(({ queryType }) => queryType));
    assert.equal(new Set(queries.map(({ refId }) => refId)).size, size);
    assert.deepEqual(types, new Set(size === 1 ? ["range"] : ["range", "table"]));
  }
});

test("a limit is what a figure is divided by", () => {
  const each = sdkCases.find(({ name }) => name.includes("of 250 MB"));
  assert.ok(each);
  const round: Round = { find: () => ({ value: 100e6, isCalm: true }), failures: [] };

  const summary = summarise(each, [round]);

  assert.deepEqual([summary?.own, summary?.other, summary?.ratio], [100e6, 250e6, 0.4]);
});

test("says what it needs when there is no Go toolchain, and fails", async () => {
  const ended = await runBenchWithoutGo("sdk");

  assert.equal(ended.stdout, "");
  assert.match(ended.stderr, /needs a Go toolchain/);
  assert.equal(ended.code, 1);
});

test("says which option is wrong, and how they are", async () => {
  const ended = await runBench("sdk", ["--rounds", "0"]);

  assert.match(ended.stderr, /^--rounds must be a whole number of at least 1, got "0"\nnpm run bench:sdk/);
  assert.equal(ended.code, 2);
});

test("says which cases there are when none matches", async () => {
  const ended = await runBench("sdk", ["--only", "nothing"]);

  assert.match(ended.stderr, /^no case matches \/nothing\/: 1 query: calls\/s vs Go; /);
  assert.equal(ended.code, 2);
});
