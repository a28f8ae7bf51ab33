import type { AnyField } from "../../src/frames/field.ts";
import type { Frame } from "../../src/frames/frame.ts";
import { type FrameCodec, type FrameFormat, loadFrameCodec } from "../../src/frames/frame-codec.ts";
import { FrameError } from "../../src/frames/frame-error.ts";

/** What a case is run through: resolves with how it ended, a word for the counts; rejects when that is a failure. */
export type Exercise = (bytes: Uint8Array, format: FrameFormat) => string;

/**
 * Decodes, reads every value in every way, and encodes again. Ends in `ok` or the code of a `FrameError`; fails with any
 * other error, and when two ways do not agree.
 */
export async function createExercise(): Promise<Exercise> {
  const codec = await loadFrameCodec();
  return (bytes, format) => {
    const outcome = attempt(() => codec.decodeFrame(bytes, { format }));
    if (outcome instanceof FrameError) {
      if (/expected/.test(outcome.message)) return outcome.code;
      throw new Error(`the message does not say what was expected: ${outcome.message}`);
    }
    readEverything(outcome);
    const arrow = encodeAgain(codec, outcome, "arrow");
    const json = encodeAgain(codec, outcome, "json");
    checkPrototypes();
    return arrow === "ok" && json === "ok" ? "ok" : `ok, not encoded: ${arrow === "ok" ? json : arrow}`;
  };
}

function attempt<T>(run: () => T): T | FrameError {
  try {
    return run();
  } catch (reason) {
    if (!(reason instanceof FrameError)) throw reason;
    checkPrototypes();
    return reason;
  }
}

function readEverything(frame: Frame): void {
  for (const field of frame.fields) {
    if (field.length !== frame.length)
      throw new Error(`field of ${field.length} rows in a frame of ${frame.length}`);
    const got = Array.from({ length: field.length }, (_, row) => field.get(row));
    const { values } = field;
    if (values.length !== field.length) throw new Error(`${values.length} values of ${field.length} rows`);
    for (const [row, value] of values.entries()) {
      if (value === null && !field.nullable && field.kind !== "json") throw new Error(`row ${row} is null`);
      if (!isSame(value, got[row]))
        throw new Error(`row ${row} of kind ${field.kind}: get() and values differ`);
    }
    if (field.kind === "time" && field.epochMs().length !== field.length)
      throw new Error("epochMs() of other length");
  }
}

/** What was encoded again must decode, to the same values. */
function encodeAgain(codec: FrameCodec, frame: Frame, format: FrameFormat): string {
  const bytes = attempt(() => codec.encodeFrame(frame, { format }));
  if (bytes instanceof FrameError) return bytes.code;
  const again = codec.decodeFrame(bytes, { format });
  if (again.fields.length !== frame.fields.length)
    throw new Error(`${again.fields.length} fields after ${format}`);
  for (const [index, field] of frame.fields.entries()) compare(field, again.fields[index], format);
  return "ok";
}

function compare(field: AnyField, again: AnyField | undefined, format: FrameFormat): void {
  const here = `field "${field.name}" of kind ${field.kind} after ${format}`;
  if (again?.kind !== field.kind || again.nullable !== field.nullable || again.length !== field.length)
    throw new Error(`${here} is another`);
  // JSON's null and a null row are one in frame JSON.
  if (field.kind === "json") return;
  for (const [row, value] of field.values.entries()) {
    if (!isSame(wellFormed(value), wellFormed(again.values[row])))
      throw new Error(`${here}, row ${row}: ${String(value)} became ${String(again.values[row])}`);
  }
}

/** UTF-8 has no halves of a pair of surrogates. */
function wellFormed(value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}

function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (typeof a === "object" && a !== null && typeof b === "object" && b !== null);
}

function checkPrototypes(): void {
  for (const shared of [Object.prototype, Array.prototype, Function.prototype])
    if (Object.keys(shared).length > 0) throw new Error("a prototype that all objects share has changed");
}
