// Writes biome.boundaries.json, or with --check tells whether it equals boundaries.ts.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { biomeOverrides } from "./biome-overrides.ts";
import { boundaries } from "./boundaries.ts";

const file = fileURLToPath(new URL("../../biome.boundaries.json", import.meta.url));
// A line each, so that a diff shows which boundary moved.
const lines = biomeOverrides(boundaries).map((override) => `    ${JSON.stringify(override)}`);
const text = `{\n  "overrides": [\n${lines.join(",\n")}\n  ]\n}\n`;

if (process.argv.includes("--check")) {
  if ((await readFile(file, "utf8")) !== text) {
    console.error(
      "biome.boundaries.json is not what scripts/lint/boundaries.ts gives: run npm run lint:boundaries",
    );
    process.exitCode = 1;
  }
} else {
  await writeFile(file, text);
}
