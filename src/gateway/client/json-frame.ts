import { isObject, type JsonObject, objectOf, textOf } from "./json-value.ts";

/** A data frame as a plain object: columns of equal length. */
export interface JsonFrame {
  readonly name: string | undefined;
  readonly refId: string | undefined;
  /** Grafana's frame meta: `type`, `notices`, `custom` and so on. */
  readonly meta: JsonObject | undefined;
  readonly fields: readonly JsonField[];
  /** Rows. */
  readonly length: number;
}

/** A column of a {@link JsonFrame}. */
export interface JsonField {
  /** Empty for none. */
  readonly name: string;
  /** `time`, `number`, `string`, `boolean`, `enum` or `other`. */
  readonly type: string;
  /** The type in the plugin, such as `{ frame: "float64", nullable: true }`. */
  readonly typeInfo: { readonly frame?: string; readonly nullable?: boolean } | undefined;
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** Grafana's field config: `unit`, `displayName`, `links` and so on. */
  readonly config: JsonObject;
  /**
   * A value for each row; null for none. Times are milliseconds since 1970. NaN and the infinities are numbers. Integers
   * beyond 2^53 have lost digits, as in Grafana's frontend: JSON of JavaScript has no others.
   */
  readonly values: readonly unknown[];
  /** Of times: nanoseconds within the millisecond, for each row; `undefined` where all are 0. */
  readonly nanos: readonly number[] | undefined;
}

/** Reads frames that come in parts: one without a schema has that of the one before it. */
export interface FrameReader {
  /** @returns `undefined` for what is not a frame. @throws TypeError for a frame whose columns do not fit */
  readonly read: (value: unknown) => JsonFrame | undefined;
}

export function createFrameReader(): FrameReader {
  let schema: JsonObject | undefined;
  return {
    read: (value) => {
      if (!isObject(value)) return undefined;
      const { schema: given, data } = value;
      if (isObject(given) && Array.isArray(given["fields"])) schema = given;
      else if (!isObject(data) || !Array.isArray(data["values"])) return undefined;
      return schema === undefined ? undefined : readFrame(schema, objectOf(data));
    },
  };
}

/** Reads one frame with its schema. @throws TypeError for one without, or whose columns do not fit */
export function readWholeFrame(value: unknown): JsonFrame {
  const frame = createFrameReader().read(value);
  if (frame === undefined) throw new TypeError("expected a frame with a schema and data");
  return frame;
}

function readFrame({ name, refId, meta, fields }: JsonObject, data: JsonObject): JsonFrame {
  const list = listOf(fields);
  const { values, entities, nanos } = data;
  const columns = listOf(values).map(listOf);
  if (values !== undefined && columns.length !== list.length) {
    throw new TypeError(`expected ${list.length} columns, as the schema says, got ${columns.length}`);
  }
  const length = columns[0]?.length ?? 0;
  const uneven = columns.find((column) => column.length !== length);
  if (uneven !== undefined) {
    throw new TypeError(`expected columns of ${length} rows, got one of ${uneven.length}`);
  }
  return {
    name: textOf(name),
    refId: textOf(refId),
    meta: isObject(meta) ? meta : undefined,
    length,
    fields: list.map((field, index) =>
      readField(
        objectOf(field),
        withEntities(columns[index] ?? [], objectOf(listOf(entities)[index])),
        listOf(nanos)[index],
      ),
    ),
  };
}

function readField(field: JsonObject, values: readonly unknown[], nanos: unknown): JsonField {
  const { name, type, typeInfo, labels, config } = field;
  return {
    name: textOf(name) ?? "",
    type: textOf(type) ?? "other",
    typeInfo: isObject(typeInfo) ? typeInfo : undefined,
    labels: isObject(labels) ? (labels as Readonly<Record<string, string>>) : undefined,
    config: objectOf(config),
    values,
    nanos: Array.isArray(nanos) ? nanos : undefined,
  };
}

/** Puts the numbers that JSON does not have into the rows that are named for them. */
function withEntities(values: unknown[], entities: JsonObject): unknown[] {
  for (const [name, value] of [
    ["NaN", Number.NaN],
    ["Inf", 1 / 0],
    ["NegInf", -1 / 0],
  ] as const) {
    for (const row of listOf(entities[name])) values[Number(row)] = value;
  }
  return values;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
