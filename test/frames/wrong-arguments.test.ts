import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as frames from "grafana-plugin-protocol/frames";

const { createField, createFrame, decodeFrame, encodeFrame, formatFrameJson, loadFrameCodec } = frames;
const frame = createFrame({ name: "n", fields: [createField("a", "int8", [1])] });
const codec = await loadFrameCodec();

/** A call as JavaScript may make it. */
type Call = (...args: readonly unknown[]) => unknown;
const as = (call: unknown): Call => call as Call;

async function refuses(run: () => unknown): Promise<void> {
  await assert.rejects(
    async () => {
      const result = run();
      if (typeof result !== "object" || result === null) return result;
      return "next" in result ? (result as Iterator<unknown>).next() : result;
    },
    (error: unknown) => {
      assert.ok(error instanceof frames.FrameError, String(error));
      assert.match(error.code, /^(invalid_value|unknown_kind)$/, error.message);
      assert.match(error.message, /expected .*(got|one of)/);
      return true;
    },
  );
}

const noFrames = [
  undefined,
  null,
  0,
  "frame",
  [],
  {},
  { fields: [] },
  { fields: {} },
  () => frame,
  new Map(),
];
const takeFrame: Readonly<Record<string, Call>> = {
  encodeFrame: as(encodeFrame),
  "encodeFrame as JSON": (value) => as(encodeFrame)(value, { format: "json" }),
  "codec.encodeFrame": as(codec.encodeFrame),
  "codec.encodeFrames": (value) => as(codec.encodeFrames)([value]),
  encodeFrames: (value) => as(frames.encodeFrames)([value]),
  formatFrameJson: as(formatFrameJson),
  rowsOf: as(frames.rowsOf),
  // A list is the frames of a response.
  checkAlerting: (value) => as(frames.checkAlerting)([value]),
  "checkAlerting of several": (value) => as(frames.checkAlerting)([frame, value]),
  checkFrameType: (value) => as(frames.checkFrameType)([value]),
  formatFrameTable: as(frames.formatFrameTable),
  resample: (value) => as(frames.resample)(value, { range: { from: 0n, to: 1n }, intervalMs: 1 }),
  timeSeriesKind: as(frames.timeSeriesKind),
  longToWide: as(frames.longToWide),
  wideToLong: as(frames.wideToLong),
  sortWideFields: as(frames.sortWideFields),
};

test("the bytes of a buffer that was transferred are refused", async () => {
  const bytes = await encodeFrame(frame);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });

  await refuses(() => decodeFrame(bytes));
});

suite("what is not a frame is refused with what was expected", () => {
  for (const [name, call] of Object.entries(takeFrame)) {
    test(name, async () => {
      for (const value of noFrames) await refuses(() => call(value));
      for (const fields of [[undefined], [null], [1], [{}], [{ name: "a", kind: "no" }]]) {
        await refuses(() => call({ ...frame, fields }));
      }
      for (const name of [undefined, null, 5]) await refuses(() => call({ ...frame, name }));
    });
  }

  test("createFrame", async () => {
    for (const value of [
      undefined,
      null,
      1,
      "a",
      {},
      { fields: 1 },
      { fields: [1] },
      { name: 1, fields: [] },
    ]) {
      await refuses(() => as(createFrame)(value));
    }
  });
});

suite("what is not the values of a field is refused", () => {
  test("createField", async () => {
    for (const values of [
      undefined,
      null,
      1,
      "text",
      {},
      new Set([1]),
      new ArrayBuffer(8),
      new DataView(new ArrayBuffer(8)),
    ]) {
      for (const kind of ["float64", "string", "bool"])
        await refuses(() => as(createField)("a", kind, values));
    }
    for (const kind of [undefined, null, "no", "toString", "__proto__", 5, {}]) {
      await refuses(() => as(createField)("a", kind, [1]));
    }
    for (const name of [undefined, null, 1]) await refuses(() => as(createField)(name, "int8", [1]));
    for (const options of [null, 1]) await refuses(() => as(createField)("a", "int8", [1], options));
    for (const column of [
      { length: 1, data: undefined },
      { length: 1, data: [1] },
      { length: 1, data: new Int8Array(1), validity: [1] },
      { data: new Int8Array(1) },
      { length: -1, data: new Int8Array(1) },
      { length: "1", data: new Int8Array(1) },
    ]) {
      await refuses(() => as(createField)("a", "int8", column));
    }
    await refuses(() => as(createField)("a", "string", { length: 1, data: new Uint8Array(1) }));
  });

  test("an invalid Date says that it is one", () => {
    assert.throws(() => createField("t", "time", [new Date(Number.NaN)]), {
      code: "invalid_value",
      message:
        'field "t", row 0: expected a Date, milliseconds or a bigint of nanoseconds, got an invalid Date',
    });
  });

  test("frameFromRows and frameBatches", async () => {
    for (const rows of [undefined, null, 1, {}]) {
      await refuses(() => as(frames.frameFromRows)(rows, {}));
      await refuses(() => as(frames.frameBatches)(rows, {}));
    }
    await refuses(() => as(frames.frameFromRows)([1], { a: "int8" }));
    for (const columns of [undefined, null, "a", ["a"]]) {
      await refuses(() => as(frames.frameFromRows)([{ a: 1 }], columns));
      await refuses(() => as(frames.frameBatches)([{ a: 1 }], columns));
    }
    for (const rowsPerFrame of [0, -1, 0.5, Number.NaN]) {
      await refuses(() => as(frames.frameBatches)([], {}, { rowsPerFrame }));
    }
  });
});

suite("the bytes of a frame may be of any kind, and nothing else", () => {
  const read = async (format: frames.FrameFormat, bytes: frames.FrameBytes): Promise<void> => {
    assert.equal((await decodeFrame(bytes, { format })).name, "n");
    assert.equal(codec.decodeFrame(bytes, { format }).name, "n");
    assert.equal((await frames.decodeFrames([bytes], { format }))[0]?.name, "n");
  };

  for (const format of ["arrow", "json"] as const) {
    test(format, async () => {
      const bytes = await encodeFrame(frame, { format });
      const shared = new SharedArrayBuffer(bytes.length);
      new Uint8Array(shared).set(bytes);
      await read(format, bytes);
      await read(format, Buffer.from(bytes));
      await read(format, Uint8Array.from(bytes).buffer);
      await read(format, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      await read(format, shared);
      await read(format, new Uint8Array(shared));
    });
  }

  test("anything else is refused", async () => {
    for (const bytes of [undefined, null, 1, "ARROW1", [1, 2], {}]) {
      await refuses(() => as(decodeFrame)(bytes));
      await refuses(() => as(decodeFrame)(bytes, { format: "json" }));
      await refuses(() => as(decodeFrame)(bytes, "json"));
      await refuses(() => as(codec.decodeFrame)(bytes));
      if (typeof bytes !== "string") await refuses(() => as(frames.parseFrameJson)(bytes));
    }
    await refuses(() => as(frames.decodeFrames)(new Uint8Array(3)));
    await refuses(() => as(frames.encodeFrames)(frame));
    for (const format of ["ARROW", 0, 1, {}]) {
      await refuses(() => as(decodeFrame)(new Uint8Array(3), { format }));
      await refuses(() => as(encodeFrame)(frame, { format }));
    }
  });
});
