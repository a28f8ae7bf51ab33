import assert from "node:assert/strict";
import { test } from "node:test";
import { type FrameHandler, FrameReader, headerFragment } from "../../../src/transport/http2/frame-reader.ts";
import { Http2Error } from "../../../src/transport/http2/http2-error.ts";
import { frame } from "./raw-frames.ts";

/** One of each kind, padded and not, empty and not. */
const sent = Buffer.concat([
  frame(4, 0, 0, "abcdef"),
  frame(1, 4, 1, "fields"),
  frame(0, 0, 1, "hello"),
  frame(0, 0, 1),
  frame(0, 8, 3, "\x03hello\0\0\0"),
  frame(0, 8, 3, "\0x"),
  frame(0, 8 | 1, 3, "\x02\0\0"),
  frame(0xee, 0xff, 9, "unknown"),
  frame(6, 1, 0, "12345678"),
  frame(0, 1, 0x8000_0005, "the first bit is reserved"),
]);
const heard = [
  "frame 4 0 0 abcdef",
  "frame 1 4 1 fields",
  "data 1 5: hello",
  "data 1 0: ",
  "data 3 9: hello padded 4",
  "data 3 2: x padded 1",
  "data 3 3 end:  padded 3",
  "unknown",
  "frame 6 1 0 12345678",
  "data 5 25 end: the first bit is reserved",
];

test("hears the same frames wherever they are split", () => {
  for (let size = 1; size <= sent.length; size++) {
    const { reader, lines } = listen();

    for (let at = 0; at < sent.length; at += size) {
      // What was read is overwritten: nothing may be kept of it.
      const piece = Buffer.from(sent.subarray(at, at + size));
      reader.read(piece);
      piece.fill(0xee);
    }

    assert.deepEqual(lines(), heard, `in pieces of ${size} bytes`);
    assert.equal(reader.isWithinFrame, false);
  }
});

test("hands on DATA by reference as it comes", () => {
  const pieces: Buffer[] = [];
  const { reader } = listen({ onDataBytes: (bytes) => pieces.push(bytes) });
  const whole = frame(0, 0, 1, "0123456789");

  reader.read(whole.subarray(0, 13));
  reader.read(whole.subarray(13));

  assert.deepEqual(pieces.map(String), ["0123", "456789"]);
  assert.equal(pieces[0]?.buffer, whole.buffer);
});

const wrong: readonly (readonly [what: string, bytes: Buffer, code: number])[] = [
  ["a frame that is larger than announced", frame(0, 0, 1, Buffer.alloc(16_385)), 6],
  ["padding longer than DATA", frame(0, 8, 1, "\x05abcd"), 1],
  ["padded DATA without a pad length", frame(0, 8, 1), 6],
  ["PING of 7 bytes", frame(6, 0, 0, "1234567"), 6],
  ["RST_STREAM of 5 bytes", frame(3, 0, 1, "12345"), 6],
  ["WINDOW_UPDATE of 3 bytes", frame(8, 0, 1, "123"), 6],
  ["SETTINGS of 7 bytes", frame(4, 0, 0, "1234567"), 6],
  ["an acknowledgement of SETTINGS with bytes", frame(4, 1, 0, "123456"), 6],
  ["GOAWAY of 7 bytes", frame(7, 0, 0, "1234567"), 6],
];
for (const [what, bytes, code] of wrong) {
  test(`refuses ${what}`, () => {
    const { reader } = listen();

    assert.throws(
      () => reader.read(bytes),
      (error) => error instanceof Http2Error && error.code === code,
    );
  });
}

test("lets nothing but CONTINUATION of the same stream into an open header block", () => {
  for (const other of [frame(0, 0, 1), frame(9, 4, 3), frame(0xee, 0, 1), frame(8, 0, 0, "\0\0\0\x01")]) {
    const { reader } = listen({ openBlock: 1 });

    assert.throws(() => reader.read(other), /open header block/);
  }
});

test("takes padding and priority off HEADERS", () => {
  const priority = "\0\0\0\0\0";

  assert.equal(String(headerFragment(0, Buffer.from("block"))), "block");
  assert.equal(String(headerFragment(0x08, Buffer.from("\x02block\0\0"))), "block");
  assert.equal(String(headerFragment(0x20, Buffer.from(`${priority}block`))), "block");
  assert.equal(String(headerFragment(0x28, Buffer.from(`\x01${priority}block\0`))), "block");
  assert.throws(() => headerFragment(0x08, Buffer.from("\x04abc")), Http2Error);
  assert.throws(() => headerFragment(0x08, Buffer.alloc(0)), Http2Error);
  assert.throws(() => headerFragment(0x20, Buffer.from("abcd")), Http2Error);
});

function listen(instead: Partial<FrameHandler> = {}): {
  readonly reader: FrameReader;
  readonly lines: () => readonly string[];
} {
  const lines: string[] = [];
  let data = "";
  const handler: FrameHandler = {
    openBlock: 0,
    onDataFrame: (streamId, bytes, endStream) => {
      data = `data ${streamId} ${bytes}${endStream ? " end" : ""}: `;
    },
    onDataBytes: (bytes, isLast, padding) => {
      data += bytes.toString("latin1");
      if (isLast) lines.push(`${data}${padding > 0 ? ` padded ${padding}` : ""}`);
    },
    onFrame: (type, flags, streamId, payload) => {
      lines.push(`frame ${type} ${flags} ${streamId} ${payload.toString("latin1")}`);
    },
    onUnknownFrame: () => lines.push("unknown"),
    ...instead,
  };
  return { reader: new FrameReader(handler, 16_384), lines: () => lines };
}
