import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { create, type DescMessage, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { createEncoders } from "../../../../src/transport/grpc/encode/message-encoder.ts";
import { createWireWriter, takeChunks } from "../../../../src/transport/grpc/encode/wire-writer.ts";
import { arbitraryInit, arbitraryUnknown } from "../messages/arbitrary-message.ts";
import { handmadeFile, messageTypes } from "../messages/message-types.ts";

const writer = createWireWriter();
const encoders = createEncoders();

function encode(desc: DescMessage, message: Record<string, unknown>): Uint8Array {
  encoders(desc)(writer, message);
  return Buffer.concat(takeChunks(writer));
}

suite("the encoder writes the bytes of protobuf-es", () => {
  for (const desc of messageTypes()) {
    test(`the encoder writes the bytes of protobuf-es of ${desc.typeName}, from an initializer and from a message`, () => {
      fc.assert(
        fc.property(arbitraryInit(desc), arbitraryUnknown, (init, $unknown) => {
          const message = create(desc, init);
          Object.assign(message, $unknown && { $unknown });
          const expected = Buffer.from(toBinary(desc, message));

          assert.deepEqual(encode(desc, $unknown ? { ...init, $unknown } : init), expected);
          assert.deepEqual(encode(desc, message as unknown as Record<string, unknown>), expected);
        }),
        { numRuns: 30 },
      );
    });
  }
});

suite("the encoder refuses", () => {
  const { messages } = handmadeFile();
  const old = messages[0] ?? assert.fail();

  test("the encoder refuses a message without a required field", () => {
    assert.throws(() => encode(old, {}), /handmade\.Old\.needed is required and not set/);
    takeChunks(writer);
  });

  test("the encoder refuses a value that its type cannot hold, and names the field", () => {
    const bad = [
      { needed: 2 ** 31 },
      { needed: 1.5 },
      { needed: 1, loose: [2n ** 63n] },
      { needed: 1, real: 1e39 },
      { needed: 1, text: "-1" },
      { needed: 1, group: { data: 5 } },
    ];
    for (const init of bad) {
      assert.throws(() => encode(old, init), /cannot encode handmade\.Old[.\w]*: expected a value of type/);
      takeChunks(writer);
    }
  });
});
