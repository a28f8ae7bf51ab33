import { checkFrame } from "./check-frame.ts";
import type { AnyField } from "./field.ts";
import { kinds } from "./field-kind.ts";
import type { Frame } from "./frame.ts";
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
 * @see grafana pkg/expr/converter.go, convertDataFramesToResults; grafana/dataplane sdata
 */
export function checkAlerting(frames: Frame | readonly Frame[]): AlertingCheck {
  if (!isList(frames)) return checkOne(frames);
  if (frames.length === 0) return { ok: true, as: "noData" };
  return frames.length === 1 ? checkOne(frames[0] as Frame) : checkSeveral(frames);
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
      return refuse(
        'the frame is a long time series and does not say so: set meta.type to "timeseries-long" and ' +
          "meta.typeVersion to [0, 1], or send longToWide(frame)",
      );
    case "not":
      return checkNumberTable(frame);
  }
}

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
        "answer with no frame, or with one that has no fields",
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

function isNumber({ kind }: AnyField): boolean {
  return kinds[kind].frontendType === "number";
}

function refuse(reason: string): AlertingCheck {
  return { ok: false, reason };
}
