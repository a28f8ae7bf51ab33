import { AssertionError } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import type { AnyField } from "../frames/field.ts";
import type { Frame } from "../frames/frame.ts";
import { formatLabels } from "../frames/labels.ts";
import { showValue } from "./show-value.ts";

/** Options of {@link diffFrames}. */
export interface DiffOptions {
  /** Lines of the result; one more says how many are left out. Default 20. */
  readonly maxLines?: number | undefined;
}

/**
 * Says in which way frames differ from those that were expected, a line for each difference: `frame 0, field 1 "value"
 * {host=a}, row 2: expected 1.5, got null`. An empty text if they are equal.
 *
 * Values are equal if they are the same number, NaN included, or the same JSON; 0 and -0 differ. Everything that a
 * frontend can see counts: names, refIds, meta, kinds, whether a field is nullable, labels and configs.
 */
export function diffFrames(
  actual: Frame | readonly Frame[],
  expected: Frame | readonly Frame[],
  { maxLines = 20 }: DiffOptions = {},
): string {
  const seen = listOf(actual);
  const wanted = listOf(expected);
  const lines: string[] = [];
  const add = (where: string, what: string, was: unknown, is: unknown): void => {
    if (!isSame(was, is)) lines.push(`${where}${what}: expected ${showValue(was)}, got ${showValue(is)}`);
  };
  add("", "number of frames", wanted.length, seen.length);
  for (let i = 0; i < Math.min(seen.length, wanted.length); i++) {
    diffFrame(`frame ${i}, `, seen[i] as Frame, wanted[i] as Frame, add);
  }
  const shown = lines.slice(0, maxLines);
  if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more differences`);
  return shown.join("\n");
}

/**
 * Asserts that frames equal those that were expected.
 *
 * @throws AssertionError whose message is that of {@link diffFrames}.
 */
export function assertFramesEqual(
  actual: Frame | readonly Frame[],
  expected: Frame | readonly Frame[],
  options: DiffOptions = {},
): void {
  const diff = diffFrames(actual, expected, options);
  if (diff === "") return;
  throw new AssertionError({
    message: `frames differ:\n${diff}`,
    stackStartFn: assertFramesEqual,
  });
}

type Add = (where: string, what: string, was: unknown, is: unknown) => void;

function diffFrame(where: string, seen: Frame, wanted: Frame, add: Add): void {
  add(where, "name", wanted.name, seen.name);
  add(where, "refId", wanted.refId, seen.refId);
  add(where, "meta", wanted.meta, seen.meta);
  add(where, "number of fields", wanted.fields.length, seen.fields.length);
  add(where, "number of rows", wanted.length, seen.length);
  for (let i = 0; i < Math.min(seen.fields.length, wanted.fields.length); i++) {
    diffField(where, i, seen.fields[i] as AnyField, wanted.fields[i] as AnyField, add);
  }
}

function diffField(where: string, index: number, seen: AnyField, wanted: AnyField, add: Add): void {
  const labels = wanted.labels === undefined ? "" : ` {${formatLabels(wanted.labels)}}`;
  const place = `${where}field ${index} ${JSON.stringify(wanted.name)}${labels}, `;
  add(place, "name", wanted.name, seen.name);
  add(place, "kind", wanted.kind, seen.kind);
  add(place, "nullable", wanted.nullable, seen.nullable);
  add(place, "labels", wanted.labels, seen.labels);
  add(place, "config", wanted.config, seen.config);
  if (seen.kind !== wanted.kind) return;
  const isTime = wanted.kind === "time";
  for (let row = 0; row < Math.min(seen.length, wanted.length); row++) {
    const was = wanted.values[row];
    const is = seen.values[row];
    if (isSame(was, is)) continue;
    add(place, `row ${row}`, isTime ? asTime(was) : was, isTime ? asTime(is) : is);
  }
}

/** A wrapper, so that a time is shown as a date. */
function asTime(value: unknown): unknown {
  return typeof value === "bigint" ? { ns: value } : value;
}

function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (typeof a === "object" && isDeepStrictEqual(plain(a), plain(b)));
}

/** Without members that are undefined, which no frontend sees, and without prototypes. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, plain(each)]])),
  );
}

function listOf(frames: Frame | readonly Frame[]): readonly Frame[] {
  return Array.isArray(frames) ? (frames as readonly Frame[]) : [frames as Frame];
}
