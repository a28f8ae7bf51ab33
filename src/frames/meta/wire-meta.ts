import { compareText } from "../compare-text.ts";
import type { FieldConfig, Labels, Threshold, ValueMapping, ValueMappingResult } from "../field-config.ts";
import { FrameError } from "../frame-error.ts";
import type { FrameMeta, Notice, QueryStat } from "../frame-meta.ts";
import { goExponents, quoteText } from "../json/go-text.ts";
import { describeValue, isDate, tagOf } from "../kind-of-value.ts";

/**
 * Converts metadata between the frontend's spelling, which users write, and the wire's, which the Go SDK reads. The
 * keys are in the SDK's order, so that JSON texts equal its own; values for which a Go host would refuse the whole
 * response are refused here, by name.
 */

type Json = { [key: string]: unknown };

const inspectTabs = ["meta", "error", "data", "stats"] as const;
const severities = ["info", "warning", "error"];
const lateMetaKeys = [
  "channel",
  "preferredVisualisationType",
  "preferredVisualisationPluginId",
  "executedQueryString",
  "dataTopic",
  "uniqueRowIdFields",
] as const;

/** @throws FrameError `invalid_meta` or `invalid_config`. */
export function toWireMeta(meta: FrameMeta): Json {
  const version = meta.typeVersion ?? [0, 0];
  if (version.length !== 2 || !version.every((part) => Number.isInteger(part) && part >= 0)) {
    throw new FrameError(
      "invalid_meta",
      `meta.typeVersion must be two whole numbers such as [0, 1], got ${JSON.stringify(version)}`,
    );
  }
  return withoutEmpty(
    {
      type: meta.type,
      typeVersion: version,
      path: meta.path,
      pathSeparator: meta.pathSeparator,
      custom: meta.custom === null ? undefined : sortKeys(meta.custom),
      stats: nonEmpty(meta.stats)?.map(toWireStat),
      notices: nonEmpty(meta.notices)?.map(toWireNotice),
      ...pick(meta, lateMetaKeys),
    },
    ["custom"],
  );
}

function toWireStat({ value, ...config }: QueryStat): Json {
  return { ...toWireConfig(config), value: finite("the value of a query stat", value) };
}

function toWireNotice({ severity, text, link, inspect }: Notice, index: number): Json {
  if (!severities.includes(severity)) {
    throw new FrameError(
      "invalid_meta",
      `meta.notices[${index}].severity must be ${severities.join(", ")}, got ${JSON.stringify(severity)}`,
    );
  }
  const tab = inspect === undefined ? undefined : inspectTabs.indexOf(inspect) + 1;
  if (tab === 0) {
    throw new FrameError(
      "invalid_meta",
      `meta.notices[${index}].inspect must be ${inspectTabs.join(", ")}, got ${JSON.stringify(inspect)}`,
    );
  }
  return { severity, text, ...withoutEmpty({ link, inspect: tab }) };
}

/** @throws FrameError `invalid_config`. */
export function toWireConfig(config: FieldConfig): Json {
  const { decimals, thresholds } = config;
  if (decimals !== undefined && !(Number.isInteger(decimals) && decimals >= 0 && decimals <= 65_535)) {
    throw new FrameError(
      "invalid_config",
      `config.decimals must be a whole number from 0 to 65535, got ${decimals}`,
    );
  }
  return withoutEmpty(
    {
      ...pick(config, ["displayName", "displayNameFromDS", "path", "description"]),
      filterable: config.filterable,
      writeable: config.writeable,
      unit: config.unit,
      decimals,
      min: boundary(config.min),
      max: boundary(config.max),
      interval: config.interval === 0 ? undefined : config.interval,
      mappings: nonEmpty(config.mappings)?.map(toWireMapping),
      thresholds: thresholds && { mode: thresholds.mode, steps: thresholds.steps.map(toWireThreshold) },
      color: sortKeys(config.color),
      links: nonEmpty(config.links),
      noValue: config.noValue,
      type: config.type,
      custom: sortKeys(config.custom),
    },
    // Members for which false, zero and an empty object are values.
    ["filterable", "writeable", "decimals", "min", "max", "type"],
  );
}

