import assert, { AssertionError } from "node:assert";
import { test } from "node:test";
import { createField, createFrame, type Frame, type FrameInit } from "grafana-plugin-protocol/frames";
import { assertAlertable, assertFramesEqual, diffFrames } from "grafana-plugin-protocol/testing";

const time = createField("time", "time", [0, 1]);
const fields = [
  time,
  createField("value", "float64", [1, null], { labels: { host: "a" }, config: { unit: "s" } }),
  createField("body", "json", [{ a: 1, b: 2 }, [1]]),
];

function frame(init: Partial<FrameInit> = {}): Frame {
  return createFrame({ name: "f", fields, ...init });
}

function messageOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    assert.ok(error instanceof AssertionError);
    return error.message;
  }
  return "";
}

test("equal frames have no differences, whatever the order of members", () => {
  const other = createFrame({
    name: "f",
    meta: { custom: { b: undefined, a: 1 } },
    fields: [time, fields[1] as never, createField("body", "json", [{ b: 2, a: 1 }, [1]])],
  });

  assert.equal(diffFrames(other, frame({ meta: { custom: { a: 1 } } })), "");
  assertFramesEqual([frame()], frame());
});

test("NaN equals NaN, and -0 is not 0", () => {
  const of = (value: number): Frame => frame({ fields: [createField("v", "float64", [value])] });

  assert.equal(diffFrames(of(Number.NaN), of(Number.NaN)), "");
  assert.equal(diffFrames(of(-0), of(0)), 'frame 0, field 0 "v", row 0: expected 0, got -0');
});

test("each difference has a line that says where it is", () => {
  const other = createFrame({
    name: "g",
    refId: "A",
    meta: { executedQueryString: "x" },
    fields: [
      createField("time", "time", [0, 2_000_001n]),
      createField("value", "float64", [1.5, null], { labels: { host: "b" } }),
      createField("body", "json", [{ a: 1 }, [1]]),
      createField("more", "int8", [1, 2]),
    ],
  });

  assert.deepEqual(diffFrames(other, frame()).split("\n"), [
    'frame 0, name: expected "f", got "g"',
    'frame 0, refId: expected "", got "A"',
    'frame 0, meta: expected none, got {"executedQueryString":"x"}',
    "frame 0, number of fields: expected 3, got 4",
    'frame 0, field 0 "time", row 1: expected 1970-01-01T00:00:00.001Z, got 1970-01-01T00:00:00.002000001Z',
    'frame 0, field 1 "value" {host=a}, labels: expected {"host":"a"}, got {"host":"b"}',
    'frame 0, field 1 "value" {host=a}, config: expected {"unit":"s"}, got none',
    'frame 0, field 1 "value" {host=a}, row 0: expected 1, got 1.5',
    'frame 0, field 2 "body", row 0: expected {"a":1,"b":2}, got {"a":1}',
  ]);
});

test("a long difference is cut", () => {
  const of = (add: number): Frame =>
    frame({
      fields: [
        createField(
          "v",
          "int32",
          Int32Array.from({ length: 100 }, (_, i) => i + add),
        ),
      ],
    });

  assert.equal(diffFrames(of(0), of(1), { maxLines: 3 }).split("\n").at(-1), "… and 97 more differences");
});

test("other kinds and numbers of frames are told, not their rows", () => {
  const other = frame({ fields: [createField("v", "int32", [1])] });

  assert.equal(
    diffFrames([other, other], frame({ fields: [createField("v", "int8", [2])] })),
    'number of frames: expected 1, got 2\nframe 0, field 0 "v", kind: expected "int8", got "int32"',
  );
});

test("an assertion says what differs", () => {
  assert.match(
    messageOf(() => assertFramesEqual(frame({ name: "g" }), frame())),
    /frames differ:\nframe 0, name/,
  );
});

test("an assertion says why alert rules cannot use frames", () => {
  const series = frame({ fields: [time, createField("v", "float64", [1, 2])] });

  assertAlertable(series);
  assertAlertable([series], "series");
  assert.match(
    messageOf(() => assertAlertable(series, "numbers")),
    /use as numbers, got frames that they use as series/,
  );
  assert.match(
    messageOf(() => assertAlertable(frame())),
    /alert rules cannot use the frames: field "body" is of kind json/,
  );
});
