import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { createField, createFrame, encodeFrame, FrameError } from "grafana-plugin-protocol/frames";
import { arrowFile, arrowType } from "./arrow-file.ts";
import { int32Column } from "./columns.ts";
import { outcomeOf, refusalOf } from "./refusal.ts";

const small = await encodeFrame(
  createFrame({
    name: "small",
    meta: { custom: { a: 1 } },
    fields: [
      createField("text", "string", ["a", null, "c"], { labels: { host: "x" } }),
      createField("flag", "bool", [true, false, true]),
      createField("time", "time", [1n, 2n, 3n]),
    ],
  }),
);

suite("bytes that are no Arrow file", () => {
  test("no bytes at all are refused", async () => {
    await refusalOf(new Uint8Array(0), "arrow_not_a_file", /got 0 bytes beginning with nothing/);
  });

  test("a file is refused when it was cut off, at every length", async () => {
    for (let length = 0; length < small.length; length++) {
      await refusalOf(small.subarray(0, length), "arrow_not_a_file");
    }
    await refusalOf(small.subarray(0, 100), "arrow_not_a_file", /cut off/);
  });

  test("a file is refused that lacks bytes at its start, at every length", async () => {
    for (let missing = 1; missing <= small.length; missing++) {
      await refusalOf(small.subarray(missing), "arrow_not_a_file");
    }
  });

  test("a file that lacks bytes in the middle is a frame or refused", async () => {
    for (let at = 8; at < small.length - 18; at++) {
      await outcomeOf(Uint8Array.from([...small.subarray(0, at), ...small.subarray(at + 8)]));
    }
  });

  test("a file with another magic at either end is refused", async () => {
    for (let i = 0; i < 6; i++) {
      const start = small.slice();
      start[i] = 0x20;
      await refusalOf(start, "arrow_not_a_file");
      const end = small.slice();
      end[small.length - 1 - i] = 0x20;
      await refusalOf(end, "arrow_not_a_file", /cut off/);
    }
  });

  test("nothing but the two magics is refused", async () => {
    await refusalOf(new TextEncoder().encode("ARROW1ARROW1"), "arrow_not_a_file");
    await refusalOf(new TextEncoder().encode("ARROW1\0\0\0\0\0\0ARROW1"), "arrow_corrupt", /footer's length/);
  });

  test("Arrow's stream format is refused by name", async () => {
    const stream = tableToIPC(tableFromArrays({ a: [1, 2] }), "stream");

    await refusalOf(stream, "arrow_not_a_file", /stream format/);
  });

  test("JSON that is given as Arrow is refused by name", async () => {
    const json = new TextEncoder().encode('{"schema":{"fields":[]},"data":{"values":[]}}');

    await refusalOf(json, "arrow_not_a_file", /this is JSON/);
  });

  test("an Arrow file that is given as JSON is refused", async () => {
    await refusalOf(new TextDecoder("latin1").decode(small), "json_invalid");
  });
});

test("a footer is refused that says any other length than it has", async () => {
  const place = small.length - 10;
  for (const length of [0, 1, 7, -1, -(2 ** 31), small.length, small.length - 15, 2 ** 31 - 1]) {
    const bytes = small.slice();
    new DataView(bytes.buffer).setInt32(place, length, true);
    await refusalOf(bytes, "arrow_corrupt", /footer's length/);
  }
});

test("a file without a schema is refused", async () => {
  const bytes = arrowFile({ fields: [] });
  const footer = bytes.length - 10 - new DataView(bytes.buffer).getInt32(bytes.length - 10, true);
  // The slot of the schema in the vtable of the footer.
  new DataView(bytes.buffer).setUint16(footer + 8 + 6, 0, true);

  await refusalOf(bytes, "arrow_corrupt", /the footer.*expected a schema/);
});

test("a refusal is told from other errors by its class and has a code", async () => {
  const reason = await outcomeOf(new Uint8Array(3));

  assert.ok(reason instanceof FrameError);
  assert.equal(reason.name, "FrameError");
});

test("big-endian files are refused", async () => {
  await refusalOf(arrowFile({ isBigEndian: true }), "arrow_unsupported", /little-endian/);
});

test("a block that is no record batch is refused", async () => {
  const fields = [{ name: "a", type: arrowType.int(32) }];
  const batch = { rows: 1, columns: [int32Column([1])], headerType: 1 };

  await refusalOf(
    arrowFile({ fields, batches: [batch] }),
    "arrow_corrupt",
    /record batch 0.*message of type 1/,
  );
});
