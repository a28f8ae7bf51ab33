import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { languages } from "../../scripts/languages/index.ts";
import { fillCodeBlocks } from "../../scripts/readme/code-blocks.ts";
import { markdownPages, root } from "../../scripts/readme/pages.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

const pages = markdownPages().map((page) => {
  const url = new URL(page, root);
  return { page, url, text: readFileSync(url, "utf8") };
});

const dataFrames = readFileSync(new URL("docs/data-frames.md", root), "utf8");

test("the pages are README.md, those of docs and those of the other languages", () => {
  assert.deepEqual(
    pages.map(({ page }) => page),
    [
      "README.md",
      "docs/README.md",
      "docs/architecture.md",
      "docs/bundling.md",
      "docs/compatibility.md",
      "docs/conformance.md",
      "docs/data-frames.md",
      "docs/errors.md",
      "docs/fast-start.md",
      "docs/gateway-security.md",
      "docs/gateway.md",
      "docs/handlers.md",
      "docs/handshake.md",
      "docs/host.md",
      "docs/languages.md",
      "docs/limits.md",
      "docs/other-languages.md",
      "docs/performance.md",
      "docs/plugin.md",
      "docs/security.md",
      "docs/support.md",
      ...languages.map(({ name }) => `packages/${name}/README.md`).sort(),
    ],
  );
});

test("README.md and docs show the files as they are", async (t) => {
  const sync = sourceProgram(new URL("scripts/readme/sync.ts", root), "--check");
  const check = runProgram(t, process.execPath, sync);

  assert.equal((await check.ended).code, 0, check.stderr());
});

for (const { page, url, text } of pages) {
  test(`all TypeScript, other code and JSON in ${page} comes from a file`, () => {
    const blocks = text.match(/^```(ts|js|json|go|java|py|rust|toml|xml|cpp|cmake)$/gm)?.length ?? 0;
    const markers =
      text.match(/^<!-- code: .*\.(ts|mjs|json|go|java|py|rs|toml|xml|cpp|txt) -->$/gm)?.length ?? 0;

    const isProse =
      /^docs\/(README|architecture|compatibility|conformance|gateway-security|languages|limits|other-languages|performance|security|support)\.md$/.test(
        page,
      );
    assert.equal(blocks > 0, !isProse);
    assert.equal(blocks, markers);
  });

  test(`links in ${page} lead to files that are there`, () => {
    const targets = [...text.matchAll(/\]\((?<target>[^)]+)\)/g)].map(
      ({ groups }) => groups?.["target"] ?? "",
    );
    const missing = targets.filter(
      (target) => !/^https?:/.test(target) && !leadsSomewhere(new URL(target, url)),
    );

    // The page of a package is also the registry's, where a path leads nowhere.
    assert.equal(targets.length > 0, !page.startsWith("packages/"));
    assert.deepEqual(missing, []);
  });
}

/** Whether a file is there, and in it the heading that the address names, in GitHub's way of naming them. */
function leadsSomewhere(target: URL): boolean {
  const anchor = target.hash.slice(1);
  if (anchor === "") return existsSync(target);
  const headings = readFileSync(new URL(target.pathname, target), "utf8").match(/^#+ .*$/gm) ?? [];
  return headings.some(
    (heading) =>
      heading
        .toLowerCase()
        .replace(/^#+ |[^\w -]/g, "")
        .replaceAll(" ", "-") === anchor,
  );
}

test("a page of docs shows every program of examples/docs", () => {
  const shown = pages.map(({ text }) => text).join("\n");
  const programs = readdirSync(new URL("examples/docs/", root));

  assert.deepEqual(
    programs.filter((name) => !shown.includes(`<!-- code: examples/docs/${name} -->`)),
    [],
  );
});

test("docs/data-frames.md explains every code of a FrameError", () => {
  const source = readFileSync(new URL("src/frames/frame-error.ts", root), "utf8");
  const codes = [...source.matchAll(/^ {2}\| "(?<code>\w+)"/gm)].map(({ groups }) => groups?.["code"] ?? "");

  assert.ok(codes.length > 10, codes.join());
  assert.deepEqual(
    codes.filter((code) => !new RegExp(`^\\|.*\`${code}\`.*\\|`, "m").test(dataFrames)),
    [],
  );
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
