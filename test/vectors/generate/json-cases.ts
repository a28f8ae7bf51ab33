import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { largeBytes, oddKeys, veryLargeBytes } from "./binary-message-cases.ts";
import { addCase, type Case } from "./case.ts";
import {
  byNumber,
  filled,
  manyOccurrences,
  mapValueKind,
  member,
  occurrenceKind,
  occurrences,
  pickedField,
} from "./field-values.ts";
import { createRandom } from "./random.ts";
import { concat, hex, utf8 } from "./wire.ts";

const manyItems = 40;

/** The ProtoJSON vectors of one field. */
export function jsonFieldCases(desc: DescMessage, field: DescField): Case[] {
  const random = createRandom(`json ${desc.typeName}.${field.name}`);
  const kind = occurrenceKind(field);
  const cases: Case[] = [];
  const add = addCase(cases);
  const others = byNumber(desc.fields).filter((other) => other !== field);
  const wrap = (...values: readonly { readonly bytes: Uint8Array; readonly json: string }[]): string =>
    occurrences(field, values, kind.wireType).json;
  const only = (json: string): string => `{${member(field, json)}}`;
  const isMany = field.fieldKind === "list" || field.fieldKind === "map";
  const first = kind.typical(random);
  const second = kind.typical(random);

  const rest = others.map((other) => member(other, pickedField(other, "typical", random).json));
  add("absent", "", `{${rest.join(",")}}`);
  add("default", "", only(isMany ? wrap() : kind.zero.json));
  add("least", "", only(wrap(kind.least)));
  add("greatest", "", only(wrap(kind.greatest)));
  if (isMany) {
    add("greatest", "many", only(wrap(...manyOccurrences(field, kind, random, manyItems))));
  }
  add("empty", "", only("null"));
  add("repeated", "", `{${member(field, wrap(first))},${member(field, wrap(second))}}`);
  add("unknown", "", `{${member(field, wrap(first))},"noSuchField":1}`);
  if (field.fieldKind === "message") add("unknown", "inside", only('{"noSuchField":{}}'));
  if (field.name !== field.jsonName) {
    add("names", "proto-name", `{${JSON.stringify(field.name)}:${wrap(first)}}`);
    add("names", "both", `{${JSON.stringify(field.name)}:${wrap(first)},${member(field, wrap(second))}}`);
  }
  add("names", "upper-case", `{${JSON.stringify(field.jsonName.toUpperCase())}:${wrap(first)}}`);

  for (const [name, text] of Object.entries(kind.oddJson)) {
    add("hostile", name, only(field.fieldKind === "list" ? `[${text}]` : text));
  }
  if (field.fieldKind === "list") {
    add("hostile", "item-without-list", only(first.json));
    add("hostile", "null-item", only("[null]"));
    add("hostile", "list-in-list", only(`[[${first.json}]]`));
    add("hostile", "object", only("{}"));
  }
  if (field.fieldKind === "map") {
    add("hostile", "list", only("[]"));
    add("hostile", "null-value", only('{"a":null}'));
    add("hostile", "text", only('"a"'));
    const value = mapValueKind(field);
    add("repeated", "same-key", only(`{"a":${value.least.json},"a":${value.greatest.json}}`));
    for (const [name, text] of Object.entries(value.oddJson)) {
      add("hostile", `value-${name}`, only(`{"a":${text}}`));
    }
  }
  if (field.enum !== undefined && field.fieldKind === "enum") {
    for (const value of [99, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31]) {
      add("unknown-enum", String(value), only(String(value)));
    }
  }
  if (field.scalar === ScalarType.DOUBLE || field.scalar === ScalarType.FLOAT) {
    add("negative-zero", "", only("-0"));
    add("negative-zero", "with-fraction", only("-0.0"));
    add("negative-zero", "text", only('"-0"'));
    add("nan", "text", only('"NaN"'));
    add("nan", "bare", only("NaN"));
    add("nan", "lower-case", only('"nan"'));
  }
  if (field.fieldKind === "scalar" && field.scalar === ScalarType.STRING) {
    const name = JSON.stringify(field.jsonName);
    add("invalid-utf8", "bytes", concat(utf8(`{${name}:"a`), hex("ff"), utf8('"}')));
    add("invalid-utf8", "high-surrogate", `{${name}:"\\ud83c"}`);
    add("invalid-utf8", "low-surrogate", `{${name}:"\\udf26a"}`);
  }
  return cases;
}

/** The ProtoJSON vectors of a message as a whole. */
export function jsonMessageCases(desc: DescMessage, isFirstOfPackage: boolean): Case[] {
  const random = createRandom(`json ${desc.typeName}`);
  const cases: Case[] = [];
  const add = addCase(cases);
  const full = filled(desc, "typical", random).json;

  add("full", "", full);
  add("full", "greatest", filled(desc, "greatest", random).json);
  add("full", "nothing", "{}");
  const parts = byNumber(desc.fields).map((field) =>
    member(field, pickedField(field, "typical", random).json),
  );
  add("order", "descending", ` {\n\t${parts.toReversed().join(" ,\r\n\t")}\n}\n`);

  const wholes = { null: "null", list: "[]", text: '"a"', number: "1", "two-values": "{}{}" };
  for (const [name, text] of Object.entries(wholes)) add("hostile", name, text);
  add("hostile", "comment", "{/* none */}");
  add("hostile", "trailing-comma", `{${parts[0] ?? ""},}`);
  add("hostile", "byte-order-mark", concat(hex("ef bb bf"), utf8("{}")));
  add("hostile", "single-quotes", "{'a':1}");
  add("truncated", "nothing", "");
  add("truncated", "half", full.slice(0, Math.floor(full.length / 2)));
  add("truncated", "last-byte", full.slice(0, -1));
  add("deep", "refused", `{"noSuchField":${"[".repeat(20_000)}${"]".repeat(20_000)}}`);

  for (const field of byNumber(desc.fields)) {
    if (field.fieldKind === "map" && field.mapKey === ScalarType.STRING) {
      const value = mapValueKind(field);
      const entries = (keys: readonly string[]): string =>
        `{${member(field, `{${keys.map((key) => `${JSON.stringify(key)}:${value.typical(random).json}`).join(",")}}`)}}`;
      add("many-entries", field.name, entries(Array.from({ length: 300 }, (_, index) => `key-${index}`)));
      add("odd-keys", field.name, entries(oddKeys));
      add("proto-key", field.name, entries(["a", "__proto__", "b"]));
    }
  }
  const large = byNumber(desc.fields).find(
    ({ fieldKind, scalar }) => fieldKind === "scalar" && scalar === ScalarType.BYTES,
  );
  if (large !== undefined) {
    const text = (size: number): string =>
      `{${member(large, `"${Buffer.alloc(size, 0xab).toString("base64")}"`)}}`;
    add("large", "", text(largeBytes));
    if (isFirstOfPackage) add("large", "beyond-1MiB", text(veryLargeBytes - 200_000));
  }
  return cases;
}
