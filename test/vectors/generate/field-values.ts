import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { createRandom, type Random } from "./random.ts";
import { enumKind, scalarKind, type Value, type ValueKind } from "./scalar-values.ts";
import { concat, lengthPrefixed, tag, wire } from "./wire.ts";

/** Which value of a kind a message is filled with. */
export type Pick = "least" | "greatest" | "typical";

/** The kind of one occurrence of a field: the value, an item of the list, an entry of the map. */
export function occurrenceKind(field: DescField, depth = 0): ValueKind {
  switch (field.fieldKind) {
    case "scalar":
      return scalarKind(field.scalar);
    case "enum":
      return enumKind(field.enum);
    case "message":
      return messageKind(field.message, depth);
    case "list":
      return elementKind(field, field.listKind, depth);
    case "map":
      return entryKind(field, depth);
  }
}

/** The kind of a map's values, with tag 2. */
export function mapValueKind(field: DescField & { readonly fieldKind: "map" }, depth = 0): ValueKind {
  return elementKind(field, field.mapKind, depth);
}

/** All bytes of a field that occurs with these values, and what stands for it in ProtoJSON. */
export function occurrences(field: DescField, values: readonly Value[], wireType: number): Value {
  const bytes = concat(...values.flatMap((value) => [tag(field.number, wireType), value.bytes]));
  const texts = values.map((value) => value.json);
  const inner = texts.join(",");
  if (field.fieldKind === "list") return { bytes, json: `[${inner}]` };
  if (field.fieldKind === "map") return { bytes, json: `{${inner}}` };
  return { bytes, json: texts.at(-1) ?? "null" };
}

/** A field with the picked value: two of a list or map when it is typical. */
export function pickedField(field: DescField, pick: Pick, random: Random, depth = 0): Value {
  const kind = occurrenceKind(field, depth);
  const isMany = field.fieldKind === "list" || field.fieldKind === "map";
  const values =
    pick === "typical" ? [kind.typical(random), ...(isMany ? [kind.greatest] : [])] : [kind[pick]];
  return occurrences(field, values, kind.wireType);
}

/** A member of a ProtoJSON object. */
export function member(field: DescField, json: string): string {
  return `${JSON.stringify(field.jsonName)}:${json}`;
}

/** A message with the picked value in each field. */
export function filled(desc: DescMessage, pick: Pick, random: Random, depth = 0): Value {
  const fields = byNumber(desc.fields).map((field) => ({
    field,
    ...pickedField(field, pick, random, depth),
  }));
  return {
    bytes: concat(...fields.map(({ bytes }) => bytes)),
    json: `{${fields.map(({ field, json }) => member(field, json)).join(",")}}`,
  };
}

export function byNumber(fields: readonly DescField[]): DescField[] {
  return [...fields].sort((a, b) => a.number - b.number);
}

/** Messages nest up to here in a filled one; a type that contains itself ends there. */
const maxDepth = 6;
const emptyMessage: Value = { bytes: Uint8Array.of(0), json: "{}" };

function messageKind(desc: DescMessage, depth: number): ValueKind {
  const fill = (pick: Pick, random: Random): Value => {
    if (depth >= maxDepth) return emptyMessage;
    const { bytes, json } = filled(desc, pick, random, depth + 1);
    return { bytes: lengthPrefixed(bytes), json };
  };
  return {
    wireType: wire.length,
    zero: emptyMessage,
    get least() {
      return fill("least", createRandom(desc.typeName));
    },
    get greatest() {
      return fill("greatest", createRandom(desc.typeName));
    },
    typical: (random) => fill("typical", random),
    oddBytes: {},
    oddJson: { text: '"a"', list: "[]", number: "1" },
  };
}

function elementKind(
  field: DescField & { readonly fieldKind: "list" | "map" },
  kind: "scalar" | "enum" | "message",
  depth: number,
): ValueKind {
  if (kind === "message" && field.message !== undefined) return messageKind(field.message, depth);
  if (kind === "enum" && field.enum !== undefined) return enumKind(field.enum);
  return scalarKind(field.scalar ?? ScalarType.STRING);
}

function entryKind(field: DescField & { readonly fieldKind: "map" }, depth: number): ValueKind {
  const key = scalarKind(field.mapKey);
  const value = mapValueKind(field, depth);
  const entry = (keyValue: Value, valueValue: Value): Value => ({
    bytes: lengthPrefixed(
      concat(tag(1, key.wireType), keyValue.bytes, tag(2, value.wireType), valueValue.bytes),
    ),
    json: `${keyText(keyValue)}:${valueValue.json}`,
  });
  return {
    wireType: wire.length,
    zero: entry(key.zero, value.zero),
    get least() {
      return entry(key.least, value.least);
    },
    get greatest() {
      return entry(key.greatest, value.greatest);
    },
    typical: (random) => entry(key.typical(random), value.typical(random)),
    oddBytes: {},
    oddJson: {},
  };
}

/** Keys of other types than text are texts in ProtoJSON. */
function keyText({ json }: Value): string {
  return json.startsWith('"') ? json : `"${json}"`;
}

/** Typical occurrences; those of a map have different keys, because ProtoJSON refuses one twice. */
export function manyOccurrences(field: DescField, kind: ValueKind, random: Random, count: number): Value[] {
  const values = Array.from({ length: count }, () => kind.typical(random));
  if (field.fieldKind !== "map") return values;
  const keyOf = ({ json }: Value): string => json.slice(0, json.indexOf(":"));
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}
