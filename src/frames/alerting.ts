import { checkFrame } from "./check-frame.ts";
import { compareText } from "./compare-text.ts";
import type { AnyField, Field } from "./field.ts";
import type { Labels } from "./field-config.ts";
import { kinds } from "./field-kind.ts";
import type { Frame } from "./frame.ts";
import { numberSeries } from "./time-series/number-series.ts";
import { findTimeProblem } from "./time-series/number-times.ts";
import { layoutOf } from "./time-series/time-series-kind.ts";

/**
 * Whether Grafana's alert rules and expressions can use a frame, and in which form: time series, one number per row or
 * field, or an answer without data; otherwise the reason, with what to do.
 */
export type AlertingCheck =
  | { readonly ok: true; readonly as: "noData" | "numbers" | "series" }
  | { readonly ok: false; readonly reason: string };

const seriesTypes = ["timeseries-wide", "timeseries-long", "timeseries-multi"];
const numberTypes = ["numeric-wide", "numeric-long", "numeric-multi"];

/**
 * Checks that alert rules and expressions can use the frames of a response, or one frame.
 *
 * A frame with `meta.type` and `meta.typeVersion` follows the rules of that type: numbers and bools are values, other
 * fields are left out. Any other frame has to be a wide time series of numbers, or, alone in its response, one number
 * field beside string fields. Times have to ascend and none may be null. The type of the first frame is that of the response:
 * several frames have to be of a `-multi` type, or, without a type, each a wide time series.
 *
 * Each series, or number, needs labels of its own: the rule's evaluation fails for two results with the same labels,
 * whatever their names are.
 *
 * @see grafana pkg/expr/converter.go, convertDataFramesToResults; grafana/dataplane sdata
 */
export function checkAlerting(frames: Frame | readonly Frame[]): AlertingCheck {
  const list = isList(frames) ? frames : [frames];
  if (list.length === 0) return { ok: true, as: "noData" };
  const answer = list.length === 1 ? checkOne(list[0] as Frame) : checkSeveral(list);
  const repeated = answer.ok && answer.as !== "noData" ? findSameLabels(list) : undefined;
  return repeated === undefined ? answer : refuse(repeated);
}

function isList(frames: Frame | readonly Frame[]): frames is readonly Frame[] {
  return Array.isArray(frames);
}

/** Each for itself, and that they may stand together. */
function checkSeveral(frames: readonly Frame[]): AlertingCheck {
  for (const frame of frames) checkFrame("checkAlerting", frame);
  const type = typeOf(frames[0] as Frame);
  const isTyped = seriesTypes.includes(type) || numberTypes.includes(type);
  const odd = isTyped ? frames.find((frame) => typeOf(frame) !== type) : undefined;
  if (odd !== undefined) {
    return refuse(
      `frame "${odd.name}" is not of type "${type}" as the first one: give all frames one type and version`,
    );
  }
  if (isTyped && !type.endsWith("-multi")) {
    return refuse(
      `there are ${frames.length} frames of type "${type}", expected one: use "${type.replace(/-\w+$/, "-multi")}", or one frame`,
    );
  }
  let answer: AlertingCheck = { ok: true, as: "noData" };
  for (const frame of frames) {
    answer = checkOne(frame);
    if (!answer.ok) return answer;
    if (!isTyped && answer.as !== "series") {
      return refuse(
        `frame "${frame.name}" is ${answer.as === "numbers" ? "a table of numbers" : "without fields"}, ` +
          "which alert rules accept as the only frame of a response: send it alone, or give all frames a type",
      );
    }
  }
  return answer;
}

function checkOne(frame: Frame): AlertingCheck {
  checkFrame("checkAlerting", frame);
  if (frame.fields.length === 0) return { ok: true, as: "noData" };
  const type = typeOf(frame);
  if (seriesTypes.includes(type)) return checkTypedSeries(frame, type);
  if (numberTypes.includes(type)) return checkTypedNumbers(frame, type);
  switch (layoutOf(frame).kind) {
    case "wide":
      return checkWide(frame);
    case "long":
      if (frame.length === 0) return refuse(`the frame is a long time series without rows: ${emptyAdvice}`);
      return refuse(
        'the frame is a long time series and does not say so: set meta.type to "timeseries-long" and ' +
          "meta.typeVersion to [0, 1], or send longToWide(frame)",
      );
    case "not":
      return checkNumberTable(frame);
  }
}

const emptyAdvice = "answer with no frame, or with one that has no fields";

/** Grafana ignores a type without a version. */
function typeOf({ meta }: Frame): string {
  const hasVersion = meta?.typeVersion?.some((part) => part !== 0) ?? false;
  return hasVersion ? (meta?.type ?? "") : "";
}

