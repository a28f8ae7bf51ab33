import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import fc from "fast-check";

type Init = Record<string, unknown>;

/** Initializers of a message type, as a handler may give them: any field may be absent, none of them nests deep. */
export function arbitraryInit(desc: DescMessage, depth: number = 3): fc.Arbitrary<Init> {
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  const required: string[] = [];
  for (const member of desc.members) {
    if (member.kind === "oneof") {
      const cases = member.fields.map((field) =>
        arbitraryField(field, depth).map((value) => ({ case: field.localName, value })),
      );
      members[member.localName] = fc.oneof(fc.constant({ case: undefined }), ...cases);
    } else {
      members[member.localName] = arbitraryField(member, depth);
      if (member.presence === 3) required.push(member.localName);
    }
  }
  return fc.record(members, { requiredKeys: required });
}

/** Fields that the type does not have, or none. */
export const arbitraryUnknown: fc.Arbitrary<Init["$unknown"]> = fc.option(
  fc.array(
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((data) => ({
      no: 99_999,
      wireType: 2,
      data: Uint8Array.of(data.length & 0x7f, ...data.subarray(0, data.length & 0x7f)),
    })),
    { maxLength: 2 },
  ),
  { nil: undefined, freq: 4 },
);

function arbitraryField(field: DescField, depth: number): fc.Arbitrary<unknown> {
  switch (field.fieldKind) {
    case "scalar":
      return arbitraryScalar(field.scalar, field.longAsString);
    case "enum":
      return arbitraryEnum;
    case "message":
      return arbitraryMessage(field, field.message, depth);
    case "list": {
      const size = { maxLength: depth > 1 ? 4 : 1 };
      if (field.listKind === "message") {
        return depth === 0 ? fc.constant([]) : fc.array(arbitraryMessage(field, field.message, depth), size);
      }
      if (field.listKind === "enum") return fc.array(arbitraryEnum, size);
      return fc.array(arbitraryScalar(field.scalar, field.longAsString), { maxLength: 100 });
    }
    case "map": {
      const value =
        field.mapKind === "message"
          ? arbitraryMessage(field, field.message, depth)
          : field.mapKind === "enum"
            ? arbitraryEnum
            : arbitraryScalar(field.scalar, false);
      const key = arbitraryScalar(field.mapKey, false).map(String);
      return fc.dictionary(key, value, { maxKeys: depth > 0 ? 4 : 0, noNullPrototype: true });
    }
  }
}

function arbitraryMessage(field: DescField, desc: DescMessage, depth: number): fc.Arbitrary<unknown> {
  if (desc.typeName === "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value") {
    return fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4, noNullPrototype: true });
  }
  const wrapped = /^google\.protobuf\.\w+Value$/.test(desc.typeName) ? desc.fields[0] : undefined;
  if (field.fieldKind === "message" && field.oneof === undefined && wrapped?.fieldKind === "scalar") {
    return desc.fields.length === 1 ? arbitraryScalar(wrapped.scalar, false) : arbitraryInit(desc, depth - 1);
  }
  // A message without fields ends a type that contains itself, as far as none of them is required.
  return depth <= 0 ? fc.constant({}) : arbitraryInit(desc, depth - 1);
}

const arbitraryEnum = fc.oneof(fc.nat(6), fc.integer());
const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", minLength: 100, maxLength: 6000 }),
  fc.constant("lone \ud800 surrogate"),
  fc.constant(`${"x".repeat(127)}\u00e9`),
);

function arbitraryScalar(type: ScalarType, asString: boolean): fc.Arbitrary<unknown> {
  const long = (arbitrary: fc.Arbitrary<bigint>): fc.Arbitrary<unknown> =>
    asString ? arbitrary.map(String) : arbitrary;
  switch (type) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BYTES:
      return fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        // Around the size from which bytes go out by reference.
        fc.integer({ min: 32_760, max: 32_780 }).map((size) => new Uint8Array(size).fill(7)),
      );
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.DOUBLE:
      return fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY));
    case ScalarType.FLOAT:
      return fc.oneof(fc.float(), fc.constantFrom(0, -0, Number.NaN, Number.NEGATIVE_INFINITY));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return fc.oneof(fc.integer(), fc.integer({ min: -300, max: 300 }));
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return long(fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, 2n ** 64n - 1n)));
    default:
      return long(fc.oneof(fc.bigInt(-300n, 300n), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)));
  }
}
