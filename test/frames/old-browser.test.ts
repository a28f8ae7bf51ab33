import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { decodeFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import type { Description } from "./describe.ts";
import { loadOldBrowser } from "./describe-with-old-browser.ts";
import { corpusNames, goldenDescription, readGolden } from "./golden-corpus.ts";

/** What the browser of Grafana 7 and Plutono reads Arrow with: the bytes of a plugin come to it untouched. */
const version = "0.16.0";
const folder = join(import.meta.dirname, "..", "..", ".build", `apache-arrow-${version}`);
const isWanted = Boolean(process.env["CI"] || process.env["TEST_OLD_BROWSER"]);

test(`apache-arrow ${version} reads in our frames what Go says is in them`, {
  skip: !isWanted && "npm has to install it first: set TEST_OLD_BROWSER=1",
}, async (t) => {
  const describe = loadOldBrowser(await install());

  for (const name of corpusNames) {
    await t.test(name, async () => {
      const frame = await decodeFrame(readGolden(name, "arrow"));

      assert.deepEqual(describe(await encodeFrame(frame)), withoutByteOrderMarks(goldenDescription(name)));
    });
  }
});

/** This apache-arrow drops them, whoever wrote the file. */
function withoutByteOrderMarks(description: Description): Description {
  const fields = description.fields.map((field) => ({
    ...field,
    values:
      field.kind === "string"
        ? field.values.map((text) => text?.replace(/^\uFEFF/, "") ?? null)
        : field.values,
  }));
  return { ...description, fields };
}

/** Into a folder of its own, where it takes the place of nothing. Gives the folder of the package. */
async function install(): Promise<string> {
  const installed = join(folder, "node_modules", "apache-arrow");
  if (!existsSync(join(installed, "package.json"))) {
    const args = ["install", "--prefix", folder, `apache-arrow@${version}`, "--ignore-scripts", "--no-save"];
    await promisify(execFile)("npm", args, { shell: process.platform === "win32" });
  }
  return installed;
}
