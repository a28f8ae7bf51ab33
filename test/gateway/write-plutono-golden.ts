// Writes test/golden/plutono/weather.json from a record of a real Plutono: frames as JSON, everything else unchanged.
import { readFileSync, writeFileSync } from "node:fs";
import { type PlutonoRecord, reduceBody } from "./plutono-record.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("expected the file of the record as the argument");
const { calls, ...about } = JSON.parse(readFileSync(file, "utf8")) as PlutonoRecord;
const reduced = await Promise.all(
  calls.map(async ({ request, response }) => ({
    request,
    response: { ...response, body: await reduceBody(response.body) },
  })),
);
const target = new URL("../golden/plutono/weather.json", import.meta.url);
writeFileSync(target, `${JSON.stringify({ ...about, calls: reduced }, null, 1)}\n`);
