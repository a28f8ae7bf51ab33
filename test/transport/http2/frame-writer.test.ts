import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameWriter } from "../../../src/transport/http2/frame-writer.ts";
import { HpackEncoder } from "../../../src/transport/http2/hpack/encoder.ts";
import { OutputBuffer } from "../../../src/transport/http2/output-buffer.ts";
import { endStream, errorCode, frameType } from "./named-frames.ts";
import { parseFrames } from "./raw-frames.ts";

const small = Buffer.from("small");
/** Too large to be copied behind its header. */
const large = Buffer.alloc(5000, "l");

test("DATA of one stream extends the last frame", () => {
  const { writer, written } = writing();

  writer.data(1, [small], false);
  writer.data(1, [small, small], false);
  writer.data(1, [large], false);
  writer.data(3, [small], false);
  writer.data(3, [], true);

  assert.deepEqual(written(), ["DATA on 1: 5015 bytes", "DATA on 3, end: 5 bytes"]);
});

for (const [what, between] of [
  ["another stream's frame follows it", ({ writer }: Writing) => writer.rstStream(3, errorCode.cancel)],
  ["a large chunk ends it", ({ writer }: Writing) => writer.data(1, [large], false)],
  ["it was sent", ({ output, parts }: Writing) => parts.push(output.take())],
] as const) {
  test(`a DATA frame does not grow when ${what}`, () => {
    const world = writing();
    world.writer.data(1, [small], false);
    between(world);

    world.writer.data(1, [small], true);

    assert.equal(world.written().at(-1), "DATA on 1, end: 5 bytes");
  });
}

test("a DATA frame grows to the largest size that the peer accepts, and no further", () => {
  const { writer, written } = writing();
  const most = Array.from({ length: 16 }, () => Buffer.alloc(1024));

  // The first slab of the output is too small for it.
  writer.data(3, most, true);
  writer.data(1, most.slice(1), false);
  writer.data(1, most.slice(0, 1), false);
  writer.data(1, [small], false);

  assert.deepEqual(written().slice(1), ["DATA on 1: 16384 bytes", "DATA on 1: 5 bytes"]);
});

interface Writing {
  readonly output: OutputBuffer;
  readonly writer: FrameWriter;
  /** What was taken from the output before its end. */
  readonly parts: (Uint8Array | Uint8Array[])[];
  /** The type, stream and size of each frame. */
  readonly written: () => readonly string[];
}

function writing(): Writing {
  const output = new OutputBuffer();
  const parts: (Uint8Array | Uint8Array[])[] = [];
  return {
    output,
    parts,
    writer: new FrameWriter(output, new HpackEncoder()),
    written: () => {
      const { frames, rest } = parseFrames(Buffer.concat([...parts, output.take()].flat()));
      assert.equal(rest.length, 0);
      return frames.map(({ type, flags, streamId, payload }) => {
        const end = flags & endStream ? ", end" : "";
        return `${type === frameType.data ? "DATA" : type} on ${streamId}${end}: ${payload.length} bytes`;
      });
    },
  };
}
