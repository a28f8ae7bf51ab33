import { checkFrame } from "./check-frame.ts";
import { compareText } from "./compare-text.ts";
import type { AnyField, Field } from "./field.ts";
import { kinds } from "./field-kind.ts";
import type { Frame } from "./frame.ts";
import { type FrameKind, type FrameType, frameTypes, isFrameType } from "./frame-type.ts";
import { numberSeries } from "./time-series/number-series.ts";
import { findTimeProblem, numberTimes } from "./time-series/number-times.ts";

/** Whether frames are what their type says; otherwise the reason, with what to do. */
export type FrameTypeCheck =
  | {
      readonly ok: true;
      readonly type: FrameType;
      readonly kind: FrameKind;
      readonly version: readonly [number, number];
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Checks that the frames of a response follow the data plane contract: that `meta.type` and `meta.typeVersion` name one of
 * its types, and that the fields and rows are those of that type. The type is that of the first frame; frames of another
 * type, or of none, are remainder data, as are fields that the type does not use.
 *
 * Stricter than {@link checkAlerting}, which says what alert rules accept: times may not repeat in a series, nor may names
 * with labels.
 *
 * @param frames the frames of one response, or one frame
 * @see https://grafana.com/developers/dataplane
 */
export function checkFrameType(frames: Frame | readonly Frame[]): FrameTypeCheck {
  const list: readonly Frame[] = isList(frames) ? frames : [frames];
  for (const frame of list) checkFrame("checkFrameType", frame);
  const [first] = list;
  if (first === undefined) {
    return refuse("there are no frames: for no data send one frame with the type and without fields");
  }
  const type = first.meta?.type ?? "";
  if (type === "") return refuse(`frame "${first.name}" names no type: set meta.type and meta.typeVersion`);
  if (!isFrameType(type)) {
    return refuse(`"${type}" is not a type of frames, expected one of ${Object.keys(frameTypes).join(", ")}`);
  }
  const { kind, version } = frameTypes[type];
  const typed = list.filter(({ meta }) => meta?.type === type);
  for (const { meta } of typed) {
    const [major, minor] = meta?.typeVersion ?? [0, 0];
    if (major === version[0] && minor === version[1]) continue;
    const seen = major === 0 && minor === 0 ? "none, so that hosts ignore the type" : `${major}.${minor}`;
    return refuse(
      `expected version ${version.join(".")} of type "${type}", got ${seen}: set meta.typeVersion to [${version.join(", ")}]`,
    );
  }
  const problem = findProblem(type, typed);
  return problem === undefined ? { ok: true, type, kind, version } : refuse(problem);
}

function isList(frames: Frame | readonly Frame[]): frames is readonly Frame[] {
  return Array.isArray(frames);
}

function findProblem(type: FrameType, frames: readonly Frame[]): string | undefined {
  const [frame] = frames as readonly [Frame];
  const empty = frames.find(({ fields }) => fields.length === 0);
  if (empty !== undefined) {
    return frames.length === 1
      ? undefined
      : `frame "${empty.name}" has no fields, which is no data, beside other frames of type "${type}": leave it out`;
  }
  const isMulti = type === "timeseries-multi" || type === "timeseries-many" || type === "numeric-multi";
  if (frames.length > 1 && !isMulti && type !== "table" && type !== "log-lines") {
    return `there are ${frames.length} frames of type "${type}", expected one: send the others without the type, or as "${multiOf(type)}"`;
  }
  switch (type) {
    case "timeseries-wide":
      return findSeriesProblem(type, frame) ?? findRepeatedItem(valuesOf(frame));
    case "timeseries-multi":
    case "timeseries-many":
      return (
        findFirst(frames, (each) => findSeriesProblem(type, each)) ??
        findRepeatedItem(frames.map((each) => valuesOf(each)[0] as AnyField))
      );
    case "timeseries-long":
      return findLongProblem(type, frame);
    case "numeric-wide":
      return findNumberProblem(type, frame) ?? findRepeatedItem(valuesOf(frame));
    case "numeric-multi":
      return (
        findFirst(frames, (each) => findNumberProblem(type, each)) ??
        findRepeatedItem(frames.map((each) => valuesOf(each)[0] as AnyField))
      );
    case "numeric-long":
      return findNumericLongProblem(type, frame);
    case "log-lines":
      return findFirst(frames, findLogProblem);
    case "directory-listing":
      return frame.fields[0]?.kind === "string"
        ? undefined
        : `a frame of type "${type}" begins with a string field, the names, got kind ${frame.fields[0]?.kind}`;
    case "table":
      return undefined;
    default:
      return type satisfies never;
  }
}

function multiOf(type: FrameType): FrameType {
  return type.startsWith("numeric") ? "numeric-multi" : "timeseries-multi";
}

function findFirst(frames: readonly Frame[], find: (frame: Frame) => string | undefined): string | undefined {
  for (const frame of frames) {
    const problem = find(frame);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The fields that are values in every type: numbers and bools. */
function valuesOf({ fields }: Frame): AnyField[] {
  return fields.filter(({ kind }) => kinds[kind].frontendType === "number" || kind === "bool");
}

function findSeriesProblem(type: FrameType, frame: Frame): string | undefined {
  const time = timeOf(frame);
  const problem = findTimesProblem(type, frame);
  if (problem !== undefined || time === undefined) return problem;
  const { rowOf, timeOf: numberOf } = numberTimes(time);
  if (rowOf.length === frame.length) return undefined;
  const row = numberOf.findIndex((number, at) => at > 0 && number === numberOf[at - 1]);
  return `time field "${time.name}" has the time of row ${row - 1} again at row ${row}: a frame of type "${type}" has one row per time`;
}

/** What holds for all three types of time series. */
function findTimesProblem(type: FrameType, frame: Frame): string | undefined {
  const time = timeOf(frame);
  if (time === undefined) {
    return `a frame of type "${type}" needs a time field that is not nullable: add one to frame "${frame.name}"`;
  }
  if (valuesOf(frame).length === 0) {
    return `a frame of type "${type}" needs a number or bool field: add one to frame "${frame.name}"`;
  }
  return findTimeProblem(time);
}

function timeOf({ fields }: Frame): Field<"time"> | undefined {
  return fields.find((field): field is Field<"time"> => field.kind === "time" && !field.nullable);
}

function findLongProblem(type: FrameType, frame: Frame): string | undefined {
  const time = timeOf(frame);
  const problem = findTimesProblem(type, frame);
  if (problem !== undefined || time === undefined) return problem;
  return findRepeatedRow(frame, numberTimes(time));
}

function findNumberProblem(type: FrameType, frame: Frame): string | undefined {
  if (valuesOf(frame).length === 0) return missingNumber(type, frame);
  return frame.length > 1
    ? `a frame of type "${type}" has at most one row, got ${frame.length} in frame "${frame.name}": ` +
        'use "numeric-long" for rows that texts distinguish'
    : undefined;
}

function findNumericLongProblem(type: FrameType, frame: Frame): string | undefined {
  if (valuesOf(frame).length === 0) return missingNumber(type, frame);
  if (frame.length > 1 && !frame.fields.some(({ kind }) => kind === "string")) {
    return `a frame of type "${type}" with ${frame.length} rows needs a string field that distinguishes them: add one`;
  }
  return findRepeatedRow(frame, undefined);
}

function missingNumber(type: FrameType, { name }: Frame): string {
  return `a frame of type "${type}" needs a number or bool field: add one to frame "${name}"`;
}

/** Two rows whose string fields have the same texts, and, in a series, the same time. */
function findRepeatedRow(
  frame: Frame,
  times: ReturnType<typeof numberTimes> | undefined,
): string | undefined {
  const factors = frame.fields.filter((field): field is Field<"string"> => field.kind === "string");
  const names = factors.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    return `two string fields are named "${repeated}", which is one dimension: rename one`;
  const { seriesOf } = numberSeries(factors, frame.length);
  const firstRows = new Map<number, number>();
  for (let row = 0; row < frame.length; row++) {
    const key = (seriesOf[row] as number) * (times?.rowOf.length ?? 1) + (times?.timeOf[row] ?? 0);
    const first = firstRows.get(key);
    if (first !== undefined) {
      return `rows ${first} and ${row} have the same ${times === undefined ? "texts" : "time and texts"}: add a string field that distinguishes them, or leave one out`;
    }
    firstRows.set(key, row);
  }
  return undefined;
}

/** Two values with the same name and labels, which nothing distinguishes. */
function findRepeatedItem(fields: readonly AnyField[]): string | undefined {
  const seen = new Set<string>();
  for (const { name, labels = {} } of fields) {
    const sorted = Object.keys(labels)
      .sort(compareText)
      .map((key) => [key, labels[key]]);
    const identity = JSON.stringify([name, sorted]);
    if (seen.has(identity)) {
      return `two values have the name "${name}" and the labels ${JSON.stringify(labels)}: give them labels that distinguish them`;
    }
    seen.add(identity);
  }
  return undefined;
}

function findLogProblem({ name, fields }: Frame): string | undefined {
  for (const [wanted, kind] of [
    ["timestamp", "time"],
    ["body", "string"],
  ] as const) {
    const field = fields.find((each) => each.name === wanted && each.kind === kind);
    if (field === undefined || field.nullable) {
      return `a frame of type "log-lines" needs a ${kind} field "${wanted}" that is not nullable: add it to frame "${name}"`;
    }
  }
  const odd = ["labels", "labelTypes"]
    .map((wanted) => fields.find((each) => each.name === wanted))
    .find((field) => field !== undefined && field.kind !== "json");
  return odd === undefined
    ? undefined
    : `field "${odd.name}" of type "log-lines" is of kind ${odd.kind}, expected json with an object per row`;
}

function refuse(reason: string): FrameTypeCheck {
  return { ok: false, reason };
}