/** Absent if not set; null, which readers treat as not set, for a number that JSON cannot represent. */
function boundary(value: number | null | undefined): number | null | undefined {
  return value === undefined || Number.isFinite(value) ? value : null;
}

function toWireThreshold({ value, color, state }: Threshold): Json {
  return { value: Number.isFinite(value) ? value : null, ...withoutEmpty({ color, state }) };
}

function toWireMapping(mapping: ValueMapping, index: number): Json {
  const known = ["value", "range", "special"];
  if (!known.includes(mapping.type)) {
    throw new FrameError(
      "invalid_config",
      `config.mappings[${index}].type must be ${known.join(", ")}, got ${JSON.stringify((mapping as { type: unknown }).type)}: ` +
        "Go hosts refuse any other, set such a mapping in the panel",
    );
  }
  const { type, options } = mapping;
  if (type !== "value") return { type, options: { ...options, result: toWireResult(options.result) } };
  const results = Object.entries(options).map(([value, result]) => [value, toWireResult(result)] as const);
  return { type, options: new OrderedMap(results.sort(([a], [b]) => compareText(a, b))) };
}

/**
 * Free-form objects are maps in Go, which writes their keys sorted; an object of ours would put digits first. A value
 * with `toJSON`, such as a Date, is replaced by its result. Objects that are not plain stay, and are refused when they
 * are written.
 */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const { toJSON } = value as { toJSON?: unknown };
  if (isInvalidDate(value)) return new Unwritable(value);
  if (typeof toJSON === "function") return sortKeys(toJSON.call(value));
  if (tagOf(value) !== "[object Object]") return new Unwritable(value);
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return new OrderedMap(entries.map(([key, item]) => [key, sortKeys(item)]));
}

function toWireResult({ text, color, index }: ValueMappingResult): Json {
  return withoutEmpty({ text, color, index });
}

/** The members of an object in the order in which they are written. A `Map` of the caller does not count. */
class OrderedMap<T = unknown> extends Map<string, T> {}

