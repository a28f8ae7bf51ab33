import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { unknownFields, unknownNumbers } from "./binary-field-cases.ts";
import { addCase, type Case } from "./case.ts";
import { byNumber, filled, mapValueKind, pickedField } from "./field-values.ts";
import { createRandom } from "./random.ts";
import {
  concat,
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

/** Keys that are something else in some language. */
export const oddKeys = [
  "",
  " ",
  "0",
  "-1",
  "01",
  "1e3",
  "a",
  "A",
  "å",
  "a\u030a",
  "\u0000",
  "🌦",
  "constructor",
  "toString",
  "hasOwnProperty",
  "prototype",
  "__class__",
  "null",
  "true",
  "key",
  "value",
] as const;

const cuts = 6;
const groupsRead = 90;
const groupsRefused = 20_000;
/** Fits in no frame of HTTP/2, and in no buffer of a line reader. */
export const largeBytes = 300_000;
/** Beyond 1 MiB, from where on some readers work in another way. */
export const veryLargeBytes = 1_200_000;

/** The binary vectors of a message as a whole. */
export function binaryMessageCases(desc: DescMessage, isFirstOfPackage: boolean): Case[] {
  const random = createRandom(`binary ${desc.typeName}`);
  const cases: Case[] = [];
  const add = addCase(cases);
  const full = filled(desc, "typical", random).bytes;
  const fields = byNumber(desc.fields);

  add("full", "", full);
  add("full", "greatest", filled(desc, "greatest", random).bytes);
  add("full", "twice", concat(full, filled(desc, "typical", random).bytes));
  add("full", "nothing", new Uint8Array());
  add("full", "with-unknown", concat(unknownFields(), full, unknownFields()));
  const parts = fields.map((field) => pickedField(field, "typical", random).bytes);
  add("order", "descending", concat(...parts.toReversed()));

  for (let cut = 0; cut < cuts && full.length > 1; cut++) {
    add("truncated", `at-${cut}`, full.subarray(0, 1 + random.below(full.length - 1)));
  }
  add("hostile", "field-0", hex("00 01"));
  add("hostile", "field-0-of-length", hex("02 00"));
  add("hostile", "wire-type-6", hex("0e"));
  add("hostile", "wire-type-7", hex("0f"));
  add("hostile", "greatest-number", concat(tag(2 ** 29 - 1, wire.varint), varint(1)));
  add("hostile", "number-too-great", concat(varint(2n ** 32n + 8n), varint(1)));
  add("hostile", "reserved-number", concat(tag(19_000, wire.varint), varint(1)));
  add("overlong", "tag-in-10-bytes", concat(longVarint(unknownNumbers[0] * 8, 10), varint(1)));
  add("overlong", "tag-in-11-bytes", concat(longVarint(unknownNumbers[0] * 8, 11), varint(1)));
  add("overlong", "unknown-length", concat(tag(unknownNumbers[2], wire.length), longVarint(1, 9), utf8("a")));

  const inner = group(2, lengthField(1, utf8("a")));
  add("groups", "nested", group(unknownNumbers[3], concat(inner, inner)));
  add("groups", "empty", group(unknownNumbers[3], new Uint8Array()));
  add("groups", "not-closed", concat(tag(unknownNumbers[3], wire.startGroup), inner));
  add("groups", "not-opened", tag(unknownNumbers[3], wire.endGroup));
  add("groups", "closed-as-another", concat(tag(20_000, wire.startGroup), tag(20_001, wire.endGroup)));
  add("groups", "closed-outside", closedOutside(fields));
  add("deep", "read", nested(groupsRead));
  add("deep", "refused", nested(groupsRefused));

  for (const field of fields) {
    if (field.fieldKind === "map") addMaps(field, random.below(1000), add);
  }
  const large = fields.find(({ fieldKind, scalar }) => fieldKind !== "map" && scalar === ScalarType.BYTES);
  if (large !== undefined) {
    add("large", "", lengthField(large.number, new Uint8Array(largeBytes).fill(0xab)));
    if (isFirstOfPackage) {
      add("large", "beyond-1MiB", lengthField(large.number, new Uint8Array(veryLargeBytes).fill(0xcd)));
    }
  }
  return cases;
}

function nested(depth: number): Uint8Array {
  const number = unknownNumbers[3];
  const open = tag(number, wire.startGroup);
  const close = tag(number, wire.endGroup);
  return concat(...Array.from({ length: depth }, () => open), ...Array.from({ length: depth }, () => close));
}

/** A group that is opened in a submessage and closed after it. */
function closedOutside(fields: readonly DescField[]): Uint8Array {
  const message = fields.find(({ fieldKind }) => fieldKind === "message");
  const open = tag(20_003, wire.startGroup);
  return concat(lengthField(message?.number ?? unknownNumbers[2], open), tag(20_003, wire.endGroup));
}

function addMaps(
  field: DescField & { readonly fieldKind: "map" },
  start: number,
  add: (kind: "many-entries" | "odd-keys" | "proto-key", particular: string, input: Uint8Array) => void,
): void {
  if (field.mapKey !== ScalarType.STRING) return;
  const value = mapValueKind(field);
  const random = createRandom(`map ${field.parent.typeName}.${field.name}`);
  const entry = (key: string): Uint8Array =>
    concat(
      tag(field.number, wire.length),
      lengthPrefixed(concat(lengthField(1, utf8(key)), tag(2, value.wireType), value.typical(random).bytes)),
    );
  const many = Array.from({ length: 300 }, (_, index) => entry(`key-${(index * 7919 + start) % 300}`));
  add("many-entries", field.name, concat(...many));
  add("odd-keys", field.name, concat(...oddKeys.map(entry)));
  add("proto-key", field.name, entry("__proto__"));
  add(
    "proto-key",
    `${field.name}-among-others`,
    concat(entry("a"), entry("__proto__"), entry("__proto__"), entry("b")),
  );
}
