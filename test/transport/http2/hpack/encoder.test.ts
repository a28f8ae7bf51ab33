import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HpackDecoder } from "../../../../src/transport/http2/hpack/decoder.ts";
import { HpackEncoder } from "../../../../src/transport/http2/hpack/encoder.ts";
import { decodeHuffman, maxDecodedBytes } from "../../../../src/transport/http2/hpack/huffman-decode.ts";
import { encodeHuffman, huffmanBytes } from "../../../../src/transport/http2/hpack/huffman-encode.ts";

const name = fc.oneof(
  fc.constantFrom(":path", ":status", "content-type", "te", "grpc-timeout", "authorization", "cookie"),
  fc.stringMatching(/^[a-z0-9-]{1,20}$/),
);
const value = fc.oneof(
  fc.constantFrom("", "200", "application/grpc", "trailers"),
  fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 300,
  }),
);
/** Few lists that come again and again, as on one connection. */
const lists = fc.array(fc.array(fc.tuple(name, value), { maxLength: 12 }), { minLength: 1, maxLength: 6 });

test("what is encoded is what is decoded, over the life of a connection", () => {
  fc.assert(
    fc.property(lists, fc.array(fc.tuple(fc.nat(5), fc.option(fc.nat(5000)))), (known, blocks) => {
      const encoder = new HpackEncoder();
      const decoder = new HpackDecoder(4096, 2 ** 20);
      const fieldLists = known.map((list) => list.flat());
      for (const [which, tableBytes] of blocks) {
        const fields = fieldLists[which % fieldLists.length] ?? [];
        if (tableBytes !== null) encoder.limitTable(tableBytes);
        const target = Buffer.alloc(encoder.maxBlockBytes(fields));

        const end = encoder.encode(fields, target, 0);

        assert.deepEqual(decoder.decode(target.subarray(0, end)).fields, fields);
      }
    }),
    { numRuns: 500 },
  );
});

test("Huffman code gives back every octet", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (octets) => {
      const text = Buffer.from(octets).toString("latin1");
      const code = Buffer.alloc(huffmanBytes(text));
      const decoded = Buffer.alloc(maxDecodedBytes(code.length));

      assert.equal(encodeHuffman(text, code, 0), code.length);
      const length = decodeHuffman(code, 0, code.length, decoded);

      assert.deepEqual(decoded.subarray(0, length), Buffer.from(octets));
    }),
  );
});

test("fields that come again take one byte each from the third time on", () => {
  const encoder = new HpackEncoder();
  const fields = [":method", "POST", ":path", "/pluginv2.Data/QueryData", "content-type", "application/grpc"];

  const sizes = [0, 1, 2, 3].map(() => encode(encoder, [...fields]).length);

  assert.deepEqual(sizes.slice(2), [3, 3]);
});

test("a value that changes each time does not enter the table", () => {
  const encoder = new HpackEncoder();
  encode(encoder, ["grpc-timeout", "1S", "user-agent", "x"]);
  encode(encoder, ["grpc-timeout", "2S", "user-agent", "x"]);

  const block = encode(encoder, ["grpc-timeout", "3S", "user-agent", "x"]);

  assert.equal(block[0], 0x00);
  assert.equal(block.at(-1), 0x80 | 62);
});

test("metadata is a literal that is never indexed", () => {
  const encoder = new HpackEncoder();

  for (const field of ["authorization", "cookie", "set-cookie", "x-token", "grpc-message", "tenant"]) {
    for (let i = 0; i < 3; i++) assert.equal((encode(encoder, [field, "secret"])[0] ?? 0) & 0xf0, 0x10);
  }
});

test("a smaller table of the peer is announced by its least and its last size", () => {
  const encoder = new HpackEncoder();

  encoder.limitTable(0);
  encoder.limitTable(100);

  assert.deepEqual([...encode(encoder, [":method", "GET"])], [0x20, 0x3f, 100 - 31, 0x82]);
  assert.deepEqual([...encode(encoder, [":method", "GET"])], [0x82]);
});

function encode(encoder: HpackEncoder, fields: readonly string[]): Buffer {
  const target = Buffer.alloc(encoder.maxBlockBytes(fields));
  return target.subarray(0, encoder.encode(fields, target, 0));
}
