import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  type FieldKind,
  FrameError,
  formatFrameJson,
  type ValueInput,
} from "grafana-plugin-protocol/frames";
import { nested } from "./bad-bytes/frame-json.ts";

const kinds: readonly FieldKind[] = ["bool", "enum", "float32", "float64", "int8", "int64", "string", "time"];

suite("a value that does not fit its field is refused", () => {
  test("however deep it is nested", () => {
    const deep: unknown = JSON.parse(nested("[", "]", 100_000));
    for (const kind of kinds) refuses(kind, deep, /row 0: expected .*, got a list of 1$/);
    refuses("json", deep, /row 0: expected a value that JSON can hold/);
  });

  test("also one that has no text", () => {
    const bare: unknown = Object.create(null);
    for (const kind of kinds) refuses(kind, bare, /row 0: expected .*, got object$/);
  });

  test("by its row, with what was expected and seen", () => {
    refuses("float64", "1", /field "f", row 0: expected a number, got "1"/);
    refuses("uint8", 256, /expected a whole number from 0 to 255, got number 256/);
    refuses("uint8", 0.5, /expected a whole number from 0 to 255, got number 0.5/);
    refuses("uint8", true, /expected a number, got boolean true/);
    refuses("uint64", -1n, /expected a bigint or safe integer that fits into its 64 bits, got bigint -1/);
    refuses("int64", 2 ** 53, /got number 9007199254740992/);
    refuses("time", new Date(Number.NaN), /expected a Date, milliseconds or a bigint of nanoseconds/);
    refuses("json", () => 1, /expected a value that JSON can hold, got function/);
  });

  test("also a null where the field has none", () => {
    const make = () => createField("f", "int8", [1, null], { nullable: false });

    assert.throws(make, /row 1: expected a value in a field that is not nullable, got null/);
  });
});

function refuses(kind: FieldKind, value: unknown, message: RegExp): void {
  const make = () => createField("f", kind, [value as ValueInput<FieldKind>]);
  assert.throws(make, (error) => {
    assert.ok(error instanceof FrameError, String(error));
    assert.equal(error.code, "invalid_value");
    assert.match(error.message, message);
    return true;
  });
}

suite("texts", () => {
  test("keep halves of surrogate pairs as values and in JSON, and lose them in bytes", async () => {
    const texts = ["a", null, "\ud800", "\udc00"];
    const frame = createFrame({ fields: [createField("f", "string", texts)] });

    assert.deepEqual(frame.fields[0]?.values, texts);
    assert.match(formatFrameJson(frame, "data"), /\["a",null,"\\ud800","\\udc00"\]/);
    const decoded = await decodeFrame(await encodeFrame(frame));
    assert.deepEqual(decoded.fields[0]?.values, ["a", null, "\ufffd", "\ufffd"]);
  });

  test("stay what they were when their list changes", () => {
    for (const text of ["a", "ä"]) {
      const texts = [text];
      const field = createField("f", "string", texts);

      texts[0] = "other";

      assert.deepEqual(field.values, [text]);
      assert.equal(field.get(0), text);
    }
  });
});

test("a copy of a field with another name is a field", () => {
  const times = createField("t", "time", [1, null, 3]);
  const texts = createField("s", "string", ["a", "\ud800", null]);

  const copies = [
    { ...times, name: "x" },
    { ...texts, name: "y" },
  ] as const;

  assert.deepEqual(copies[0].epochMs(), Float64Array.of(1, Number.NaN, 3));
  assert.deepEqual([copies[0].get(0), copies[0].get(1)], [1_000_000n, null]);
  assert.deepEqual([copies[1].get(1), copies[1].values], ["\ud800", ["a", "\ud800", null]]);
  assert.throws(() => copies[1].get(3), /field "y" has rows 0 to 2, asked for 3/);
});
