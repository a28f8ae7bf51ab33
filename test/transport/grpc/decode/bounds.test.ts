import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { QueryDataRequestSchema } from "../../../../gen/es/v2/pluginv2/backend_pb.js";
import { createDecode } from "../../../../src/transport/grpc/decode/message-decoder.ts";
import { createMessageWriter } from "../../../../src/transport/grpc/message-writer.ts";
import { emptyItems, filled, unknownFields } from "../../../attacks/messages.ts";
import { messageTypes } from "../messages/message-types.ts";

const { now: decode } = createDecode();
const types = new Map(messageTypes().map((desc) => [desc.typeName, desc]));

function typeOf(name: string): DescMessage {
  return types.get(name) ?? assert.fail(`no message type ${name}`);
}

/** A type of the tests, which has a field of every kind. */
const plain = typeOf("plain.Plain");

/** Those of every major, and of go-plugin. */
const contracts = [...types.values()].filter(({ typeName }) =>
  /^(models|plugin\w*|grafana)\./.test(typeName),
);

function isRepeated({ fieldKind }: DescField): boolean {
  return fieldKind === "list" || fieldKind === "map";
}

/** By our encoder, without the prefix. */
function encode(desc: DescMessage, message: object): Uint8Array {
  const writer = createMessageWriter(2 ** 31 - 1);
  writer.write(undefined, desc, message as Readonly<Record<string, unknown>>, false);
  return Buffer.concat(writer.take()).subarray(5);
}

suite("unknown fields", () => {
  test("unknown fields by the million are 17 entries, and give the same bytes when they are written again", () => {
    const bytes = Buffer.concat([
      unknownFields(2_000_000),
      Buffer.from("c00c05 c20c020102".replaceAll(" ", ""), "hex"),
    ]);

    const message = decode(QueryDataRequestSchema, bytes);

    assert.equal(message.$unknown?.length, 17);
    assert.ok(bytes.equals(toBinary(QueryDataRequestSchema, message)));
    assert.ok(bytes.equals(encode(QueryDataRequestSchema, message)));
  });

  test("unknown fields are kept one by one where they are few, as protobuf-es keeps them", () => {
    const bytes = unknownFields(32);

    assert.deepEqual(decode(QueryDataRequestSchema, bytes), fromBinary(QueryDataRequestSchema, bytes));
  });

  test("unknown fields before and behind known ones keep their bytes", () => {
    const known = Buffer.from("1a00", "hex");
    const bytes = Buffer.concat([unknownFields(100), known, unknownFields(100), known, unknownFields(100)]);

    const message = decode(QueryDataRequestSchema, bytes);

    assert.equal(message.queries.length, 2);
    assert.deepEqual(
      encode(QueryDataRequestSchema, message),
      Buffer.concat([known, known, unknownFields(300)]),
    );
  });
});

suite("a message that becomes too much is refused", () => {
  const cases: Readonly<Record<string, readonly [DescMessage, Uint8Array]>> = {
    "of empty messages": [QueryDataRequestSchema, emptyItems(4_000_000)],
    "of empty entries of a map": [QueryDataRequestSchema, filled([0x12, 0], 4_000_000)],
    "of unknown fields between known ones": [QueryDataRequestSchema, filled([0x78, 1, 0x1a, 0], 4_000_000)],
    "of empty texts": [plain, filled([field(plain, "texts"), 0], 8_000_000)],
    "of numbers in one piece": [plain, packed(field(plain, "numbers"), 8_000_000)],
    "of old types, with unknown fields": [typeOf("handmade.Old"), filled([0xf8, 0x7f, 1], 4_000_000)],
    "of a Struct": [typeOf("google.protobuf.Struct"), filled([0x0a, 0], 4_000_000)],
  };
  for (const [what, [desc, bytes]] of Object.entries(cases)) {
    test(`a message that becomes too much is refused: ${what}`, () => {
      assert.throws(
        () => decode(desc, bytes),
        (error) =>
          error instanceof ConnectError &&
          error.code === Code.ResourceExhausted &&
          error.message.includes("limits.maxDecodedBytes"),
      );
    });
  }

  for (const desc of contracts) {
    for (const each of desc.fields.filter(isRepeated)) {
      test(`a message that becomes too much, of nothing but empty ${desc.typeName}.${each.name}`, () => {
        // A list of numbers takes one byte for each of them, in one piece.
        const bytes =
          each.fieldKind === "list" &&
          each.listKind !== "message" &&
          each.scalar !== ScalarType.STRING &&
          each.scalar !== ScalarType.BYTES
            ? packed(field(desc, each.localName), 40_000_000)
            : filled([field(desc, each.localName), 0], 8_000_000);

        assert.throws(
          () => decode(desc, bytes),
          (error) => error instanceof ConnectError && error.message.includes("limits.maxDecodedBytes"),
        );
      });
    }
  }

  test("a message that becomes too much is taken with a higher limit", () => {
    assert.equal(
      createDecode(2 ** 31 - 1).now(QueryDataRequestSchema, emptyItems(1_000_000)).queries.length,
      500_000,
    );
  });
});

test("a hundred thousand small items are no attack", () => {
  const queries = Array.from({ length: 100_000 }, (_, index) => ({
    refId: `A${index}`,
    maxDataPoints: 1000n,
    intervalMS: 1000n,
    timeRange: { fromEpochMS: 1n, toEpochMS: 2n },
    json: new Uint8Array(40),
  }));
  const bytes = toBinary(QueryDataRequestSchema, create(QueryDataRequestSchema, { queries }));

  assert.equal(decode(QueryDataRequestSchema, bytes).queries.length, 100_000);
});

test("frames do not count: their bytes are not copied", () => {
  const message = Buffer.concat(
    Array.from({ length: 20_000 }, () => filled([0x0a, 0x7e, ...new Uint8Array(126)], 128)),
  );

  assert.equal(decode(typeOf("pluginv2.DataResponse"), message).$typeName, "pluginv2.DataResponse");
});

/** The tag of a field whose number is below 16. */
function field(desc: DescMessage, name: string): number {
  const number = desc.field[name]?.number ?? assert.fail(`no field ${name}`);
  assert.ok(number < 16);
  return number * 8 + 2;
}

function packed(tag: number, bytes: number): Uint8Array {
  const length = [
    (bytes & 0x7f) | 0x80,
    ((bytes >> 7) & 0x7f) | 0x80,
    ((bytes >> 14) & 0x7f) | 0x80,
    bytes >> 21,
  ];
  return Uint8Array.from(Buffer.concat([Buffer.from([tag, ...length]), Buffer.alloc(bytes, 1)]));
}
