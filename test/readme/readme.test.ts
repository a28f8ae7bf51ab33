import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fillCodeBlocks } from "../../scripts/readme/code-blocks.ts";
import { runProgram } from "../helpers/run-program.ts";

const root = join(import.meta.dirname, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

test("README.md shows the files as they are", async (t) => {
  const check = runProgram(t, process.execPath, [join(root, "scripts", "readme", "sync.ts"), "--check"]);

  assert.equal((await check.ended).code, 0, check.stderr());
});

test("all TypeScript and JSON in README.md comes from a file", () => {
  const blocks = readme.match(/^```(ts|json)$/gm)?.length;
  const markers = readme.match(/^<!-- code: .*\.(ts|json) -->$/gm)?.length;

  assert.ok(blocks !== undefined && blocks > 0);
  assert.equal(blocks, markers);
});

test("links in README.md lead to files that are there", () => {
  const targets = [...readme.matchAll(/\]\((?<target>[^)]+)\)/g)].map(
    ({ groups }) => groups?.["target"] ?? "",
  );
  const missing = targets.filter((target) => !/^https?:/.test(target) && !existsSync(join(root, target)));

  assert.ok(targets.length > 5);
  assert.deepEqual(missing, []);
});

const stale = "before\n\n<!-- code: a/b.ts -->\n```ts\nold\n```\n\nafter\n";

test("a block is filled from its file, and the text around it stays", () => {
  const filled = fillCodeBlocks(stale, (path) => `const path = "${path}"; // $1 $&\n`);

  assert.deepEqual(filled, {
    markdown: 'before\n\n<!-- code: a/b.ts -->\n```ts\nconst path = "a/b.ts"; // $1 $&\n```\n\nafter\n',
    stale: ["a/b.ts"],
  });
  assert.deepEqual(fillCodeBlocks(filled.markdown, (path) => `const path = "${path}"; // $1 $&\n`).stale, []);
});

test("an empty block is filled, in the language of the file", () => {
  const { markdown } = fillCodeBlocks("<!-- code: gpx_a -->\n```\n```\n", () => "#!/bin/sh\n");

  assert.equal(markdown, "<!-- code: gpx_a -->\n```sh\n#!/bin/sh\n```\n");
});

test("a marker without a block after it is an error", () => {
  assert.throws(() => fillCodeBlocks("<!-- code: a.ts -->\n\ntext\n", () => ""), /1 markers and 0 blocks/);
});
