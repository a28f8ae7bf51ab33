import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { arrows } from "./arrows.ts";
import { lintPlanted } from "./lint-planted.ts";

const boundaryRules = ["noRestrictedImports", "noNodejsModules"];
const src = fileURLToPath(new URL("../../src/", import.meta.url));

test("an import against an arrow is an error, an import along an arrow is none", async (t) => {
  const findings = await lintPlanted(
    Object.fromEntries(
      arrows.map(({ from, may, mayNot }) => [from, [...may, ...mayNot].map((name) => `import "${name}";`)]),
    ),
  );

  for (const { from, may, mayNot } of arrows) {
    await t.test(from, () => {
      const fired = (index: number): boolean =>
        (findings.get(from)?.get(index + 1) ?? []).some((rule) => boundaryRules.includes(rule));

      assert.deepEqual(
        may.filter((_, index) => fired(index)),
        [],
        "refused, though the arrow allows it",
      );
      assert.deepEqual(
        mayNot.filter((_, index) => !fired(may.length + index)),
        [],
        "accepted, though no arrow allows it",
      );
    });
  }
});

test("every folder of src has a rule, also for a type, a re-export and a dynamic import", async () => {
  const folders = (await readdir(src, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => `src/${relative(src, entry.parentPath)}`);
  const files = [...new Set(folders)].map((folder) => `${folder.replace(/\/$/, "")}/planted.ts`);

  const findings = await lintPlanted(
    Object.fromEntries(files.map((file) => [file, escapes(relative(dirname(file), "src/unknown/a.ts"))])),
  );

  assert.ok(files.length > 20, files.join());
  for (const file of files) {
    for (const line of [1, 2, 3]) {
      const rules = findings.get(file)?.get(line) ?? [];
      assert.ok(
        rules.includes("noRestrictedImports"),
        `no rule in scripts/lint/boundaries.ts covers ${file}, line ${line}`,
      );
    }
  }
});

/** Three ways to name a module that no folder may import. */
function escapes(path: string): readonly string[] {
  const specifier = path.startsWith(".") ? path : `./${path}`;
  return [
    `export type { A } from "${specifier}";`,
    `export { b } from "${specifier}";`,
    `export const c: unknown = await import("${specifier}");`,
  ];
}

test("what the style forbids is an error", async (t) => {
  const planted: readonly { readonly rule: string; readonly line: string }[] = [
    { rule: "noImportCycles", line: 'export { two as one } from "./cycle-two.ts";' },
    { rule: "noReExportAll", line: 'export * from "./negotiate.ts";' },
    { rule: "noFloatingPromises", line: "Promise.resolve(1);" },
    { rule: "noExplicitAny", line: "export const loose: any = 1;" },
    { rule: "noNonNullAssertion", line: "export const sure = [1].at(0)!;" },
    { rule: "noConsole", line: 'console.log("on stdout");' },
    { rule: "noEnum", line: "export enum Kind { A }" },
    { rule: "noDefaultExport", line: "export default 1;" },
    { rule: "noUnusedImports", line: 'import { unused } from "./negotiate.ts";' },
    { rule: "useImportType", line: 'import { type Only } from "./negotiate.ts"; export const o: Only = 1;' },
  ];
  const cycle = ["cycle-one.ts", "cycle-two.ts"] as const;
  const at = (rule: string): string =>
    `src/go-plugin/${rule === "noImportCycles" ? cycle[0] : `${rule.toLowerCase()}.ts`}`;
  const files = Object.fromEntries(planted.map(({ rule, line }) => [at(rule), [line]]));

  const findings = await lintPlanted({
    ...files,
    [`src/go-plugin/${cycle[1]}`]: [
      'import { one } from "./cycle-one.ts";',
      "export const two: unknown = one;",
    ],
    "src/go-plugin/negotiate.ts": ["export type Only = number;", "export const unused = 1;"],
  });

  for (const { rule } of planted) {
    await t.test(rule, () => {
      assert.ok(findings.get(at(rule))?.get(1)?.includes(rule), `${rule} did not fire`);
    });
  }
});

test("a cycle of imports is an error also where it consists of types alone", async () => {
  const findings = await lintPlanted({
    "src/go-plugin/type-cycle-one.ts": [
      'import type { Two } from "./type-cycle-two.ts";',
      "export type One = Two | undefined;",
    ],
    "src/go-plugin/type-cycle-two.ts": [
      'import type { One } from "./type-cycle-one.ts";',
      "export type Two = One[];",
    ],
  });

  for (const file of ["src/go-plugin/type-cycle-one.ts", "src/go-plugin/type-cycle-two.ts"]) {
    assert.ok(findings.get(file)?.get(1)?.includes("noImportCycles"), file);
  }
});
