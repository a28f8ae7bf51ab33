import assert, { AssertionError } from "node:assert";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createField } from "../../../src/frames/create-field.ts";
import { createFrame } from "../../../src/frames/create-frame.ts";
import { parseFrameJson } from "../../../src/frames/json/parse-frame-json.ts";
import { checkGoldenResponse } from "../../../src/testing/golden/check-golden-response.ts";
import { jsonOfGolden } from "../../../src/testing/golden/golden-file.ts";
import { updateVariable } from "../../../src/testing/golden/update-golden.ts";
import type { QueryOutcome } from "../../../src/v2/responses/data-response.ts";
import { QueryError } from "../../../src/v2/responses/query-error.ts";
import { runProgram } from "../../helpers/run-program.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";

const go = await buildGoPeers();

const folder = join(import.meta.dirname, "..", "..", "golden", "responses");
const names = readdirSync(folder);
const frame = createFrame({ name: "f", fields: [createField("v", "float64", [1, null])] });

function temporary(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "golden-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** The answer that Go wrote, by our own readers. */
function goldenOutcome(name: string): QueryOutcome {
  const json = jsonOfGolden(readFileSync(join(folder, name), "utf8")) ?? "";
  const { status } = JSON.parse(json) as { status: number };
  return { status, error: undefined, frames: framesIn(json).map((text) => parseFrameJson(compact(text))) };
}

/** Without the spaces of the indentation, which would be part of json values. */
function compact(json: string): string {
  return json.replace(/\n */g, "").replaceAll('": ', '":');
}

/** The texts of the frames: parsed as numbers, integers of 64 bits would be rounded. */
function framesIn(json: string): string[] {
  return json
    .split(/^ {4}(?=\{$)/m)
    .slice(1)
    .map((part) => part.replace(/^ {4}\}[\s\S]*$/m, "    }"));
}

/** What Go says of the files of a folder, a line for each. */
async function checkWithGo(t: TestContext, path: string): Promise<string> {
  const program = runProgram(t, go?.golden ?? "", ["check", path]);
  await program.ended;
  return program.stderr();
}

function problemOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    assert.ok(error instanceof AssertionError);
    return error.message;
  }
  return "";
}

test("there are golden files that Go wrote", () => {
  assert.ok(names.length > 5, names.join());
});

for (const name of names) {
  test(`a file of Go has the answer that it was written for: ${name}`, () => {
    checkGoldenResponse(join(folder, name), goldenOutcome(name), { update: false });
  });

  test(`a written file is the one that Go writes: ${name}`, (t) => {
    const path = join(temporary(t), "sub", name);

    checkGoldenResponse(path, goldenOutcome(name), { update: true });

    const [ours, theirs] = [readFileSync(path, "utf8"), readFileSync(join(folder, name), "utf8")];
    assert.equal(ours, theirs);
  });
}

test("Go finds its answers in the files that we write", {
  skip: go === undefined && withoutGo,
}, async (t) => {
  const path = temporary(t);
  for (const name of names) checkGoldenResponse(join(path, name), goldenOutcome(name), { update: true });

  const stderr = await checkWithGo(t, path);

  const answers = stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { name: string; ok: boolean });
  assert.deepEqual(
    answers.filter(({ ok }) => !ok),
    [],
  );
  assert.deepEqual(answers.map(({ name }) => `${name}.golden.jsonc`).sort(), [...names].sort());
});

test("Go finds a file that has another answer", { skip: go === undefined && withoutGo }, async (t) => {
  const path = temporary(t);
  for (const name of names) checkGoldenResponse(join(path, name), frame, { update: true });

  const stderr = await checkWithGo(t, path);

  assert.deepEqual(stderr.match(/"ok":true/g), null);
});

test("a difference is told by frame, field and row, and how to write the file", (t) => {
  const path = join(temporary(t), "a.golden.jsonc");
  checkGoldenResponse(path, frame, { update: true });
  const other = createFrame({ name: "g", fields: [createField("v", "float64", [2, null])] });

  const problem = problemOf(() =>
    checkGoldenResponse(path, { frames: [other], status: 207, error: undefined }, { update: false }),
  );

  assert.match(problem, /status: expected 200, got 207/);
  assert.match(problem, /frame 0, name: expected "f", got "g"/);
  assert.match(problem, /frame 0, field 0 "v", row 0: expected 1, got 2/);
  assert.match(problem, new RegExp(`${updateVariable}=1`));
});

test("an error is part of the answer", (t) => {
  const path = join(temporary(t), "a.golden.jsonc");
  const failed = (text: string): QueryOutcome => ({
    frames: [],
    status: 502,
    error: new QueryError(text, { status: 502, errorSource: "downstream" }),
  });
  checkGoldenResponse(path, failed("no such table"), { update: true });

  checkGoldenResponse(path, failed("no such table"), { update: false });
  assert.match(readFileSync(path, "utf8"), /ERROR: no such table/);
  assert.match(
    problemOf(() => checkGoldenResponse(path, failed("other"), { update: false })),
    /error: expected "no such table", got "other"/,
  );
});

test("integers of 64 bits are compared digit by digit", (t) => {
  const path = join(temporary(t), "a.golden.jsonc");
  const of = (value: bigint) => createFrame({ fields: [createField("v", "uint64", [value])] });
  checkGoldenResponse(path, of(2n ** 64n - 1n), { update: true });

  checkGoldenResponse(path, of(2n ** 64n - 1n), { update: false });
  assert.match(
    problemOf(() => checkGoldenResponse(path, of(2n ** 64n - 2n), { update: false })),
    /18446744073709551615n, got 18446744073709551614n/,
  );
});

test("a missing file, and one that is no golden file, are told", (t) => {
  const path = join(temporary(t), "a.golden.jsonc");

  assert.match(
    problemOf(() => checkGoldenResponse(path, frame, { update: false })),
    /there is no golden file/,
  );
  writeFileSync(path, "{}");
  assert.match(
    problemOf(() => checkGoldenResponse(path, frame, { update: false })),
    /is not a golden file/,
  );
});

test("the environment says whether files are written", (t) => {
  const path = pathToFileURL(join(temporary(t), "sub", "a.golden.jsonc"));
  const before = process.env[updateVariable];
  t.after(() => {
    if (before === undefined) delete process.env[updateVariable];
    else process.env[updateVariable] = before;
  });

  process.env[updateVariable] = "0";
  assert.match(
    problemOf(() => checkGoldenResponse(path, frame)),
    /there is no golden file/,
  );
  process.env[updateVariable] = "1";
  checkGoldenResponse(path, frame);
  delete process.env[updateVariable];

  checkGoldenResponse(path, frame);
});
