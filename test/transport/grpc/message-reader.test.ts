import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { decompress } from "../../../src/transport/grpc/gzip.ts";
import { MessageReader, type MessageSink } from "../../../src/transport/grpc/message-reader.ts";
import { envelope } from "../../helpers/raw-http2.ts";

function compressed(message: Uint8Array): Buffer {
  const bytes = envelope(message);
  bytes[0] = 1;
  return bytes;
}

function sinkOf(onMessage: (message: Uint8Array) => void): MessageSink {
  return {
    onMessage: (message) => {
      const isPlain = message instanceof Uint8Array;
      onMessage(isPlain ? message : decompress(message.bytes, message.plainLength));
    },
    hold: () => true,
  };
}

function readAll(bytes: Uint8Array, encoding?: string, maxBytes: number = 1_000_000): Uint8Array[] {
  const messages: Uint8Array[] = [];
  new MessageReader(
    maxBytes,
    encoding,
    sinkOf((message) => messages.push(message)),
  ).read(bytes);
  return messages;
}

function refuses(code: Code, bytes: Uint8Array, encoding?: string, maxBytes?: number): void {
  assert.throws(
    () => readAll(bytes, encoding, maxBytes),
    (error) => error instanceof ConnectError && error.code === code,
  );
}

suite("a message reader", () => {
  test("a message reader gives the messages whatever the pieces, in memory of their own", () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(messages, cuts, (sent, sizes) => {
        const bytes = Buffer.concat(sent.map((message) => envelope(message)));
        const received: Uint8Array[] = [];
        const reader = new MessageReader(
          1000,
          undefined,
          sinkOf((message) => received.push(message)),
        );
        const piece = Buffer.alloc(30);
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          const length = bytes.copy(piece, 0, at, at + size);
          reader.read(piece.subarray(0, length));
          // The buffer of a socket is read into again.
          piece.fill(0xee);
          at += length;
        }

        assert.deepEqual(received, sent);
        assert.equal(reader.isWithinMessage(), false);
      }),
    );
  });

  test("a message reader reassembles a message of many megabytes", () => {
    const message = new Uint8Array(40_000_000).map((_, index) => index >> 12);
    const bytes = envelope(message);
    const received: Uint8Array[] = [];
    const reader = new MessageReader(
      2 ** 31 - 1,
      undefined,
      sinkOf((each) => received.push(each)),
    );
    for (let at = 0; at < bytes.length; at += 65_000) reader.read(bytes.subarray(at, at + 65_000));

    assert.ok(Buffer.from(received[0] ?? []).equals(message));
  });

  test("a message reader gives plain arrays, which slice as such", () => {
    const messages = readAll(Buffer.concat([envelope(new Uint8Array(9)), envelope(new Uint8Array(9000))]));

    assert.deepEqual(
      messages.map((message) => [message.length, Buffer.isBuffer(message)]),
      [
        [9, false],
        [9000, false],
      ],
    );
  });

  test("a message reader is within a message from its first byte to its last", () => {
    const reader = new MessageReader(
      10,
      undefined,
      sinkOf(() => {}),
    );
    const bytes = envelope(new Uint8Array(2));
    const seen = [...bytes].map((byte) => {
      reader.read(Uint8Array.of(byte));
      return reader.isWithinMessage();
    });

    assert.deepEqual(seen, [true, true, true, true, true, true, false]);
  });

  test("a message reader refuses a message above the limit by its prefix alone", () => {
    refuses(Code.ResourceExhausted, envelope(new Uint8Array(), 1001), undefined, 1000);
    refuses(Code.ResourceExhausted, envelope(new Uint8Array(), 2 ** 32 - 1), undefined, 2 ** 31 - 1);
  });

  test("a message reader gives compressed messages up to the limit that they become, and refuses others", () => {
    const message = new Uint8Array(100_000).fill(1);
    const bytes = compressed(gzipSync(message));

    assert.deepEqual(readAll(bytes, "gzip"), [message]);
    refuses(Code.ResourceExhausted, bytes, "gzip", 99_999);
  });

  test("a message reader takes an uncompressed message in a compressed stream, and an empty one marked as compressed", () => {
    assert.deepEqual(readAll(envelope(new Uint8Array(3)), "gzip"), [new Uint8Array(3)]);
    assert.deepEqual(readAll(compressed(new Uint8Array()), "gzip"), [new Uint8Array()]);
  });

  test("a message reader gives a compressed message as it came", () => {
    const bytes = gzipSync(new Uint8Array(500_000));
    const sizes: number[] = [];
    const sink: MessageSink = { onMessage: ({ length }) => sizes.push(length), hold: () => true };

    new MessageReader(1_000_000, "gzip", sink).read(compressed(bytes));

    assert.deepEqual(sizes, [bytes.length]);
  });

  test("a message reader refuses what breaks the rules of compression", () => {
    refuses(Code.Internal, compressed(gzipSync("x")));
    refuses(Code.Internal, compressed(gzipSync("x")), "identity");
    refuses(Code.Internal, compressed(new Uint8Array([1, 2, 3])), "gzip");
    const flagged = envelope(new Uint8Array(1));
    flagged[0] = 2;
    refuses(Code.Internal, flagged, "gzip");
  });
});
