import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";

const program = join(import.meta.dirname, "..", "..", "bench", "frames", "main.ts");
const go = await buildGoPeers();

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

test("prints a JSON object a line with the ratio and the target of each case", {
  skip: go === undefined && withoutGo,
}, async () => {
  const ended = await runBench([
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
  const lines = ended.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { ratio: number });
  assert.deepEqual(
    lines.map(({ ratio, ...line }) => ({ ...line, hasRatio: ratio > 0 })),
    ["decode aligned 100", "decode received 100"].map((name) => ({
      bench: "frames",
      case: name,
      target: 1,
      better: "lower",
      hasRatio: true,
    })),
  );
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

  assert.match(ended.stderr, /^--rounds must be a whole number of at least 1, got "0"\nnpm run bench:frames/);
  assert.equal(ended.code, 2);
});

test("says which cases there are when none matches", async () => {
  const ended = await runBench(["--only", "nothing"]);

  assert.match(ended.stderr, /^no case matches \/nothing\/: encode typed 1M; /);
  assert.equal(ended.code, 2);
});
