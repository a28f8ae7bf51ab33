import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { suite, test } from "node:test";
import { decodeFrame } from "grafana-plugin-protocol/frames";
import { joinSource, packageFromSource, python, pythonWithTools } from "../../scripts/languages/python.ts";
import { type Description, describeFrame } from "../frames/describe.ts";
import { describeWithGo } from "../frames/describe-with-go.ts";
import { corpusFolder, corpusNames, goldenDescription, readGolden } from "../frames/golden-corpus.ts";
import { runProgram } from "../helpers/run-program.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { whySkipped } from "./why-skipped.ts";

/** What test/languages/python/frames.py makes of one frame. */
interface Seen {
  /** Go's file, read; and written again, and read. */
  readonly arrow: Description;
  readonly again: Description;
  /** The file that Python writes, in base64. */
  readonly bytes: string;
  /** By way of a pyarrow table. */
  readonly table: Description;
  readonly text: string;
  readonly json: Description | { readonly error: string };
  readonly pandas: readonly (readonly (string | null)[])[];
  readonly polars: readonly (readonly (string | null)[])[];
}

async function readWithPython(): Promise<Map<string, Seen>> {
  await joinSource();
  const program = join(import.meta.dirname, "python", "frames.py");
  const env = { ...process.env, ...packageFromSource() };
  const child = spawn(interpreter, [program], { env, stdio: ["pipe", "pipe", "inherit"] });
  for (const name of corpusNames) {
    const golden = {
      arrow: readGolden(name, "arrow").toString("base64"),
      json: readGolden(name, "json").toString(),
    };
    child.stdin.write(`${JSON.stringify(golden)}\n`);
  }
  child.stdin.end();
  const seen = new Map<string, Seen>();
  for await (const line of createInterface({ input: child.stdout })) {
    seen.set(corpusNames[seen.size] ?? "", JSON.parse(line));
  }
  assert.equal(seen.size, corpusNames.length, "an answer for each frame");
  return seen;
}

/** What frame JSON does not carry, or Python's JSON does not keep: all else is exact. */
const lostInJson = new Map([
  ["edge-float64", "the payload of a NaN"],
  ["edge-float64-nullable-first", "the payload of a NaN"],
  ["float-nan-payloads", "the payload of a NaN"],
  ["float-only-specials", "the payload of a NaN"],
  ["edge-json", "the spelling of a number in a JSON value"],
  ["edge-json-nullable-first", "the spelling of a number in a JSON value"],
  ["json-white-space", "white space in a JSON value"],
  ["json-empty", "an empty text is no JSON"],
  ["json-number-beyond-float64", "Go writes null for it"],
  ["json-text-null", "null and the JSON value null are alike"],
  ["time-go-zero", "a time that is not in nanoseconds of 64 bits"],
]);

const skip = await whySkipped(python);
const interpreter = skip === false ? await pythonWithTools() : "";
const go = await buildGoPeers();

const seen: ReadonlyMap<string, Seen> = skip === false ? await readWithPython() : new Map();

suite("Python and the golden frames", { skip }, () => {
  for (const [name, { arrow, again, bytes, table, text, json }] of seen) {
    test(`Python reads and writes exactly, in Arrow and in JSON: ${name}`, async () => {
      const expected = goldenDescription(name);

      assert.deepEqual(arrow, expected);
      assert.deepEqual(again, expected);
      assert.deepEqual(table, expected);
      assert.deepEqual(describeFrame(await decodeFrame(Buffer.from(bytes, "base64"))), expected);
      // A time of year 1 is not in the Arrow file that the text is made from.
      if (name !== "time-go-zero") assert.equal(text, readGolden(name, "json").toString().trimEnd());
      if (lostInJson.has(name)) assert.notDeepEqual(json, expected, `no longer: ${lostInJson.get(name)}`);
      else assert.deepEqual(json, expected);
    });
  }

  for (const through of ["pandas", "polars"] as const) {
    test(`Python keeps every value on the way through ${through}`, () => {
      const changed = [...seen].flatMap(([name, { arrow, [through]: kept }]) => {
        const values = arrow.fields.map((field) => field.values);
        return JSON.stringify(kept) === JSON.stringify(values) ? [] : [name];
      });

      assert.deepEqual(changed, []);
    });
  }

  test("Go reads what Python writes", { skip: go === undefined && withoutGo }, async () => {
    const written = new Map([...seen].map(([name, { bytes }]) => [name, Buffer.from(bytes, "base64")]));

    const described = await describeWithGo(go?.frames ?? "", ["describe"], "arrow", written);

    const path = join(corpusFolder, "..", "arrow-exceptions.json");
    const exceptions: Record<string, { description: Description }> = JSON.parse(readFileSync(path, "utf8"));
    for (const name of corpusNames) {
      assert.deepEqual(
        described.get(name)?.description,
        exceptions[name]?.description ?? goldenDescription(name),
        name,
      );
    }
  });

  test("the code about frames in Python's README runs", async (t) => {
    const example = join(import.meta.dirname, "..", "..", "examples", "python", "readme", "frames.py");

    const program = runProgram(t, interpreter, [example], packageFromSource());

    assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
  });
});
