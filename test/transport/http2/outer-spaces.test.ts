import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { endBoth, errorCode, headers, padded } from "./named-frames.ts";
import { headerBlock, requestBlock, responseBlock } from "./raw-frames.ts";
import { createRecordingListener } from "./recording-listener.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

/** Goes into the table, from where `indexed` takes it. */
const literal = Buffer.concat([
  Buffer.of(0x40, 6),
  Buffer.from("x-name"),
  Buffer.of(7),
  Buffer.from(" Prod \t"),
]);
const indexed = Buffer.of(0xbe);
const field = ["x-name", " Prod \t"];

function withPadding(block: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(5), block, Buffer.alloc(5)]);
}

suite("space and tab at the ends of a value, as Go sends and takes them", () => {
  test("space and tab at the ends of a value reach a server: new, padded, from the table, and in trailers", async (t) => {
    const { peer, streams } = await serveRaw(t);
    const request = (block: Uint8Array): Buffer => Buffer.concat([requestBlock, block]);

    peer.send(
      headers(1, request(literal), endBoth),
      headers(3, withPadding(request(indexed)), endBoth | padded),
      headers(5, request(indexed)),
      headers(5, indexed, endBoth),
    );
    await peer.settled();

    assert.deepEqual(
      streams.map(({ fields }) => fields.slice(-2)),
      [field, field, field],
    );
    assert.deepEqual(streams[2]?.listener.sections, [field]);
  });

  test("space and tab at the ends of a value reach a client: in headers and trailers, new and from the table", async (t) => {
    const { peer, connection } = await dialRaw(t);
    const listeners = [createRecordingListener(), createRecordingListener()];
    for (const listener of listeners) connection.openStream(requestFields, true, listener);
    await peer.frame(({ streamId }) => streamId === 3);

    for (const [streamId, first] of [
      [1, literal],
      [3, indexed],
    ] as const) {
      peer.send(
        headers(streamId, Buffer.concat([responseBlock, first])),
        headers(streamId, withPadding(indexed), endBoth | padded),
      );
    }
    await peer.settled();

    for (const { sections } of listeners) {
      assert.deepEqual(
        sections.map((fields) => fields.slice(-2)),
        [field, field],
      );
    }
  });

  test("space and tab at the ends of a value are not sent by either side", async (t) => {
    const { connection } = await dialRaw(t);

    assert.throws(
      () => connection.openStream([...requestFields, ...field], true, createRecordingListener()),
      /the value of field "x-name" is not valid/,
    );
    assert.equal(connection.isOpen, true);
  });
});

for (const [name, octet] of [
  ["NUL", "\0"],
  ["a line feed", "\n"],
  ["a carriage return", "\r"],
] as const) {
  test(`${name} in a value ends its stream, and nothing else`, async (t) => {
    const { peer, streams } = await serveRaw(t);
    const block = Buffer.concat([requestBlock, headerBlock("x-name", `a${octet}`)]);

    peer.send(headers(1, block, endBoth), headers(3, requestBlock, endBoth));

    assert.equal(await peer.rstStream(1), errorCode.protocolError);
    await peer.settled();
    assert.equal(streams.length, 1);
  });
}
