/** The READMEs of the folders of src, and the table of folders in CONTRIBUTING.md, as scripts/lint/boundaries.ts has them. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { boundaries } from "../../scripts/lint/boundaries.ts";
import { root } from "../../scripts/readme/pages.ts";

const cwd = fileURLToPath(root);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const sources = globSync("{src,scripts}/**/*.ts", { cwd });
const folders = globSync("src/*/", { cwd }).map((folder) => folder.replace(/\/$/, ""));
const readmes = globSync("src/**/README.md", { cwd });

/** What the rule of a folder allows; of a folder without one, what the rules of its own folders allow together. */
function allowed(folder: string): readonly string[] {
  const own = boundaries.filter((boundary) => boundary.folder === folder);
  const inner = boundaries.filter(
    (boundary) => dirname(boundary.folder) === folder && existsSync(new URL(boundary.folder, root)),
  );
  return (own.length > 0 ? own : inner).flatMap(({ mayImport }) => mayImport);
}

/** Files that a text names, in backticks. */
function filesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => file ?? "");
}

test("every folder of src has a README", () => {
  assert.ok(folders.length > 10, folders.join());
  assert.deepEqual(
    folders.filter((folder) => !readmes.includes(`${folder}/README.md`)),
    [],
  );
});

suite("the README of a folder", () => {
  for (const readme of readmes) {
    const folder = dirname(readme);
    const text = read(readme);
    const listed = /^May import: (.*)$/m.exec(text)?.[1];

    test(`${folder}: names files that are there`, () => {
      const named = filesIn(text).filter((file) => !/^(src|scripts)\//.test(file));

      assert.ok(named.length > 0);
      assert.deepEqual(
        named.filter((file) => !existsSync(new URL(`${folder}/${file}`, root)) && file !== "index.ts"),
        [],
      );
      assert.deepEqual(
        filesIn(text).filter((file) => /^(src|scripts)\//.test(file) && !existsSync(new URL(file, root))),
        [],
      );
    });

    test(`${folder}: leads to pages that are there`, () => {
      const targets = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, target]) => target ?? "");

      assert.deepEqual(
        targets.filter((target) => !existsSync(new URL(`${folder}/${target}`, root))),
        [],
      );
    });

    if (listed === undefined) continue;
    test(`${folder}: lists what the folder may import`, () => {
      const names = [...listed.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");

      assert.deepEqual(names.sort(), [...allowed(folder)].sort());
    });
  }

  test("lists what the folder may import, in every folder directly in src", () => {
    assert.deepEqual(
      folders.filter((folder) => !/^May import: /m.test(read(`${folder}/README.md`))),
      [],
    );
  });
});

test("the table of folders in CONTRIBUTING.md is that of the rules", () => {
  const table = read("CONTRIBUTING.md").split("\n| folder | may import |\n")[1]?.split("\n\n")[0] ?? "";
  const namesIn = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");
  const rows = table.split("\n").flatMap((line) => {
    const [, folderCell, importCell] = line.split("|");
    return namesIn(folderCell).map((folder) => ({ folder: `src/${folder}`, imports: namesIn(importCell) }));
  });
  const rules = boundaries.filter(
    ({ folder, isRoot }) => isRoot !== true && existsSync(new URL(folder, root)),
  );

  assert.deepEqual(rows.map(({ folder }) => folder).sort(), rules.map(({ folder }) => folder).sort());
  for (const { folder, imports } of rows) {
    const paths = imports.map((name) => (name.startsWith("gen/") ? name : `src/${name}`));
    assert.deepEqual(
      paths.map((path) => path.replace("vN", folder.slice(-2))).sort(),
      [...allowed(folder)].sort(),
      folder,
    );
  }
});

test("docs/architecture.md names files and folders that are there", () => {
  const text = read("docs/architecture.md");
  const named = filesIn(text);
  const withFolder = [...text.matchAll(/`((?:src|scripts|gen|proto)\/[\w./-]+)`/g)].map(
    ([, path]) => path ?? "",
  );

  assert.ok(named.length > 50, named.join());
  assert.deepEqual(
    named.filter((file) => !sources.some((path) => path === file || path.endsWith(`/${file}`))),
    [],
  );
  assert.deepEqual(
    withFolder.filter((path) => !existsSync(new URL(path, root))),
    [],
  );
});
