import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { create, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { canCompile } from "../../../../src/transport/grpc/decode/can-compile.ts";
import { createDecode } from "../../../../src/transport/grpc/decode/message-decoder.ts";
import { arbitraryInit, arbitraryUnknown } from "../messages/arbitrary-message.ts";
import { messageTypes } from "../messages/message-types.ts";

const types = new Map(messageTypes().map((desc) => [desc.typeName, desc]));
/** Those of every major, and of go-plugin. */
const contracts = [...types.values()].filter(({ typeName }) =>
  /^(models|plugin\w*|grafana)\./.test(typeName),
);
const { now: decode } = createDecode(64 * 2 ** 20);
/** Pauses wherever it may. */
const { now: decodeInSteps } = createDecode(64 * 2 ** 20, { largeBytes: -1, stepBytes: 1 });

/** The message of protobuf-es, property by property and in its order; unknown fields may stand anywhere. */
function assertSame(desc: DescMessage, bytes: Uint8Array): void {
  const message = decode(desc, bytes);
  const expected = fromBinary(desc, bytes);
  assert.deepStrictEqual(message, expected);
  assert.deepStrictEqual(decodeInSteps(desc, bytes), expected);
  const names = Object.keys(Object(message)).filter((name) => name !== "$unknown");
  assert.deepEqual(
    names,
    Object.keys(expected).filter((name) => name !== "$unknown"),
  );
}

function typeOf(name: string): DescMessage {
  return types.get(name) ?? assert.fail(`no message type ${name}`);
}

suite("the decoder gives the messages of protobuf-es", () => {
  for (const desc of types.values()) {
    test(`the decoder gives the messages of protobuf-es of ${desc.typeName}`, () => {
      fc.assert(
        fc.property(arbitraryInit(desc), arbitraryInit(desc), arbitraryUnknown, (init, other, $unknown) => {
          const message = create(desc, init);
          Object.assign(message, $unknown && { $unknown });
          const bytes = toBinary(desc, message);

          assertSame(desc, bytes);
          // Two messages, one behind the other, are one message.
          assertSame(desc, Buffer.concat([bytes, toBinary(desc, create(desc, other))]));
        }),
        { numRuns: 25 },
      );
    });
  }

  test("the decoder compiles all messages of the contracts, and none of those that protobuf-es holds in other forms", () => {
    const compiled = [...types.values()].filter((desc) => canCompile(desc)).map(({ typeName }) => typeName);

    const names = contracts.map(({ typeName }) => typeName);
    assert.ok(names.length > 50);
    assert.deepEqual(
      names.filter((name) => !compiled.includes(name)),
      [],
    );
    assert.ok(compiled.includes("grpc.testing.SimpleRequest"));
    for (const name of ["handmade.Old", "google.protobuf.Struct", "google.protobuf.FileDescriptorProto"]) {
      assert.ok(!compiled.includes(name), name);
    }
  });
});

const plain = typeOf("plain.Plain");

suite("the decoder reads as protobuf-es does what other writers write", () => {
  const cases: Readonly<Record<string, string>> = {
    nothing: "",
    "a message in two pieces": "1203 0a0161 1202 3001",
    "fields in another order": "3001 0a0161",
    "a text that comes twice": "0a0161 0a0162",
    "a varint with more bytes than it needs": "38 81808000",
    "a negative enum number in ten bytes": "38 ffffffffffffffffff01",
    "an enum number above 32 bits": "38 8180808010",
    "a bool that is 2": "3002",
    "a bool that is 2^35": "30 808080808001",
    "numbers of 64 bits at their ends":
      "40 ffffffffffffffff7f 40 80808080808080808001 78 ffffffffffffffffff01",
    "a map's entry without a key": "2203 120178",
    "a map's entry without a value": "2203 0a0178",
    "a map's empty entry": "2200",
    "a map's entry with the value first": "2206 120179 0a0178",
    "a map's entry with a third field": "2205 0a0178 1801",
    "a map's key that comes twice": "2206 0a0178 120179 2206 0a0178 12017a",
    "a map's message without a value": "2a03 0a0178",
    "a map's message in two pieces": "2a0c 0a0178 1203 0a0161 1202 3001",
    "the key __proto__": "220e 0a095f5f70726f746f5f5f 120179",
    "a case of a oneof after another one": "4a0161 5203 0a0161",
    "a oneof's message in two pieces": "5203 0a0161 5202 3001",
    "a oneof's message after another case": "5203 0a0161 4a0161 5202 3001",
    "an optional text that is empty": "5a00",
    "numbers in one piece, and each with a tag": "1a03 010203 1804 1802 1a00",
    "doubles in one piece, and each with a tag":
      "6a08 000000000000f03f 69 000000000000f87f 69 0000000000000080",
    "an unknown group with a group in it": "a306 0801 ab06 0801 ac06 a406",
    "unknown fields of all wire types": "c00c 05 c10c 0102030405060708 c20c 020102 c50c 01020304",
    "a text with a byte-order mark": "0a06 efbbbf616263",
    "a text of two bytes a character": "0a04 c3a9c3a9",
    "a text with a zero": "0a03 610062",
    "a text of 33 bytes": `0a21 ${"61".repeat(33)}`,
    "a field of a high number": "c23e 020102",
  };
  for (const [what, hex] of Object.entries(cases)) {
    test(`the decoder reads as protobuf-es does: ${what}`, () => assertSame(plain, fromHex(hex)));
  }

  test("the decoder reads texts that come again, and others that share their place in memory", () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `text ${index % 700} ${index % 3}`);

    const bytes = toBinary(plain, create(plain, { texts: [...texts, ...texts] }));

    assertSame(plain, bytes);
  });
});

