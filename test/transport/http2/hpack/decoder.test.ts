import assert from "node:assert/strict";
import { test } from "node:test";
import { HpackDecoder } from "../../../../src/transport/http2/hpack/decoder.ts";
import { encodeHuffman } from "../../../../src/transport/http2/hpack/huffman-encode.ts";
import { Http2Error } from "../../../../src/transport/http2/http2-error.ts";
import { examples } from "./appendix-c.ts";

for (const { section, maxTableBytes, blocks } of examples) {
  test(`decodes the example of RFC 7541 ${section}`, () => {
    const decoder = new HpackDecoder(maxTableBytes, 65_536);

    for (const { hex, fields } of blocks) assert.deepEqual(decode(decoder, hex).fields, fields);
  });
}

const invalid: readonly (readonly [what: string, hex: string])[] = [
  ["index 0", "80"],
  ["an index past both tables", "be"],
  ["a name index past both tables", "7f0000"],
  ["an integer that does not end", "ffffffffffffffffffffff"],
  ["an integer that ends with the block", "ff80"],
  ["a string that is longer than the block", "400a6375"],
  ["a block that ends before the value", "400161"],
  ["Huffman code with the end-of-string symbol", "400161" + "84ffffffff"],
  ["Huffman code with more than seven bits of padding", "400161" + "82" + "07ff"],
  ["Huffman code with padding of zeros", "400161" + "81" + "00"],
  ["a table size above what was announced", "3fe21f"],
  ["a table size after the first field", "8220"],
];
for (const [what, hex] of invalid) {
  test(`refuses ${what}`, () => {
    const decoder = new HpackDecoder(4096, 65_536);

    assert.throws(
      () => decode(decoder, hex),
      (error) => error instanceof Http2Error && error.code === 9,
    );
  });
}

test("resizes the table at the beginning of a block, twice if asked to", () => {
  const decoder = new HpackDecoder(4096, 65_536);
  decode(decoder, "400161" + "0162");

  // To 0, which empties it, and back to 4096.
  assert.deepEqual(decode(decoder, "203fe11f82").fields, [":method", "GET"]);
  assert.throws(() => decode(decoder, "be"), Http2Error);
});

test("keeps its table in step where a list is larger than allowed", () => {
  const decoder = new HpackDecoder(4096, 100);
  const large = `4001617f${(200 - 127 + 0x80).toString(16)}`.slice(0, -2);

  const block = decode(decoder, `${large}49${"62".repeat(200)}400163016482`);

  assert.equal(block.isTooLarge, true);
  assert.deepEqual(decode(decoder, "be").fields, ["c", "d"]);
});

test("says which field breaks a rule, and says it again where an index refers to it", () => {
  const decoder = new HpackDecoder(4096, 65_536);

  assert.match(decode(decoder, "400141" + "0162").malformed ?? "", /field name "A"/);
  assert.match(decode(decoder, "be").malformed ?? "", /field name "A"/);
  assert.match(decode(decoder, "000161" + "020a62").malformed ?? "", /value of field "a"/);
  assert.equal(decode(decoder, "82").malformed, undefined);
});

test("takes space and tab at the ends of a value, as Go does: new, from the table, and in Huffman code", () => {
  const decoder = new HpackDecoder(4096, 65_536);
  const code = Buffer.alloc(16);
  const outer = code.subarray(0, encodeHuffman(" b ", code, 0)).toString("hex");
  const blocks = [
    ["400161" + "03206220", " b "],
    ["be", " b "],
    ["000161" + "020962", "\tb"],
    ["000161" + "0120", " "],
    [`400161${(0x80 + outer.length / 2).toString(16)}${outer}`, " b "],
  ] as const;

  for (const [hex, value] of blocks) {
    const { fields, malformed } = decode(decoder, hex);
    assert.deepEqual([fields, malformed], [["a", value], undefined], hex);
  }
  for (const octet of ["00", "0a", "0d"]) {
    assert.match(decode(decoder, `4001610262${octet}`).malformed ?? "", /value of field "a"/);
    assert.match(decode(decoder, "be").malformed ?? "", /value of field "a"/);
  }
});

test("gives equal blocks the same fields only while the table stays the same", () => {
  const decoder = new HpackDecoder(4096, 65_536);
  decode(decoder, "400161" + "0162");

  const first = decode(decoder, "be");
  assert.equal(decode(decoder, "be"), first);
  decode(decoder, "400163" + "0164");

  assert.deepEqual(decode(decoder, "be").fields, ["c", "d"]);
  assert.deepEqual(decode(decoder, "bf").fields, ["a", "b"]);
});

function decode(decoder: HpackDecoder, hex: string): ReturnType<HpackDecoder["decode"]> {
  return decoder.decode(Buffer.from(hex, "hex"));
}
