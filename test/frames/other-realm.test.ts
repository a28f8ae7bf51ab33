import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { runInNewContext } from "node:vm";
import {
  type AnyField,
  type Column,
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  type FieldKind,
  formatFrameJson,
  frameFromRows,
  parseFrameJson,
} from "grafana-plugin-protocol/frames";

/** Evaluates an expression where all classes are other ones, as in Jest. */
function foreign<T>(expression: string): T {
  return runInNewContext(`(${expression})`) as T;
}

suite("values of another realm are taken by what they are", () => {
  test("they have other classes here", () => {
    assert.equal(foreign<unknown>("new Date(0)") instanceof Date, false);
    assert.equal(foreign<unknown>("new Float64Array(1)") instanceof Float64Array, false);
  });

  test("dates", () => {
    const time = createField("t", "time", foreign<Date[]>("[new Date(5), null, new Date(0)]"));

    assert.deepEqual(time.values, [5_000_000n, null, 0n]);
    assert.throws(() => createField("t", "time", foreign<Date[]>("[new Date(NaN)]")), {
      code: "invalid_value",
      message: /row 0: expected a Date, .*, got an invalid Date$/,
    });
    assert.throws(() => createField("t", "time", foreign<Date[]>("[new Date('3000-01-01')]")), {
      code: "time_out_of_range",
      message: /got 3000-01-01T00:00:00\.000Z$/,
    });
  });

  const arrays: readonly (readonly [FieldKind, string])[] = [
    ["int8", "Int8Array"],
    ["int16", "Int16Array"],
    ["int32", "Int32Array"],
    ["uint8", "Uint8Array"],
    ["uint16", "Uint16Array"],
    ["enum", "Uint16Array"],
    ["uint32", "Uint32Array"],
    ["float32", "Float32Array"],
    ["float64", "Float64Array"],
  ];
  for (const [kind, name] of arrays) {
    test(`a ${name} for ${kind}`, async () => {
      const frame = createFrame({
        fields: [createField("a", kind, foreign(`${name}.of(1, 2, 3).subarray(1)`)) as AnyField],
      });

      const again = await decodeFrame(await encodeFrame(frame));

      assert.deepEqual(again.fields[0]?.values, [2, 3]);
    });
  }

  test("64-bit arrays", () => {
    assert.deepEqual(createField("a", "int64", foreign("BigInt64Array.of(1n, -2n)")).values, [1n, -2n]);
    assert.deepEqual(createField("a", "time", foreign("BigInt64Array.of(1n)")).values, [1n]);
    assert.deepEqual(createField("a", "uint64", foreign("BigUint64Array.of(2n)")).values, [2n]);
  });

  test("columns", async () => {
    const column = foreign<Column<"string">>(
      "{ length: 2, data: Uint8Array.of(97, 98), offsets: Int32Array.of(0, 1, 2), validity: Uint8Array.of(1) }",
    );
    const frame = createFrame({ fields: [createField("a", "string", column)] });

    const again = await decodeFrame(await encodeFrame(frame));

    assert.deepEqual(again.fields[0]?.values, ["a", null]);
  });

  test("rows, options and metadata", async () => {
    const frame = frameFromRows(
      foreign<{ at: Date }[]>("[{ at: new Date(1) }]"),
      foreign<{ at: "time" }>("{ at: 'time' }"),
      foreign<object>("{ name: 'n', meta: { custom: { b: [1], a: new Date(0) } } }"),
    );

    const { meta } = await decodeFrame(await encodeFrame(frame));

    assert.deepEqual(meta?.custom, { a: "1970-01-01T00:00:00.000Z", b: [1] });
  });

  test("bytes", async () => {
    const frame = createFrame({ name: "n", fields: [createField("a", "int8", [1])] });
    const arrow = await encodeFrame(frame);
    const json = formatFrameJson(frame);
    const copy = (bytes: Uint8Array): Uint8Array => foreign<typeof Uint8Array>("Uint8Array").from(bytes);

    assert.equal((await decodeFrame(copy(arrow))).name, "n");
    assert.equal((await decodeFrame(copy(arrow).buffer as ArrayBuffer)).name, "n");
    assert.equal(parseFrameJson(copy(new TextEncoder().encode(json))).name, "n");
  });
});
