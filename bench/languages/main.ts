/**
 * What the plugin of each language costs: start, memory, calls. All by our host, in one run.
 *
 *   npm run bench:languages                      a table
 *   npm run bench:languages -- --only python     one of them
 *   npm run bench:languages -- --json            one JSON object for each, and nothing else on stdout
 *   npm run bench:languages -- --write           the table of docs/performance.md as well
 */
import { parseArgs } from "node:util";
import { wholeNumber } from "../../test/helpers/whole-number.ts";
import { aboutMachine, currentLoad } from "../about-machine.ts";
import { formatTable, median } from "../report.ts";
import { writeBlock } from "../write-block.ts";
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
const head = ["plugin", "start", "idle memory", "calls/s, 1 caller", "calls/s, 16 callers"];

const contenders = await findContenders((name) => values.only === undefined || values.only === name);
if (contenders.length === 0)
  throw new Error(`--only ${values.only}: expected a language, go-sdk or typescript`);
const load = currentLoad();
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
const about = aboutMachine(rounds, load);
if (!values.json) console.log(`${formatTable(head, rows)}\n${about}`);
if (values.write) await writeBlock("languages", about, [head, ...rows]);
