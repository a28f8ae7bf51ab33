import assert from "node:assert/strict";
import { test } from "node:test";
import { type FrameHandler, FrameReader, headerFragment } from "../../../src/transport/http2/frame-reader.ts";
import { Http2Error } from "../../../src/transport/http2/http2-error.ts";
import {
  ack,
  continuation,
  data,
  endHeaders,
  endStream,
  errorCode,
  frameType,
  headers,
  padded,
  ping,
  pingAck,
  windowUpdate,
} from "./named-frames.ts";
import { frame } from "./raw-frames.ts";

/** One of each kind, padded and not, empty and not. */
const sent = Buffer.concat([
  frame(frameType.settings, 0, 0, "abcdef"),
  headers(1, "fields"),
  data(1, "hello"),
  data(1),
  data(3, "\x03hello\0\0\0", padded),
  data(3, "\0x", padded),
  data(3, "\x02\0\0", padded | endStream),
  frame(frameType.unknown, 0xff, 9, "unknown"),
  pingAck(),
  data(0x8000_0005, "the first bit is reserved", endStream),
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

test("a frame reader gives the same frames wherever they are split", () => {
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

test("a frame reader hands on DATA by reference as it comes", () => {
  const pieces: Buffer[] = [];
  const { reader } = listen({ onDataBytes: (bytes) => pieces.push(bytes) });
  const whole = data(1, "0123456789");

  reader.read(whole.subarray(0, 13));
  reader.read(whole.subarray(13));

  assert.deepEqual(pieces.map(String), ["0123", "456789"]);
  assert.equal(pieces[0]?.buffer, whole.buffer);
});

const wrong: readonly (readonly [what: string, bytes: Buffer, code: number])[] = [
  ["a frame that is larger than announced", data(1, Buffer.alloc(16_385)), errorCode.frameSizeError],
  ["padding longer than DATA", data(1, "\x05abcd", padded), errorCode.protocolError],
  ["padded DATA without a pad length", data(1, "", padded), errorCode.frameSizeError],
  ["PING of 7 bytes", ping("1234567"), errorCode.frameSizeError],
  ["RST_STREAM of 5 bytes", frame(frameType.rstStream, 0, 1, "12345"), errorCode.frameSizeError],
  ["WINDOW_UPDATE of 3 bytes", frame(frameType.windowUpdate, 0, 1, "123"), errorCode.frameSizeError],
  ["SETTINGS of 7 bytes", frame(frameType.settings, 0, 0, "1234567"), errorCode.frameSizeError],
  [
    "an acknowledgement of SETTINGS with bytes",
    frame(frameType.settings, ack, 0, "123456"),
    errorCode.frameSizeError,
  ],
  ["GOAWAY of 7 bytes", frame(frameType.goaway, 0, 0, "1234567"), errorCode.frameSizeError],
];
for (const [what, bytes, code] of wrong) {
  test(`a frame reader refuses ${what}`, () => {
    const { reader } = listen();

    assert.throws(
      () => reader.read(bytes),
      (error) => error instanceof Http2Error && error.code === code,
    );
  });
}

test("a frame reader lets nothing but CONTINUATION of the same stream into an open header block", () => {
  for (const other of [
    data(1),
    continuation(3, "", endHeaders),
    frame(frameType.unknown, 0, 1),
    windowUpdate(0, 1),
  ]) {
    const { reader } = listen({ openBlock: 1 });

    assert.throws(() => reader.read(other), /open header block/);
  }
});

test("a frame reader takes padding and priority off HEADERS", () => {
  const prioritized = 0x20;
  const fields = "\0\0\0\0\0";

  assert.equal(String(headerFragment(0, Buffer.from("block"))), "block");
  assert.equal(String(headerFragment(padded, Buffer.from("\x02block\0\0"))), "block");
  assert.equal(String(headerFragment(prioritized, Buffer.from(`${fields}block`))), "block");
  assert.equal(String(headerFragment(padded | prioritized, Buffer.from(`\x01${fields}block\0`))), "block");
  assert.throws(() => headerFragment(padded, Buffer.from("\x04abc")), Http2Error);
  assert.throws(() => headerFragment(padded, Buffer.alloc(0)), Http2Error);
  assert.throws(() => headerFragment(prioritized, Buffer.from("abcd")), Http2Error);
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
