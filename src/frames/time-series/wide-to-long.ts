import { checkFrame } from "../check-frame.ts";
import { compareText } from "../compare-text.ts";
import { createField } from "../create-field.ts";
import { createFrame } from "../create-frame.ts";
import type { AnyField } from "../field.ts";
import type { FieldConfig, Labels } from "../field-config.ts";
import type { Frame } from "../frame.ts";
import { FrameError } from "../frame-error.ts";
import { goText } from "../json/go-text.ts";
import { checkCellCount, createCells, defaultMaxCells } from "./cells.ts";
import type { SeriesLimits } from "./long-to-wide.ts";
import { findNullTime } from "./number-times.ts";
import { layoutOf, wrongKind } from "./time-series-kind.ts";

/** The value fields that have the same labels, by name. */
interface LabelSet {
  readonly labels: Labels;
  readonly fieldByName: Map<string, AnyField>;
}

/**
 * Makes a long time series from a wide one, as the Go SDK does: for each time one row per set of labels; value
 * fields of one name become one field, and each label a string field. A value that a set of labels lacks is
 * the zero of its kind (null in a nullable field), an absent label the empty text. Of fields with the same
 * name and labels the last one counts. The refId is left out. Unlike the Go SDK, it keeps the config of the time, and of
 * value fields where all of one name have the same.
 *
 * @throws FrameError `time_series_invalid` for a frame that is not wide, has no rows, null times, or value fields of
 *   one name that differ in kind or in being nullable; `limit_exceeded`.
 */
export function wideToLong(frame: Frame, limits: SeriesLimits = {}): Frame {
  checkFrame("wideToLong", frame);
  const { kind, time, values } = layoutOf(frame);
  if (kind !== "wide" || time === undefined) throw wrongKind(frame, "wide");
  if (frame.length === 0) {
    throw new FrameError(
      "time_series_invalid",
      `frame "${frame.name}" has no rows to convert: check its length first`,
    );
  }
  const problem = findNullTime(time);
  if (problem !== undefined) throw new FrameError("time_series_invalid", problem);
  const firstByName = findNames(values);
  const configByName = findConfigs(values);
  const labelSets = findLabelSets(values);
  const labelNames = [...new Set(labelSets.flatMap(({ labels }) => Object.keys(labels)))].sort(compareText);
  const length = frame.length * labelSets.length;
  const fieldCount = 1 + firstByName.size + labelNames.length;
  checkCellCount(length, fieldCount, limits.maxCells ?? defaultMaxCells);

  const times = createCells("time", false, length);
  for (let i = 0; i < labelSets.length; i++) times.place(time, i, labelSets.length);
  const valueFields = [...firstByName.keys()].sort(compareText).map((name) => {
    const { kind, nullable } = firstByName.get(name) as AnyField;
    const cells = createCells(kind, nullable, length);
    labelSets.forEach(({ fieldByName }, i) => {
      const field = fieldByName.get(name);
      if (field !== undefined) cells.place(field, i, labelSets.length);
    });
    return cells.toField(name, { config: configByName.get(name) });
  });
  const labelFields = labelNames.map((name) => repeatLabel(name, labelSets, length));
  return createFrame({
    name: frame.name,
    meta: { ...frame.meta, type: "timeseries-long" },
    fields: [times.toField(time.name, { config: time.config }), ...valueFields, ...labelFields],
  });
}

function findNames(values: readonly AnyField[]): Map<string, AnyField> {
  const firstByName = new Map<string, AnyField>();
  for (const field of values) {
    const first = firstByName.get(field.name);
    if (first === undefined) firstByName.set(field.name, field);
    else if (first.kind !== field.kind || first.nullable !== field.nullable) {
      throw new FrameError(
        "time_series_invalid",
        `value fields named "${field.name}" are ${describe(first)} and ${describe(field)}, ` +
          "expected fields of one name to be of one kind: convert or rename one",
      );
    }
  }
  return firstByName;
}

/** The configs that all fields of a name have: one of a single series, such as its display name, is not of all. */
function findConfigs(values: readonly AnyField[]): ReadonlyMap<string, FieldConfig | undefined> {
  const configByName = new Map<string, FieldConfig | undefined>();
  for (const { name, config } of values) {
    const first = configByName.has(name) ? configByName.get(name) : config;
    const isSame = config === first || JSON.stringify(config) === JSON.stringify(first);
    configByName.set(name, isSame ? first : undefined);
  }
  return configByName;
}

function describe({ kind, nullable }: AnyField): string {
  return nullable ? `nullable ${kind}` : kind;
}

/** In the SDK's order, which compares the labels as JSON in Go's spelling. */
function findLabelSets(values: readonly AnyField[]): LabelSet[] {
  const setByKey = new Map<string, LabelSet>();
  for (const field of values) {
    const labels = field.labels ?? {};
    const pairs = Object.keys(labels)
      .sort(compareText)
      .map((name) => [name, labels[name]]);
    const key = goText(JSON.stringify(pairs));
    const known = setByKey.get(key) ?? { labels, fieldByName: new Map<string, AnyField>() };
    known.fieldByName.set(field.name, field);
    setByKey.set(key, known);
  }
  return [...setByKey].sort(([a], [b]) => compareText(a, b)).map(([, set]) => set);
}

function repeatLabel(name: string, labelSets: readonly LabelSet[], length: number): AnyField {
  const texts = labelSets.map(({ labels }) => (Object.hasOwn(labels, name) ? (labels[name] as string) : ""));
  const values = new Array<string>(length);
  for (let row = 0; row < length; row++) values[row] = texts[row % texts.length] as string;
  return createField(name, "string", values);
}
