import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { QueryDataRequestSchema, QueryDataResponseSchema } from "grafana-plugin-protocol/v2";
import { rpcCases } from "../../bench/rpc/cases.ts";
import { frameBytes } from "../../bench/rpc/programs/frame-bytes.ts";
import { frameBytesByQuery, queryFor, smallCallBytes } from "../../bench/rpc/requests.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";

const program = join(import.meta.dirname, "..", "..", "bench", "rpc", "main.ts");
const go = await buildGoPeers();
const isWanted = Boolean(process.env["CI"] || process.env["TEST_BENCH"]);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runBench(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  const command = ["--conditions=grafana-plugin-protocol-source", program, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test("prints a JSON object a line with the ratio and the target of each case that has one", {
  skip: go === undefined ? withoutGo : !isWanted && "a round of every pair takes 40 s: set TEST_BENCH=1",
}, async () => {
  const ended = await runBench(["--json", "--quick", "--rounds", "1"]);

  assert.equal(ended.stderr, "");
  assert.equal(ended.code, 0);
  const lines = ended.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { ratio: unknown });
  assert.deepEqual(
    lines.map(({ ratio, ...line }) => ({ ...line, isFinite: Number.isFinite(ratio) })),
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
  const { REQUIRE_GO: _, ...env } = process.env;

  const ended = await runBench([], { ...env, PATH: "" });

  assert.equal(ended.stdout, "");
  assert.match(ended.stderr, /needs a Go toolchain/);
  assert.equal(ended.code, 1);
});

test("says which option is wrong, and how they are", async () => {
  const ended = await runBench(["--rounds", "0"]);

  assert.match(ended.stderr, /^--rounds must be a whole number of at least 1, got "0"\nnpm run bench:rpc/);
  assert.equal(ended.code, 2);
});

test("says which cases there are when none matches", async () => {
  const ended = await runBench(["--only", "nothing"]);

  assert.match(ended.stderr, /^no case matches \/nothing\/: server p50 c1; /);
  assert.equal(ended.code, 2);
});
