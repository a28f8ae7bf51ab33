import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { QueryDataRequestSchema, QueryDataResponseSchema } from "grafana-plugin-protocol/v2";
import { rpcCases } from "../../bench/rpc/cases.ts";
import { frameBytes } from "../../bench/rpc/programs/frame-bytes.ts";
import { frameBytesByQuery, queryFor, smallCallBytes } from "../../bench/rpc/requests.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { isWanted, linesOf, runBench, runBenchWithoutGo } from "./run-bench.ts";

const go = await buildGoPeers();

test("prints a JSON object a line with the ratio and the target of each case that has one", {
  skip: go === undefined ? withoutGo : !isWanted && "a round of every pair takes 40 s: set TEST_BENCH=1",
}, async () => {
  const ended = await runBench("rpc", ["--json", "--quick", "--rounds", "1"]);

  assert.equal(ended.stderr, "");
  assert.equal(ended.code, 0);
  assert.deepEqual(
    linesOf(ended),
    rpcCases
      .filter(({ target }) => target !== null)
      .map(({ name, target, better }) => ({ bench: "rpc", case: name, target, better, isFinite: true })),
  );
});

test("no two cases have one name", () => {
  assert.equal(new Set(rpcCases.map(({ name }) => name)).size, rpcCases.length);
});

test("each target is for ours", () => {
  const pairs = rpcCases.filter(({ target }) => target !== null).map(({ value }) => value.pair);

  assert.deepEqual(new Set(pairs), new Set(["Go → ours", "ours → Go", "ours → ours"]));
});

test("a small query and its answer have the sizes that the targets are about", () => {
  const query = create(QueryDataRequestSchema, queryFor(frameBytesByQuery.small));
  const answer = create(QueryDataResponseSchema, {
    responses: { A: { frames: [frameBytes(frameBytesByQuery.small)], status: 200 } },
  });

  assert.equal(toBinary(QueryDataRequestSchema, query).length, smallCallBytes.request);
  assert.equal(toBinary(QueryDataResponseSchema, answer).length, smallCallBytes.answer);
});

test("says what it needs when there is no Go toolchain, and fails", async () => {
  const ended = await runBenchWithoutGo("rpc");

  assert.equal(ended.stdout, "");
  assert.match(ended.stderr, /needs a Go toolchain/);
  assert.equal(ended.code, 1);
});

test("says which option is wrong, and how they are", async () => {
  const ended = await runBench("rpc", ["--rounds", "0"]);

  assert.match(ended.stderr, /^--rounds must be a whole number of at least 1, got "0"\nnpm run bench:rpc/);
  assert.equal(ended.code, 2);
});

test("says which cases there are when none matches", async () => {
  const ended = await runBench("rpc", ["--only", "nothing"]);

  assert.match(ended.stderr, /^no case matches \/nothing\/: server p50 c1; /);
  assert.equal(ended.code, 2);
});