/** Replaces an object that JSON cannot represent, or is thrown for such a value. */
class Unwritable {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/**
 * Metadata as text in Go's spelling, the keys of objects and maps in their order.
 *
 * @param toWire makes the metadata, which may be nested to any depth
 * @param what names it in errors
 * @throws FrameError `invalid_meta` or `invalid_config` when it is deeper than the stack, and for a value that JSON
 *   does not have and that Go also refuses: NaN, infinities, invalid dates, functions, symbols, bigints, maps and sets.
 */
export function formatWire(toWire: () => unknown, what: "config" | "meta" = "meta"): string {
  const code = what === "config" ? "invalid_config" : "invalid_meta";
  let wire: unknown;
  try {
    wire = toWire();
    return write(wire);
  } catch (cause) {
    if (cause instanceof Unwritable) {
      const place = findUnwritable(wire, what) ?? what;
      throw new FrameError(
        code,
        `${place}: expected a value that JSON can hold, got ${describeValue(cause.value)}`,
      );
    }
    if (!(cause instanceof RangeError)) throw cause;
    throw new FrameError(
      code,
      `the ${what === "config" ? "config" : "metadata"} is nested too deeply to be written, or refers to itself: flatten meta.custom or config.custom`,
      { cause },
    );
  }
}

function write(value: unknown): string {
  // Also for holes of a list, which are undefined.
  if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item)).join(",")}]`;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Unwritable(value);
    return goExponents(JSON.stringify(value));
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null) return JSON.stringify(value);
  if (typeof value !== "object") throw new Unwritable(value);
  if (value instanceof Unwritable) throw value;
  if (!(value instanceof OrderedMap)) {
    const { toJSON } = value as { toJSON?: unknown };
    if (isInvalidDate(value)) throw new Unwritable(value);
    if (typeof toJSON === "function") return write(toJSON.call(value));
    if (tagOf(value) !== "[object Object]") throw new Unwritable(value);
  }
  const members = membersOf(value).filter(([, item]) => item !== undefined);
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`).join(",")}}`;
}

/** Its JSON is null. */
function isInvalidDate(value: object): boolean {
  return isDate(value) && Number.isNaN(value.getTime());
}

function membersOf(value: object): readonly [string, unknown][] {
  return value instanceof OrderedMap ? [...value] : Object.entries(value);
}

/** The path of the value that cannot be written. */
function findUnwritable(value: unknown, place: string): string | undefined {
  const isNested = typeof value === "object" && value !== null && !(value instanceof Unwritable);
  if (
    !isNested ||
    (tagOf(value) !== "[object Object]" && !Array.isArray(value) && !(value instanceof OrderedMap))
  ) {
    return isWritable(value) ? undefined : place;
  }
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      const found = findUnwritable(item, `${place}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [key, item] of membersOf(value)) {
    const found = item === undefined ? undefined : findUnwritable(item, `${place}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isWritable(value: unknown): boolean {
  try {
    write(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * Labels as a JSON text, sorted by bytes, as Go sorts the keys of a map.
 *
 * @throws FrameError `invalid_labels` for a value that is not a string.
 */
export function formatLabels(labels: Labels): string {
  const names = Object.keys(labels);
  if (names.length > 1) names.sort(compareText);
  let members = "";
  for (const name of names) {
    const value: unknown = labels[name];
    if (typeof value !== "string") {
      throw new FrameError("invalid_labels", `label "${name}" must be a string, got ${typeof value}`);
    }
    members += `${members === "" ? "" : ","}${quoteText(name)}:${quoteText(value)}`;
  }
  return `{${members}}`;
}

/** Reads metadata of the wire by its shape, in the frontend's spelling; unknown keys stay as they are, at every level. */
export function fromWireMeta(wire: Json): FrameMeta {
  const { notices, stats, typeVersion, ...rest } = wire;
  const meta: Json = rest;
  // The SDK reads two numbers, and 0 for missing ones.
  const [major = 0, minor = 0] = (typeVersion ?? []) as readonly number[];
  if (major !== 0 || minor !== 0) meta["typeVersion"] = [major, minor];
  if (Array.isArray(stats)) meta["stats"] = stats.map(fromWireConfig);
  if (Array.isArray(notices)) meta["notices"] = notices.map(fromWireNotice);
  return meta;
}

function fromWireNotice({ inspect, ...notice }: Json): Json {
  const tab = typeof inspect === "number" ? inspectTabs[inspect - 1] : inspect;
  return tab === undefined ? notice : { ...notice, inspect: tab };
}

/** The first threshold's null is the frontend's -Infinity; a null minimum or maximum means absent. */
export function fromWireConfig(wire: Json): FieldConfig {
  const { min, max, thresholds, ...rest } = wire;
  const config: Json = rest;
  if (typeof min === "number" || min === null) config["min"] = min;
  if (typeof max === "number" || max === null) config["max"] = max;
  if (thresholds !== undefined && thresholds !== null) {
    config["thresholds"] = fromWireThresholds(thresholds as Json);
  }
  return config;
}

function fromWireThresholds(wire: Json): Json {
  const steps = (wire["steps"] ?? []) as readonly Json[];
  return {
    ...wire,
    steps: steps.map((step) => ({ ...step, value: step["value"] ?? Number.NEGATIVE_INFINITY })),
  };
}

function finite(what: string, value: number): number {
  if (!Number.isFinite(value))
    throw new FrameError("invalid_meta", `${what} must be a finite number, got ${value}`);
  return value;
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

function pick<T extends object>(from: T, keys: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Partial<T>;
}

/** Leaves out what Go leaves out: absent, empty text, empty list or object, false and zero unless they count. */
function withoutEmpty(value: object, kept: readonly string[] = []): Json {
  return Object.fromEntries(
    Object.entries(value).filter(([key, item]) => !isEmpty(item, kept.includes(key))),
  );
}

function isEmpty(item: unknown, counts: boolean): boolean {
  if (item === undefined) return true;
  // A limit that JSON cannot represent is null, and is kept.
  if (counts) return false;
  if (item === null || item === "" || item === false || item === 0) return true;
  if (item instanceof Map) return item.size === 0;
  return typeof item === "object" && Object.keys(item).length === 0;
}
