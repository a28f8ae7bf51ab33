import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { addCase, type Case } from "./case.ts";
import {
  byNumber,
  manyOccurrences,
  mapValueKind,
  occurrenceKind,
  occurrences,
  pickedField,
} from "./field-values.ts";
import { createRandom, type Random } from "./random.ts";
import type { Value, ValueKind } from "./scalar-values.ts";
import {
  concat,
  double,
  float,
  group,
  hex,
  lengthField,
  lengthPrefixed,
  longVarint,
  tag,
  utf8,
  varint,
  wire,
} from "./wire.ts";

/** Numbers that no message of the contracts has: upstream would have to go far to take them. */
export const unknownNumbers = [20_000, 20_001, 20_002, 20_003, 20_004] as const;
const manyItems = 40;

/** The binary vectors of one field, whose message may have others beside it. */
export function binaryFieldCases(desc: DescMessage, field: DescField): Case[] {
  const random = createRandom(`binary ${desc.typeName}.${field.name}`);
  const kind = occurrenceKind(field);
  const cases: Case[] = [];
  const add = addCase(cases);
  const once = (value: Value): Uint8Array => occurrences(field, [value], kind.wireType).bytes;
  const many = (...values: readonly Value[]): Uint8Array => occurrences(field, values, kind.wireType).bytes;
  const others = byNumber(desc.fields).filter((other) => other !== field);
  const plain = others.find(({ fieldKind }) => fieldKind === "scalar" || fieldKind === "enum") ?? others[0];
  const beside = plain === undefined ? new Uint8Array() : pickedField(plain, "typical", random).bytes;
  const isMany = field.fieldKind === "list" || field.fieldKind === "map";

  add("absent", "", concat(...others.map((other) => pickedField(other, "typical", random).bytes)));
  add("default", "", once(kind.zero));
  add("least", "", once(kind.least));
  add("greatest", "", once(kind.greatest));
  if (isMany) {
    add("greatest", "many", many(...manyOccurrences(field, kind, random, manyItems)));
  }
  add("empty", "", concat(tag(field.number, wire.length), varint(0)));

  const [first, second] = twoValues(kind, random);
  add("split", "", concat(once(first), beside, once(second)));
  addSplitMessages(field, random, (name, bytes) => add("split", name, bytes));

  add("repeated", "", many(first, second, first));
  add("repeated", "then-default", many(first, kind.zero));
  if (field.fieldKind === "map") add("repeated", "same-key", repeatedKey(field, random));

  add("unknown", "before", concat(unknownFields(), once(first)));
  add("unknown", "after", concat(once(first), unknownFields()));
  addUnknownInside(field, first, (name, bytes) => add("unknown", name, bytes));

  addWrongWireTypes(field, kind, (name, bytes) => add("hostile", name, concat(bytes, beside)));
  for (const [name, bytes] of Object.entries(kind.oddBytes)) {
    add("hostile", name, concat(tag(field.number, kind.wireType), bytes));
  }
  addTruncated(field, kind, first, (name, bytes) => add("truncated", name, bytes));
  add(
    "overlong",
    "tag",
    concat(longVarint((BigInt(field.number) << 3n) | BigInt(kind.wireType), 5), first.bytes),
  );
  if (kind.wireType === wire.length) {
    const content = contentOf(first);
    const longer = concat(longVarint(content.length, 5), content);
    add("overlong", "length", concat(tag(field.number, wire.length), longer));
    add(
      "overlong",
      "length-in-10-bytes",
      concat(tag(field.number, wire.length), longVarint(content.length, 10), content),
    );
    add(
      "overlong",
      "length-in-11-bytes",
      concat(tag(field.number, wire.length), longVarint(content.length, 11), content),
    );
  }
  if (kind.wireType === wire.varint) {
    add("overlong", "value", concat(tag(field.number, wire.varint), longVarint(1, 10)));
    add("overlong", "value-in-11-bytes", concat(tag(field.number, wire.varint), longVarint(1, 11)));
  }
  addInvalidText(field, (name, bytes) => add("invalid-utf8", name, bytes));
  if (field.enum !== undefined && field.fieldKind !== "map") {
    for (const value of [99, -1, 2 ** 31 - 1, -(2 ** 31)]) {
      add("unknown-enum", String(value), concat(tag(field.number, wire.varint), varint(value)));
    }
  }
  addFloating(field, (isNan, name, bytes) => add(isNan ? "nan" : "negative-zero", name, bytes));
  return cases;
}