function checkTypedSeries({ fields }: Frame, type: string): AlertingCheck {
  const time = fields.find((field) => field.kind === "time" && !field.nullable);
  if (time?.kind !== "time") {
    return refuse(`a frame of type "${type}" needs a time field that is not nullable: add one`);
  }
  if (!fields.some((field) => isNumber(field) || field.kind === "bool")) {
    return refuse(`a frame of type "${type}" needs a number or bool field: add one`);
  }
  const problem = findTimeProblem(time);
  return problem === undefined ? { ok: true, as: "series" } : refuse(problem);
}

function checkTypedNumbers({ fields }: Frame, type: string): AlertingCheck {
  return fields.some(isNumber)
    ? { ok: true, as: "numbers" }
    : refuse(`a frame of type "${type}" needs a number field: add one`);
}

function checkWide(frame: Frame): AlertingCheck {
  const { time, values } = layoutOf(frame);
  const odd = values.find((field) => !isNumber(field));
  if (odd !== undefined) {
    return refuse(
      `field "${odd.name}" is of kind ${odd.kind}, expected numbers in addition to the time: leave it out for alert rules`,
    );
  }
  // Grafana turns other numbers into float64 row by row, and does not count a field without rows as a number.
  const empty = frame.length === 0 ? values.find((field) => field.kind !== "float64") : undefined;
  if (empty !== undefined) {
    return refuse(
      `field "${empty.name}" of kind ${empty.kind} has no rows, and without rows Grafana takes float64 only: ` +
        emptyAdvice,
    );
  }
  const problem = time === undefined ? undefined : findTimeProblem(time);
  return problem === undefined ? { ok: true, as: "series" } : refuse(problem);
}

function checkNumberTable({ fields }: Frame): AlertingCheck {
  const numbers = fields.filter(isNumber);
  const odd = fields.find((field) => !isNumber(field) && field.kind !== "string");
  if (numbers.length === 1 && odd === undefined) return { ok: true, as: "numbers" };
  if (numbers.length === 0)
    return refuse("the frame has no number field: add one, and a time field for a series");
  return refuse(
    odd === undefined
      ? `the frame has ${numbers.length} number fields and no time field: add a time field, or keep one number field`
      : `the frame has no series and field "${odd.name}" is of kind ${odd.kind}: ` +
          "expected one number field and string fields",
  );
}

/** Two results of the rule that nothing distinguishes: it compares labels, not names. */
function findSameLabels(frames: readonly Frame[]): string | undefined {
  const seen = new Map<string, string>();
  for (const frame of frames) {
    for (const { labels, what } of resultsOf(frame)) {
      const sorted = Object.entries(labels).sort(([a], [b]) => compareText(a, b));
      const key = JSON.stringify(sorted);
      const first = seen.get(key);
      if (first !== undefined) {
        return (
          `${first} and ${what} have the same labels ${JSON.stringify(Object.fromEntries(sorted))}, by which alone alert rules ` +
          "distinguish results: give each labels of its own, or leave one out"
        );
      }
      seen.set(key, what);
    }
  }
  return undefined;
}

interface RuleResult {
  readonly labels: Labels;
  /** For error texts. */
  readonly what: string;
}

/** What a rule makes of a frame that it can use. */
function resultsOf(frame: Frame): readonly RuleResult[] {
  const type = typeOf(frame);
  const values = frame.fields.filter((field) => isNumber(field) || (type !== "" && field.kind === "bool"));
  const isNumberTable = type === "" && layoutOf(frame).kind === "not";
  if (!isNumberTable && !type.endsWith("-long")) {
    const used = type.endsWith("-multi") ? values.slice(0, 1) : values;
    return used.map(({ name, labels = {} }) => ({ labels, what: `field "${name}"` }));
  }
  const factors = frame.fields.filter((field): field is Field<"string"> => field.kind === "string");
  const { seriesOf, labels } = numberSeries(factors, frame.length);
  // Rows of a series share its labels; each row of numbers is a result.
  if (type === "timeseries-long") {
    return values.flatMap(({ name }) => labels.map((each) => ({ labels: each, what: `field "${name}"` })));
  }
  return values.flatMap(({ name }) =>
    Array.from(seriesOf, (series, row) => ({
      labels: labels[series] ?? {},
      what: `row ${row} of field "${name}"`,
    })),
  );
}

function isNumber({ kind }: AnyField): boolean {
  return kinds[kind].frontendType === "number";
}

function refuse(reason: string): AlertingCheck {
  return { ok: false, reason };
}
