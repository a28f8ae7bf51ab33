import {
  any,
  flag,
  list,
  map,
  number,
  type Shape,
  scalar,
  struct,
  text,
  variant,
  whole,
} from "./wire-shape.ts";

/**
 * The types of the SDK's FieldConfig and FrameMeta. Unknown values of the right type, such as another severity, are
 * accepted: a host may show them although it could not send them.
 */

/** NaN and infinities are null on the wire, and that is kept. */
const limit: Shape = { ...number, zero: null, keepsNull: true };

const mappingResult = struct({ text, color: text, icon: text, index: whole });

const mapping: Shape = variant(({ type }) =>
  struct({ type: text, options: mappingOptions(type) }, [], ["type", ...(isKnown(type) ? ["options"] : [])]),
);

function isKnown(mappingType: unknown): boolean {
  return mappingType === "value" || mappingType === "range" || mappingType === "special";
}

function mappingOptions(type: unknown): Shape {
  if (type === "value") return map(mappingResult);
  if (type === "range") {
    return struct({ from: limit, to: limit, result: mappingResult }, ["result"]);
  }
  return type === "special" ? struct({ match: text, result: mappingResult }, ["match", "result"]) : any;
}

/** A step's value that is not a number is null, as in the first step. */
const step: Shape = struct({ value: scalar("a number or null", null, () => true), color: text, state: text });

const transformation = struct({ type: text, field: text, expression: text, mapValue: text });

const link = struct({
  title: text,
  url: text,
  targetBlank: flag,
  internal: struct({
    query: any,
    datasourceUid: text,
    datasourceName: text,
    transformations: list(transformation),
  }),
});

/** The SDK writes null for texts that are not set, and that is kept. */
const enumTexts: Shape = { ...list(text), keepsNull: true };
const enumConfig = struct({ text: enumTexts, color: list(text), icon: list(text), description: list(text) });

const configMembers: Readonly<Record<string, Shape>> = {
  displayName: text,
  displayNameFromDS: text,
  path: text,
  description: text,
  filterable: flag,
  writeable: flag,
  unit: text,
  decimals: number,
  min: limit,
  max: limit,
  interval: number,
  mappings: list(mapping),
  thresholds: struct({ mode: text, steps: list(step) }, ["mode", "steps"]),
  color: map(any),
  links: list(link),
  noValue: text,
  type: struct({ enum: enumConfig }),
  custom: map(any),
};

export const configShape: Shape = struct(configMembers);

/** Frontends use the name of a tab, the wire its number. */
const inspect = scalar(
  "the number of a tab",
  0,
  (value) => Number.isInteger(value) || ["meta", "error", "data", "stats"].includes(value as string),
);

const notice = struct(
  { severity: scalar("a string", "info", (value) => typeof value === "string"), text, link: text, inspect },
  ["severity", "text"],
);

export const metaShape: Shape = struct({
  type: text,
  typeVersion: list(whole),
  path: text,
  pathSeparator: text,
  custom: any,
  stats: list(struct({ ...configMembers, value: number }, ["value"])),
  notices: list(notice),
  channel: text,
  preferredVisualisationType: text,
  preferredVisualisationPluginId: text,
  executedQueryString: text,
  dataTopic: text,
  uniqueRowIdFields: list(whole),
});

export const labelsShape: Shape = map(text);
