import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { type AnyField, createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";
import {
  DatasourceResponseSchema,
  frameToSeries,
  seriesToFrame,
  type TimeSeries,
  TimeSeriesSchema,
} from "grafana-plugin-protocol/v1";

const time = createField("time", "time", [1000, 2000, 3000]);
const value = createField("value", "float64", [1, null, 3]);

function frameOf(...fields: AnyField[]): Frame {
  return createFrame({ fields });
}

function pointsOf(series: TimeSeries | undefined): [number, number][] {
  return (series?.points ?? []).map(({ timestamp, value }) => [Number(timestamp), value]);
}

test("each value field is a series, its labels are the tags", () => {
  const cpu = createField("cpu", "int64", [1n, 2n, 3n], { labels: { host: "b", dc: "eu" } });

  const series = frameToSeries(frameOf(time, value, cpu));

  assert.deepEqual(
    series.map(({ name, tags }) => [name, tags]),
    [
      ["value", {}],
      ["cpu {dc=eu, host=b}", { host: "b", dc: "eu" }],
    ],
  );
  assert.deepEqual(pointsOf(series[1]), [
    [1000, 1],
    [2000, 2],
    [3000, 3],
  ]);
});

test("a name to display is the name of the series", () => {
  const labels = { host: "a" };
  const fromDatasource = createField("v", "int8", [1, 2, 3], {
    labels,
    config: { displayNameFromDS: "by source" },
  });
  const fromUser = createField("v", "int8", [1, 2, 3], {
    labels,
    config: { displayName: "by user", displayNameFromDS: "by source" },
  });

  const series = frameToSeries(frameOf(time, fromDatasource, fromUser));

  assert.deepEqual(
    series.map(({ name }) => name),
    ["by source", "by user"],
  );
});

test("points that are null or NaN are left out, or sent as NaN", () => {
  const nan = createField("nan", "float32", [1, Number.NaN, 3]);
  const frame = frameOf(time, value, nan);

  const dropped = frameToSeries(frame);
  const sent = frameToSeries(frame, { nulls: "nan" });

  const without = [
    [1000, 1],
    [3000, 3],
  ];
  const withNan = [
    [1000, 1],
    [2000, Number.NaN],
    [3000, 3],
  ];
  assert.deepEqual(dropped.map(pointsOf), [without, without]);
  assert.deepEqual(sent.map(pointsOf), [withNan, withNan]);
});

test("times are whole milliseconds, rounded down, before 1970 too", () => {
  const early = createField("time", "time", [-1n, 1_999_999n, 2_000_000n]);

  const [series] = frameToSeries(frameOf(early, createField("v", "uint8", [1, 2, 3])));

  assert.deepEqual(pointsOf(series), [
    [-1, 1],
    [1, 2],
    [2, 3],
  ]);
});

test("a long frame gives a series for each set of texts, with its own times only", () => {
  const host = createField("host", "string", ["a", "b", "a"]);

  const series = frameToSeries(frameOf(time, createField("v", "float64", [1, 2, 3]), host));

  assert.deepEqual(
    series.map((one) => [one.name, one.tags, pointsOf(one)]),
    [
      [
        "v {host=a}",
        { host: "a" },
        [
          [1000, 1],
          [3000, 3],
        ],
      ],
      ["v {host=b}", { host: "b" }, [[2000, 2]]],
    ],
  );
});

test("a frame without data gives no series, or series without points", () => {
  const noRows = createField("time", "time", []);

  assert.deepEqual(frameToSeries(frameOf()), []);
  assert.deepEqual(frameToSeries(frameOf(noRows)), []);
  assert.deepEqual(
    frameToSeries(frameOf(noRows, createField("v", "int8", []), createField("h", "string", []))),
    [],
  );
  assert.deepEqual(frameToSeries(frameOf(noRows, createField("v", "int8", []))).map(pointsOf), [[]]);
});

for (const [name, fields, code, message] of [
  ["a frame without a time", [value], "time_series_invalid", /no field of kind time/],
  [
    "null times",
    [createField("t", "time", [1, null]), createField("v", "int8", [1, 2])],
    "time_series_invalid",
    /"t" is null at row 1/,
  ],
  [
    "json",
    [time, createField("j", "json", [1, 2, 3])],
    "v1_unsupported",
    /"j" is of kind json.*frameToTable/,
  ],
  ["a second time", [time, createField("end", "time", [1, 2, 3])], "v1_unsupported", /"end" is of kind time/],
  [
    "an infinity",
    [time, createField("v", "float64", [1, -Infinity, 3])],
    "v1_unsupported",
    /"v", row 1: .* -Infinity as JSON/,
  ],
] as const) {
  test(`a conversion to series refuses ${name}, and says what to do`, () => {
    assert.throws(() => frameToSeries(frameOf(...fields)), { name: "FrameError", code, message });
  });
}

test("the series can be sent as they are", () => {
  const response = create(DatasourceResponseSchema, {
    results: [{ refId: "A", series: frameToSeries(frameOf(time, value)) }],
  });

  assert.deepEqual(toJson(DatasourceResponseSchema, response), {
    results: [
      {
        refId: "A",
        series: [
          {
            name: "value",
            points: [
              { timestamp: "1000", value: 1 },
              { timestamp: "3000", value: 3 },
            ],
          },
        ],
      },
    ],
  });
});

test("a series becomes a frame as in the frontend: Time, and Value with the tags and the name to display", () => {
  const series = create(TimeSeriesSchema, {
    name: "cpu",
    tags: { host: "a" },
    points: [
      { timestamp: 1000n, value: 1.5 },
      { timestamp: -1n, value: Number.NaN },
    ],
  });

  const { name, refId, fields } = seriesToFrame(series, "B");

  assert.deepEqual([name, refId], ["cpu", "B"]);
  assert.deepEqual(
    fields.map((field) => [field.name, field.kind, field.nullable, field.labels, field.config, field.values]),
    [
      ["Time", "time", false, undefined, undefined, [1_000_000_000n, -1_000_000n]],
      ["Value", "float64", true, { host: "a" }, { displayNameFromDS: "cpu" }, [1.5, null]],
    ],
  );
});

test("a timestamp beyond nanoseconds of 64 bits is refused", () => {
  const series = create(TimeSeriesSchema, { points: [{ timestamp: 2n ** 53n, value: 1 }] });

  assert.throws(() => seriesToFrame(series), { code: "time_out_of_range" });
});

test("a series with a name comes back from its frame", () => {
  const points = fc.array(
    fc.record({
      timestamp: fc.bigInt({ min: -9_223_372_036_854n, max: 9_223_372_036_854n }),
      value: fc.double({ noDefaultInfinity: true }),
    }),
  );
  const tags = fc.dictionary(fc.string(), fc.string());
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), tags, points, (name, tags, points) => {
      const series = create(TimeSeriesSchema, { name, tags, points });

      const again = frameToSeries(seriesToFrame(series), { nulls: "nan" });

      assert.deepEqual(toJson(TimeSeriesSchema, again[0] as TimeSeries), toJson(TimeSeriesSchema, series));
    }),
  );
});