/** One unknown field of each wire type. */
export function unknownFields(): Uint8Array {
  const [a, b, c, d, e] = unknownNumbers;
  return concat(
    tag(a, wire.varint),
    varint(300),
    tag(b, wire.fixed64),
    double(1.5),
    lengthField(c, utf8("newer")),
    group(d, concat(tag(1, wire.varint), varint(1), lengthField(2, utf8("in a group")))),
    tag(e, wire.fixed32),
    float(2.5),
  );
}

function twoValues(kind: ValueKind, random: Random): readonly [Value, Value] {
  const first = kind.typical(random);
  for (let tries = 0; tries < 20; tries++) {
    const second = kind.typical(random);
    if (Buffer.compare(first.bytes, second.bytes) !== 0) return [first, second];
  }
  return [first, first];
}

/** The content of a length-delimited value. */
function contentOf(value: Value): Uint8Array {
  let at = 0;
  while (((value.bytes[at] ?? 0) & 0x80) !== 0) at++;
  return value.bytes.subarray(at + 1);
}

type Add = (name: string, bytes: Uint8Array) => void;

/** A message in parts, each in an occurrence of its own: readers merge them. */
function addSplitMessages(field: DescField, random: Random, add: Add): void {
  if (field.fieldKind === "message") {
    const parts = byNumber(field.message.fields).map((inner) => pickedField(inner, "typical", random).bytes);
    if (parts.length > 0) {
      add("field-by-field", concat(...parts.map((part) => lengthField(field.number, part))));
    }
    return;
  }
  if (field.fieldKind !== "map" || field.mapKind !== "message") return;
  const parts = byNumber(field.message.fields).map((inner) => pickedField(inner, "typical", random).bytes);
  const entry = concat(lengthField(1, utf8("key")), ...parts.map((part) => lengthField(2, part)));
  add("value-field-by-field", lengthField(field.number, entry));
  const turned = concat(...parts.map((part) => lengthField(2, part)), lengthField(1, utf8("key")));
  add("value-before-key", lengthField(field.number, turned));
}

/** Entries with the same key: the last one counts, and nothing is merged. */
function repeatedKey(field: DescField & { readonly fieldKind: "map" }, random: Random): Uint8Array {
  const key = occurrenceKeyBytes(field);
  const value = mapValueKind(field);
  const entries = [value.typical(random), value.greatest, value.typical(random)].map((one) =>
    lengthField(field.number, concat(key, tag(2, value.wireType), one.bytes)),
  );
  return concat(...entries);
}

function occurrenceKeyBytes(field: DescField & { readonly fieldKind: "map" }): Uint8Array {
  return field.mapKey === ScalarType.STRING
    ? lengthField(1, utf8("same"))
    : concat(tag(1, wire.varint), varint(1));
}

function addUnknownInside(field: DescField, first: Value, add: Add): void {
  if (field.fieldKind === "message" || (field.fieldKind === "list" && field.listKind === "message")) {
    add("inside", lengthField(field.number, concat(contentOf(first), unknownFields())));
  }
  if (field.fieldKind === "map") {
    add("inside-entry", lengthField(field.number, concat(contentOf(first), unknownFields())));
    if (field.mapKind === "message") {
      const value = lengthField(2, unknownFields());
      add("inside-value", lengthField(field.number, concat(occurrenceKeyBytes(field), value)));
    }
  }
}

