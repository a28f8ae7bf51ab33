import { checkFrame } from "../check-frame.ts";
import { compareText } from "../compare-text.ts";
import type { AnyField } from "../field.ts";
import type { Labels } from "../field-config.ts";
import type { Frame } from "../frame.ts";
import { formatLabels } from "../labels.ts";
import { layoutOf, wrongKind } from "./time-series-kind.ts";

/**
 * Sorts the fields of a wide time series as the Go SDK does: the time first, then by name, then fields without
 * labels, then by the values of these labels in turn (an absent label counts as empty). Without label
 * keys by all labels. Names and labels are compared by their bytes.
 *
 * @throws FrameError `time_series_invalid` for a frame that is not wide.
 */
export function sortWideFields(frame: Frame, ...labelKeys: string[]): Frame {
  checkFrame("sortWideFields", frame);
  const { kind, time } = layoutOf(frame);
  if (kind !== "wide" || time === undefined) throw wrongKind(frame, "wide");
  // The SDK swaps the time with the last field before it sorts the rest, which shows in the order of equal fields.
  const others = [...frame.fields];
  others[others.indexOf(time)] = others[others.length - 1] as AnyField;
  others.pop();
  return { ...frame, fields: [time, ...sortFields(others, labelKeys)] };
}

/** Sorts fields without the time as {@link sortWideFields} does. */
export function sortFields(fields: readonly AnyField[], labelKeys: readonly string[]): AnyField[] {
  const isByText = labelKeys.length === 0;
  const items = fields.map((field, index) => ({
    field,
    index,
    text: isByText && field.labels !== undefined ? formatLabels(field.labels) : "",
  }));
  items.sort((a, b) => {
    const byName = compareText(a.field.name, b.field.name);
    if (byName !== 0) return byName;
    const left = a.field.labels;
    const right = b.field.labels;
    // Of two fields without labels the later one comes first, as in the SDK.
    if (left === undefined || right === undefined) {
      return left === right ? b.index - a.index : left === undefined ? -1 : 1;
    }
    if (isByText) return compareText(a.text, b.text);
    for (const key of labelKeys) {
      const byLabel = compareText(labelAt(left, key), labelAt(right, key));
      if (byLabel !== 0) return byLabel;
    }
    return 0;
  });
  return items.map(({ field }) => field);
}

function labelAt(labels: Labels, key: string): string {
  return Object.hasOwn(labels, key) ? (labels[key] as string) : "";
}