suite("the decoder refuses", () => {
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    "a tag alone": ["0a", /ends within a field/],
    "a text that is longer than the message": ["0a05 6162", /ends within a field/],
    "a text of 4 GiB and two bytes": ["0a8280808010 6162", /ends within a field/],
    "a text of 2^63 and two bytes": ["0a82808080808080808001 6162", /ends within a field/],
    "a text that ends beyond the message it is in": ["1203 0a0261 6201", /ends within a field/],
    "a varint that does not end": ["30 80", /ends within a field/],
    "a varint of eleven bytes": [`40 ${"80".repeat(10)}01`, /more than ten bytes/],
    "half a number of eight bytes": ["69 01020304", /ends within a field/],
    "a list in one piece that ends within a number": ["6a04 01020304", /ends within a field/],
    "a map's entry that ends within its value": ["2205 0a0178 1205", /ends within a field/],
    "a field 0": ["0001", /number 0/],
    "a tag of more than 32 bits": ["808080808001", /more than 32 bits/],
    "the end of a group that has not begun": ["a406", /field 100 has the wire type 4/],
    "a wire type that there is not": ["a606", /field 100 has the wire type 6/],
    "a group that ends as another one": ["a306 ac06", /ends as that of field 101/],
    "a group that does not end": ["a306 0801", /ends within a field/],
    "a text that is no UTF-8": ["0a02 c328", /not UTF-8/],
    "a text that is no UTF-8, of more than 32 bytes": [`0a21 ff${"61".repeat(32)}`, /not UTF-8/],
    "101 messages in each other": [nested(101), /more than 100 deep/],
    "an unknown group of 101 groups": [`${"a306".repeat(101)}${"a406".repeat(101)}`, /more than 100 deep/],
  };
  for (const [what, [hex, expected]] of Object.entries(cases)) {
    test(`the decoder refuses ${what}`, () => {
      assert.throws(() => decode(plain, fromHex(hex)), expected);
      assert.throws(() => decodeInSteps(plain, fromHex(hex)), expected);
      // What failed leaves nothing behind.
      assertSame(plain, fromHex("0a0161 1202 3001"));
    });
  }

  test("the decoder does not refuse 100 messages in each other", () =>
    assertSame(plain, fromHex(nested(99))));
});

test("a field of another wire type than its own is unknown to the decoder, as it is to Go", () => {
  const message = decode(plain, fromHex("0801 3201 61"));

  assert.deepEqual(message, {
    ...create(plain),
    $unknown: [
      { no: 1, wireType: 0, data: Uint8Array.of(1) },
      { no: 6, wireType: 2, data: Uint8Array.of(1, 0x61) },
    ],
  });
});

// Making a message takes far longer than spoiling it.
const damage = fc.record({
  places: fc.array(fc.nat(), { maxLength: 20 }),
  values: fc.array(fc.nat(255), { minLength: 1, maxLength: 20 }),
});
const manyDamages = fc.array(damage, { minLength: 20, maxLength: 20 });

suite("the decoder takes or refuses any bytes, and what it takes can be encoded,", () => {
  for (const desc of [plain, ...contracts]) {
    test(`of ${desc.typeName}`, () => {
      const fields = desc.fields.map(({ number }) => number);
      fc.assert(
        fc.property(arbitraryInit(desc), manyDamages, fc.nat(), (init, damages, cut) => {
          const whole = toBinary(desc, create(desc, init));
          for (const { places, values } of damages) {
            const bytes = whole.slice();
            places.forEach((place, index) => {
              bytes[place % bytes.length] = values[index % values.length] ?? 0;
            });
            decodeOrRefuse(desc, bytes);
          }
          decodeOrRefuse(desc, whole.subarray(0, cut % (whole.length + 1)));
        }),
        { numRuns: desc === plain ? 25 : 10 },
      );
      // Every field with every wire type, before bytes that may be anything.
      const values = fc.tuple(fc.constantFrom(0, ...fields), fc.nat(7), fc.uint8Array({ maxLength: 12 }));
      fc.assert(
        fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), (pieces) => {
          decodeOrRefuse(
            desc,
            Uint8Array.from(pieces.flatMap(([no, type, rest]) => [...tag(no, type), ...rest])),
          );
        }),
        { numRuns: 200 },
      );
    });
  }
});

function decodeOrRefuse(desc: DescMessage, bytes: Uint8Array): void {
  let message: unknown;
  try {
    message = decode(desc, bytes);
  } catch (error) {
    assert.ok(error instanceof RangeError, String(error));
    assert.throws(() => decodeInSteps(desc, bytes), { message: error.message });
    return;
  }
  assert.deepStrictEqual(decodeInSteps(desc, bytes), message);
  // No enum number or bool is anything else than what its type can hold.
  toBinary(desc, create(desc, message as Record<string, unknown>));
}

function tag(number: number, wireType: number): readonly number[] {
  const bytes: number[] = [];
  let rest = (number << 3) | wireType;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** A message with so many others in each other, in hex. */
function nested(levels: number): string {
  let bytes = Buffer.alloc(0);
  for (let level = 0; level < levels; level++) {
    const length = bytes.length < 0x80 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >>> 7];
    bytes = Buffer.concat([Uint8Array.of(0x12, ...length), bytes]);
  }
  return bytes.toString("hex");
}