/** A field with another wire type than declared is unknown to a reader, or packed. */
function addWrongWireTypes(field: DescField, kind: ValueKind, add: Add): void {
  const bodies: readonly (readonly [string, number, Uint8Array])[] = [
    ["as-varint", wire.varint, varint(5)],
    ["as-fixed64", wire.fixed64, double(1)],
    ["as-length", wire.length, lengthPrefixed(utf8("\u0001\u0002"))],
    ["as-fixed32", wire.fixed32, float(1)],
    ["as-group", wire.startGroup, tag(field.number, wire.endGroup)],
  ];
  for (const [name, wireType, bytes] of bodies) {
    if (wireType !== kind.wireType) add(name, concat(tag(field.number, wireType), bytes));
  }
}

/** The same field, cut: all of them are refused. */
function addTruncated(field: DescField, kind: ValueKind, value: Value, add: Add): void {
  const head = tag(field.number, kind.wireType);
  add("after-tag", head);
  if (value.bytes.length > 1) add("last-byte", concat(head, value.bytes.subarray(0, -1)));
  if (kind.wireType === wire.varint) add("open-varint", concat(head, hex("ff")));
  if (kind.wireType !== wire.length) return;
  add("length-of-2GiB", concat(head, varint(2n ** 31n - 1n), utf8("ab")));
  add("length-of-4GiB", concat(head, varint(2n ** 32n + 2n), utf8("ab")));
  add("length-of-minus-1", concat(head, varint(-1), utf8("ab")));
  if (field.fieldKind === "message" || (field.fieldKind === "list" && field.listKind === "message")) {
    // The inner field reaches beyond its message, and what follows would fill it.
    const inner = concat(tag(unknownNumbers[2], wire.length), varint(4));
    add("inner-beyond-its-message", concat(lengthField(field.number, inner), lengthField(15, utf8("abcd"))));
  }
  if (field.fieldKind === "map") {
    const inner = concat(tag(1, wire.length), varint(9), utf8("k"));
    add("key-beyond-its-entry", concat(lengthField(field.number, inner), lengthField(15, utf8("abcdefgh"))));
  }
}

const invalidTexts: Readonly<Record<string, string>> = {
  "lone-continuation": "61 80 62",
  "cut-sequence": "61 e2 82",
  "overlong-slash": "c0 af",
  surrogate: "ed a0 bd",
  "beyond-unicode": "f4 90 80 80",
  "no-utf8-byte": "ff",
};

function addInvalidText(field: DescField, add: Add): void {
  const put = (name: string, wrap: (text: Uint8Array) => Uint8Array): void => {
    for (const [what, text] of Object.entries(invalidTexts)) add(`${name}${what}`, wrap(hex(text)));
  };
  if (field.scalar === ScalarType.STRING && field.fieldKind !== "map") {
    put("", (text) => lengthField(field.number, text));
  }
  if (field.fieldKind !== "map") return;
  if (field.mapKey === ScalarType.STRING) {
    put("key-", (text) => lengthField(field.number, lengthField(1, text)));
  }
  if (field.mapKind === "scalar" && field.scalar === ScalarType.STRING) {
    put("value-", (text) => lengthField(field.number, lengthField(2, text)));
  }
}

function addFloating(field: DescField, add: (isNan: boolean, name: string, bytes: Uint8Array) => void): void {
  const values: readonly (readonly [boolean, string, string, string])[] = [
    [false, "", "00000000 00000080", "00000080"],
    [true, "quiet", "00000000 0000f87f", "0000c07f"],
    [true, "negative", "00000000 0000f8ff", "0000c0ff"],
    [true, "payload", "efbeadde 3412f87f", "3412c07f"],
    [true, "signalling", "01000000 0000f07f", "0100807f"],
  ];
  for (const [isNan, name, wide, narrow] of values) {
    if (field.scalar === ScalarType.DOUBLE) {
      add(isNan, name, concat(tag(field.number, wire.fixed64), hex(wide)));
    }
    if (field.scalar === ScalarType.FLOAT) {
      add(isNan, name, concat(tag(field.number, wire.fixed32), hex(narrow)));
    }
  }
}
