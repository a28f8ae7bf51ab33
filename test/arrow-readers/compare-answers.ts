import assert from "node:assert/strict";
import type { Frame } from "grafana-plugin-protocol/frames";
import { type Description, describeFrame } from "../frames/describe.ts";
import type { Answer } from "./read-files.ts";

/** Times that a reader takes for infinite and gives as null. */
const lostTimes: Readonly<Record<string, readonly string[]>> = {
  duckdb: ["-9223372036854775807", "9223372036854775807"],
};

/**
 * What is wrong with the answer for our file: it must be the one for Go's, in values and metadata, or the same kind of error
 * where the reader cannot open Go's; and what it found must be what the frame has.
 */
export function compareAnswers(
  reader: string,
  frame: Frame | undefined,
  ours: Answer | undefined,
  theirs: Answer | undefined,
): string | undefined {
  if (frame === undefined || ours === undefined || theirs === undefined) return "there is no answer";
  const lost: readonly (string | null)[] = lostTimes[reader] ?? [];
  try {
    assert.equal(ours.error, theirs.error, `${ours.text ?? "opened"}, and Go's: ${theirs.text ?? "opened"}`);
    if (ours.fields === undefined) return undefined;
    assert.deepEqual(withoutSpelling(ours), withoutSpelling(theirs));
    assert.deepEqual(
      ours.fields.map(({ name, values }) => ({ name, values })),
      fieldsFor(reader, describeFrame(frame)).map(({ name, kind, values }) => ({
        name,
        values: values.map((value) =>
          kind === "time" && lost.includes(value) ? null : likeReaders(kind, value),
        ),
      })),
    );
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Of the fields of one name polars opens the first, in a file without rows; in one with rows it opens none. */
function fieldsFor(reader: string, { fields }: Description): Description["fields"] {
  if (reader !== "polars") return fields;
  return fields.filter(({ name }, i) => fields.findIndex((other) => other.name === name) === i);
}

/** Metadata is JSON, in which Go itself spells numbers in two ways. */
function withoutSpelling(answer: Answer): unknown {
  return JSON.parse(JSON.stringify(answer), (_key, value: unknown) =>
    typeof value === "string" && /^[{[]/.test(value) ? parse(value) : value,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Not a number has many forms, which the readers do not keep. */
function likeReaders(kind: string, bits: string | null): string | null {
  if (bits === null || !kind.startsWith("float")) return bits;
  const bytes = Buffer.from(bits, "hex");
  return Number.isNaN(bytes.length === 4 ? bytes.readFloatBE() : bytes.readDoubleBE()) ? "NaN" : bits;
}
