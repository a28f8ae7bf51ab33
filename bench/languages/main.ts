/**
 * What the plugin of each language costs: start, memory, calls. All by our host, in one run.
 *
 *   npm run bench:languages                      a table
 *   npm run bench:languages -- --only python     one of them
 *   npm run bench:languages -- --json            one JSON object for each, and nothing else on stdout
 *   npm run bench:languages -- --write           the table of docs/performance.md as well
 */
import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../scripts/proto/run-tool.ts";
import { wholeNumber } from "../../test/helpers/whole-number.ts";
import { formatTable, median } from "../report.ts";
import { findContenders } from "./contenders.ts";
import { type Measured, measure } from "./measure.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string", default: "3" },
    slice: { type: "string", default: "1000" },
    write: { type: "boolean", default: false },
  },
});
const rounds = wholeNumber("--rounds", values.rounds, 1);
const seconds = wholeNumber("--slice", values.slice, 1) / 1000;
const page = join(packageRoot, "docs", "performance.md");
const marks = [
  "<!-- bench: languages, written by npm run bench:languages -- --write -->",
  "<!-- /bench -->",
] as const;
const head = ["plugin", "start", "idle memory", "calls/s, 1 caller", "calls/s, 16 callers"];

const contenders = await findContenders((name) => values.only === undefined || values.only === name);
if (contenders.length === 0)
  throw new Error(`--only ${values.only}: expected a language, go-sdk or typescript`);
const load = loadavg()[0] ?? 0;
const seen = new Map<string, Measured[]>();
// Each round measures all of them, so that a busy minute hits all alike.
for (let round = 0; round < rounds; round++) {
  for (const contender of contenders) {
    if ("missing" in contender) continue;
    const measured = await measure(contender.plugin, contender.query, seconds);
    seen.set(contender.name, [...(seen.get(contender.name) ?? []), measured]);
  }
}

const rows: string[][] = [];
for (const contender of contenders) {
  if ("missing" in contender) {
    console.error(`left out: ${contender.name}: ${contender.missing}`);
    continue;
  }
  const { name, title } = contender;
  const middle = (figure: keyof Measured): number =>
    Math.round(median((seen.get(name) ?? []).map((each) => each[figure])));
  const figures = {
    startMs: middle("startMs"),
    idleMb: middle("idleMb"),
    rate1: middle("rate1"),
    rate16: middle("rate16"),
  };
  if (values.json) console.log(JSON.stringify({ bench: "languages", plugin: name, ...figures }));
  const { startMs, idleMb, rate1, rate16 } = figures;
  rows.push([
    title,
    `${startMs} ms`,
    `${idleMb} MB`,
    rate1.toLocaleString("en"),
    rate16.toLocaleString("en"),
  ]);
}
const about = `Medians of ${rounds} ${rounds === 1 ? "round" : "rounds"}, on ${cpus().length} processors with a load of ${load.toFixed(1)} before the run${load > cpus().length / 2 ? ": the machine was busy with other work" : ""}.`;
if (!values.json) console.log(`${formatTable(head, rows)}\n${about}`);
if (values.write) await write();

async function write(): Promise<void> {
  const text = await readFile(page, "utf8");
  const [begin, end] = [text.indexOf(marks[0]), text.indexOf(marks[1])];
  if (begin === -1 || end < begin) throw new Error(`expected ${marks.join(" and ")} in ${page}`);
  const lines = [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...rows];
  const table = lines.map((row) => `| ${row.join(" | ")} |`).join("\n");
  await writeFile(page, `${text.slice(0, begin)}${marks[0]}\n${about}\n\n${table}\n${text.slice(end)}`);
}
