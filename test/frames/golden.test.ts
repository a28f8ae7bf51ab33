import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decodeFrame, encodeFrame, formatFrameJson } from "grafana-plugin-protocol/frames";
import { type Description, describeFrame } from "./describe.ts";

const folder = join(import.meta.dirname, "..", "golden", "frames");
const corpus = join(folder, "corpus");
const names = readdirSync(corpus)
  .filter((file) => file.endsWith(".arrow"))
  .map((file) => file.replace(/\.arrow$/, ""));

const read = (name: string): Buffer => readFileSync(join(corpus, name));
const expected = (name: string): Description =>
  JSON.parse(read(`${name}.description.json`).toString()) as Description;

/** What the SDK itself does not read back from its JSON, and what it reads instead. */
const jsonExceptions = JSON.parse(readFileSync(join(folder, "json-exceptions.json"), "utf8")) as Record<
  string,
  { readonly description: Description }
>;

/** The few texts of ours that are not the SDK's, and why. */
const spelledOtherwise = new Map([
  ["string-not-utf8", "the SDK escapes U+FFFD where bytes were no UTF-8, which our texts no longer know"],
  ["time-go-zero", "a time of year 1 is not in the Arrow file that the frame comes from"],
]);

/**
 * The description, each value as it was written or as the SDK reads it from JSON: ours may keep more than the SDK. In
 * a json field without nulls the SDK reads null as an empty text, which is no JSON; ours is the text `null`.
 */
function withWhatJsonLoses(name: string, seen: Description): Description {
  const written = expected(name);
  const exception = jsonExceptions[name]?.description;
  if (exception === undefined) return written;
  const fields = written.fields.map((field, i) => ({
    ...field,
    values: field.values.map((value, row) => {
      const lost = exception.fields[i]?.values[row];
      const read = seen.fields[i]?.values[row];
      const isLost =
        lost !== undefined && (read === lost || (field.kind === "json" && lost === "" && read === "null"));
      return isLost ? (read ?? null) : value;
    }),
  }));
  return { ...written, fields };
}

test("the corpus that Go wrote is there", () => {
  assert.ok(names.length > 100, `expected more than 100 frames in ${corpus}, got ${names.length}`);
});

for (const name of names) {
  test(`Go's Arrow file is read exactly: ${name}`, async () => {
    assert.deepEqual(describeFrame(await decodeFrame(read(`${name}.arrow`))), expected(name));
  });

  test(`our own Arrow file of it is read exactly: ${name}`, async () => {
    const frame = await decodeFrame(read(`${name}.arrow`));

    const again = await decodeFrame(await encodeFrame(frame));

    assert.deepEqual(describeFrame(again), describeFrame(frame));
  });

  test(`Go's frame JSON is read exactly: ${name}`, async () => {
    const seen = describeFrame(await decodeFrame(read(`${name}.frame.json`), { format: "json" }));

    assert.deepEqual(seen, withWhatJsonLoses(name, seen));
  });

  test(`our frame JSON is Go's, byte for byte: ${name}`, async () => {
    const frame = await decodeFrame(read(`${name}.arrow`));

    const reason = spelledOtherwise.get(name);
    const [ours, theirs] = [formatFrameJson(frame), read(`${name}.frame.json`).toString().trimEnd()];
    if (reason === undefined) assert.equal(ours, theirs);
    else assert.notEqual(ours, theirs, `no longer: ${reason}`);
  });
}
