/** Files that cannot be read, or take too long. docs/gateway-security.md names these tests. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { readProvisioning } from "grafana-plugin-protocol/gateway";
import { privateTmp } from "../../../helpers/private-tmp.ts";
import { read, withLines } from "./read-files.ts";

suite("what cannot be a file of provisioning is an error at once", () => {
  test("a FIFO without a writer", async (t) => {
    const { path } = await privateTmp(t);
    execFileSync("mkfifo", [join(path, "a.yaml")]);

    await assert.rejects(readProvisioning(path), { message: /a.yaml: is not a file/ });
  });

  test("a FIFO of $__file", async (t) => {
    const { path } = await privateTmp(t);
    execFileSync("mkfifo", [join(path, "fifo")]);
    await writeFile(join(path, "a.yaml"), withLines(`user: $__file{${join(path, "fifo")}}`));

    await assert.rejects(readProvisioning(path), { message: /user: the file of \$__file is not a file/ });
  });

  test("a device", async () => {
    await assert.rejects(readProvisioning("/dev/zero"), { message: /is not a file/ });
  });

  test("more text than any configuration has", async (t) => {
    await assert.rejects(read(t, { "a.yaml": "#\n".repeat(200_000) }), {
      message: /a.yaml:1:1: expected at most 262144 characters, got 400000: put long values into files/,
    });
  });

  test("two gigabytes", async (t) => {
    const { path } = await privateTmp(t);
    await writeFile(join(path, "a.yaml"), "");
    await truncate(join(path, "a.yaml"), 2 ** 31);

    await assert.rejects(readProvisioning(path), {
      message: /has 2147483648 bytes: expected at most 1048576/,
    });
  });

  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (const [index, name] of [..."bcdefghi"].entries()) {
    const before = String.fromCharCode(97 + index);
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`);
  }
  for (const [name, text, expected] of [
    [
      "aliases that multiply",
      withLines("jsonData:", ...bomb.map((line) => `  ${line}`)),
      /expected at most 100000 values/,
    ],
    [
      "merges that multiply",
      `m: &m {${Array.from({ length: 1000 }, (_, key) => `k${key}: 1`).join(", ")}}\n${Array.from({ length: 1000 }, (_, index) => `n${index}: {<<: *m}`).join("\n")}`,
      /more than 100000 values/,
    ],
    ["brackets in brackets", `a: ${"[".repeat(50_000)}`, /nested|missing/],
    ["braces in braces", `a: ${"{a: ".repeat(50_000)}`, /nested|missing/],
    [
      "lists in lists",
      `a:\n${Array.from({ length: 400 }, (_, depth) => `${" ".repeat(depth)}-`).join("\n")}`,
      /nested deeper than 100 levels/,
    ],
    ["very many dollars", withLines(`user: "${"${".repeat(80_000)}"`), undefined],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what is interpolated
    ["very many variables", withLines(`user: "${"${A}".repeat(60_000)}"`), undefined],
  ] as const) {
    test(name, async (t) => {
      const reading = read(t, { "a.yaml": text });

      if (expected === undefined) assert.equal((await reading).dataSources[0]?.user, "");
      else await assert.rejects(reading, { code: "provisioning_invalid", message: expected });
    });
  }
});
