import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { linesOf, runBench, runBenchWithoutGo } from "./run-bench.ts";

const go = await buildGoPeers();

test("prints a JSON object a line with the ratio and the target of each case", {
  skip: go === undefined && withoutGo,
}, async () => {
  const ended = await runBench("frames", [
    "--json",
    "--rounds",
    "1",
    "--runs",
    "1",
    "--only",
    "^decode (aligned|received) 100$",
  ]);

  assert.equal(ended.stderr, "");
  assert.equal(ended.code, 0);
  assert.deepEqual(
    linesOf(ended),
    ["decode aligned 100", "decode received 100"].map((name) => ({
      bench: "frames",
      case: name,
      target: 1,
      better: "lower",
      isFinite: true,
    })),
  );
});

test("says what it needs when there is no Go toolchain, and fails", async () => {
  const ended = await runBenchWithoutGo("frames");

  assert.equal(ended.stdout, "");
  assert.match(ended.stderr, /needs a Go toolchain/);
  assert.equal(ended.code, 1);
});

test("says which option is wrong, and how they are", async () => {
  const ended = await runBench("frames", ["--rounds", "0"]);

  assert.match(ended.stderr, /^--rounds must be a whole number of at least 1, got "0"\nnpm run bench:frames/);
  assert.equal(ended.code, 2);
});

test("says which cases there are when none matches", async () => {
  const ended = await runBench("frames", ["--only", "nothing"]);

  assert.match(ended.stderr, /^no case matches \/nothing\/: encode typed 1M; /);
  assert.equal(ended.code, 2);
});
