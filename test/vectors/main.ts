/**
 * Runs the vectors through every language and writes docs/compatibility.md.
 *
 *   npm run vectors                     all languages; writes the page when none is missing
 *   npm run vectors -- --only python    one language; writes nothing
 *   npm run vectors -- --json           one JSON object a language, and nothing else on stdout
 *   npm run vectors -- --check          fails when the page is not what the run gives
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../scripts/proto/run-tool.ts";
import { readEsMessages } from "./adapters/es.ts";
import { adapters } from "./adapters/index.ts";
import { explain, readDifferences } from "./differences.ts";
import { formatCompatibility, type LanguageResult, summarise } from "./format-compatibility.ts";
import { readVectors, runAdapter } from "./run-adapter.ts";

const { values: options } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
const page = join(packageRoot, "docs", "compatibility.md");
const markers = ["<!-- vectors: written by npm run vectors -->", "<!-- /vectors -->"] as const;
const shownFindings = 20;

async function main(): Promise<boolean> {
  const { only } = options;
  const chosen = adapters.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) {
    const names = adapters.map(({ name }) => name).join(", ");
    throw new Error(`--only ${only}: expected one of ${names}`);
  }
  const vectors = await readVectors();
  const messages = await readEsMessages();
  const differences = await readDifferences();
  const results: LanguageResult[] = [];
  for (const adapter of chosen) {
    const program = await adapter.find();
    if ("missing" in program) {
      say(`left out: ${adapter.name}: ${program.missing}`);
      continue;
    }
    const run = await runAdapter(adapter, program, vectors, messages);
    const result = { adapter, run, explained: explain(adapter.name, run, differences) };
    results.push(result);
    console.log(options.json ? JSON.stringify(summarise(result)) : formatSummary(result));
    tellProblems(result);
  }
  const isGood = results.every(
    ({ explained }) => explained.unexplained.length === 0 && explained.stale.length === 0,
  );
  if (!isGood || only !== undefined || results.length < adapters.length) return isGood;
  return await updatePage(formatCompatibility(results));
}

function formatSummary(result: LanguageResult): string {
  const { language, vectors, exact, explained, unexplained } = summarise(result);
  return `${language.padEnd(10)} ${vectors} vectors: ${exact} exact, ${explained} explained, ${unexplained} unexplained`;
}

function tellProblems({ adapter, explained: { unexplained, stale } }: LanguageResult): void {
  for (const { vector, answer, deviation } of unexplained.slice(0, shownFindings)) {
    const expected = vector.expected.is === "ok" ? hex(vector.expected.binary) : "a rejection";
    const seen =
      answer.is === "ok" ? `${hex(answer.binary)} ${answer.json?.slice(0, 120) ?? ""}` : answer.reason;
    console.error(`${adapter.name}: ${vector.id}: ${deviation}: expected ${expected}, got ${seen}`);
  }
  if (unexplained.length > 0) {
    console.error(
      `${adapter.name}: ${unexplained.length} differences have no explanation: mend the language, or explain them in test/vectors/differences.json`,
    );
  }
  for (const { name } of stale) {
    console.error(
      `${adapter.name}: no vector shows the difference "${name}" any more: remove the language from it in test/vectors/differences.json`,
    );
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 60)).toString("hex") || "nothing";
}

/** Writes the generated part of the page, or compares it. */
async function updatePage(text: string): Promise<boolean> {
  const old = await readFile(page, "utf8");
  const [before, rest] = old.split(markers[0]);
  const after = rest?.split(markers[1])[1];
  if (before === undefined || after === undefined) {
    throw new Error(`expected the lines "${markers.join('" and "')}" in docs/compatibility.md`);
  }
  const fresh = `${before}${markers[0]}\n\n${text}\n\n${markers[1]}${after}`;
  if (fresh === old) return true;
  if (options.check) {
    console.error("docs/compatibility.md is not what the vectors give: run npm run vectors");
    return false;
  }
  await writeFile(page, fresh);
  say("wrote docs/compatibility.md");
  return true;
}

function say(line: string): void {
  if (options.json) console.error(line);
  else console.log(line);
}

if (!(await main())) process.exitCode = 1;
