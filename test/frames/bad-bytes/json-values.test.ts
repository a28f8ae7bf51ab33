import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseFrameJson } from "grafana-plugin-protocol/frames";
import { oneField } from "./frame-json.ts";
import { refusalOf } from "./refusal.ts";

const valuesOf = (
  goType: string,
  values: string,
  beside?: { field?: string; data?: string },
): readonly unknown[] =>
  parseFrameJson(oneField(goType, values, beside)).fields[0]?.values ?? assert.fail("expected a field");

const ranges = {
  int8: [-128n, 127n],
  int16: [-32_768n, 32_767n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 255n],
  uint16: [0n, 65_535n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  enum: [0n, 65_535n],
} as const;

suite("integers", () => {
  for (const [type, [smallest, largest]] of Object.entries(ranges)) {
    test(`${type}: the ends of its range are read, and what lies beyond is refused`, async () => {
      const values = valuesOf(type, `[${smallest},${largest}]`);
      assert.deepEqual(values.map(String), [String(smallest), String(largest)]);
      for (const value of [smallest - 1n, largest + 1n, 10n ** 30n, -(10n ** 30n)]) {
        await refusalOf(oneField(type, `[0,${value}]`), "json_invalid", /data\.values\[0\].*row 1/);
      }
    });

    test(`${type}: fractions and what is no number are refused`, async () => {
      for (const value of [
        "0.5",
        "1e-3",
        "1e400",
        "-1e400",
        "true",
        "[]",
        "{}",
        '"abc"',
        '""',
        '"1.5"',
        '"0x10"',
        '" 1"',
      ])
        await refusalOf(oneField(type, `[0,${value}]`), "json_invalid", /data\.values\[0\].*row 1/);
    });

    test(`${type}: numbers of a million digits are refused`, async () => {
      const digits = "1".repeat(1_000_000);
      await refusalOf(oneField(type, `[0,${digits}]`), "json_invalid", /data\.values\[0\].*row 1/);
      await refusalOf(oneField(type, `[0,"${digits}"]`), "json_invalid", /data\.values\[0\].*row 1/);
    });
  }

  test("whole numbers may be spelled with a fraction or an exponent as long as a double holds them", () => {
    assert.deepEqual(valuesOf("int32", "[1.0,1e3,-2.50e1]"), [1, 1000, -25]);
    assert.deepEqual(valuesOf("int64", "[1.0,1e3]"), [1n, 1000n]);
  });

  test("beyond 2^53 a spelling that is not by digits is refused, for it may not be exact", async () => {
    for (const value of ["1e18", "9007199254740993.0", "1.5e300"])
      await refusalOf(oneField("int64", `[${value}]`), "json_invalid", /row 0: expected a whole number/);
  });

  test("64-bit integers may stand in quotes, as some writers put them, and others not", async () => {
    assert.deepEqual(valuesOf("int64", '["9007199254740993",-5,"-1"]'), [9_007_199_254_740_993n, -5n, -1n]);
    await refusalOf(oneField("int32", '["5"]'), "json_invalid", /row 0: expected a number/);
    await refusalOf(oneField("float64", '["5"]'), "json_invalid", /row 0: expected a number/);
  });
});

suite("floats", () => {
  test("numbers that the float cannot hold are refused", async () => {
    await refusalOf(
      oneField("float64", "[0,1e309]"),
      "json_invalid",
      /row 1: expected a number that a float64 can hold/,
    );
    await refusalOf(oneField("float64", `[${"9".repeat(400)}]`), "json_invalid", /row 0/);
    await refusalOf(
      oneField("float32", "[0,-3.5e38]"),
      "json_invalid",
      /row 1: expected a number that a float32 can hold/,
    );
  });

  test("the largest and smallest of each are read", () => {
    assert.deepEqual(valuesOf("float64", "[1.7976931348623157e308,5e-324,-0]"), [
      Number.MAX_VALUE,
      5e-324,
      -0,
    ]);
    assert.deepEqual(valuesOf("float32", "[3.4028234663852886e38,1e-300]"), [3.4028234663852886e38, 0]);
  });

  test("words for numbers are refused", async () => {
    for (const value of ['"NaN"', '"Infinity"', "true", "[1]", "{}"])
      await refusalOf(oneField("float64", `[${value}]`), "json_invalid", /row 0: expected a number/);
  });

  test("entities of rows that are not there are refused", async () => {
    for (const row of ["2", "-1", "0.5", '"0"', "null", "1e9", "9007199254740993", '"length"', "[0]"]) {
      for (const key of ["NaN", "Inf", "NegInf"]) {
        const text = oneField("float64", "[1,null]", { data: `"entities":[{"${key}":[${row}]}]` });
        await refusalOf(
          text,
          "json_invalid",
          new RegExp(`data\\.entities\\.${key}: expected rows from 0 to 1`),
        );
      }
    }
    for (const rows of ["1", '"0"', "{}", "true"]) {
      const text = oneField("float64", "[1,null]", { data: `"entities":[{"NaN":${rows}}]` });
      await refusalOf(text, "json_invalid", /data\.entities\.NaN: expected a list/);
    }
    for (const entity of ["1", '"NaN"', "[0]", "true"])
      await refusalOf(
        oneField("float64", "[1]", { data: `"entities":[${entity}]` }),
        "json_invalid",
        /data\.entities/,
      );
  });

  test("entities may repeat rows and name keys that nobody knows", () => {
    const data = '"entities":[{"NaN":[1,1],"Inf":[2],"Other":[99]}]';

    assert.deepEqual(valuesOf("float64", "[1,null,null]", { data }), [
      1,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]);
  });
});

suite("times", () => {
  test("what is no whole number of milliseconds is refused", async () => {
    for (const value of [
      "1.5",
      "1e300",
      "-1e300",
      "1e400",
      '"1"',
      '"2024-01-01T00:00:00Z"',
      "true",
      "[]",
      "{}",
    ])
      await refusalOf(
        oneField("time.Time", `[0,${value}]`),
        "json_invalid",
        /row 1: expected whole milliseconds/,
      );
  });

  test("nanoseconds out of range are refused", async () => {
    for (const nano of ["1000000", "-1000000", "0.5", '"1"', "1e9", "true", "[]", "{}"]) {
      const text = oneField("time.Time", "[0,1]", { data: `"nanos":[[0,${nano}]]` });
      await refusalOf(text, "json_invalid", /data\.nanos, row 1: expected a whole number from 0 to 999999/);
    }
    for (const nanos of ["1", '"1"', "{}", "true"])
      await refusalOf(
        oneField("time.Time", "[0]", { data: `"nanos":[${nanos}]` }),
        "json_invalid",
        /data\.nanos: expected a list/,
      );
  });

  test("nanoseconds may be fewer than rows, and null", () => {
    const data = '"nanos":[[1,null]]';

    assert.deepEqual(valuesOf("time.Time", "[0,1,2]", { data }), [1n, 1_000_000n, 2_000_000n]);
  });

  test("the first and last instant of 64 bits of nanoseconds are read", () => {
    const data = '"nanos":[[224192,775807]]';

    assert.deepEqual(valuesOf("time.Time", "[-9223372036855,9223372036854]", { data }), [
      -(2n ** 63n),
      2n ** 63n - 1n,
    ]);
  });
});

suite("texts and booleans", () => {
  test("what is no text is refused in a string field", async () => {
    for (const value of ["1", "true", "[]", "{}"])
      await refusalOf(oneField("string", `["a",${value}]`), "json_invalid", /row 1: expected a string/);
  });

  test("what is no boolean is refused in a bool field", async () => {
    for (const value of ["1", "0", '"true"', "[]", "{}"])
      await refusalOf(oneField("bool", `[true,${value}]`), "json_invalid", /row 1: expected true or false/);
  });

  test("halves of a pair of surrogates are read as they are", () => {
    assert.deepEqual(valuesOf("string", '["\\ud800","\\udc00\\ud800","\\u0000"]'), [
      "\ud800",
      "\udc00\ud800",
      "\u0000",
    ]);
  });
});

suite("json values are kept as they are spelled", () => {
  test("numbers that no double holds", () => {
    const frame = parseFrameJson(oneField("json.RawMessage", '[1e400,12345678901234567890.0,{"a":0.10}]'));
    const { data, offsets } = frame.fields[0]?.column ?? assert.fail("expected a field");

    assert.equal(new TextDecoder().decode(data), '1e40012345678901234567890.0{"a":0.10}');
    assert.deepEqual([...(offsets ?? [])], [0, 5, 27, 37]);
  });

  test("texts that look like the end of a value", () => {
    const values = [
      '"]"',
      '"\\\\"',
      '"\\""',
      '{"]}":"[{","\\\\":"\\\\\\""}',
      '[[],{},"\\u005d"]',
      " null ",
      "-0.0e-1",
    ];

    assert.deepEqual(
      valuesOf("json.RawMessage", `[ ${values.join(" , ")}\n]`),
      values.map((text) => JSON.parse(text)),
    );
  });
});

suite("nulls", () => {
  test("in a field that has none they are the zero of its kind, as Go reads them", () => {
    assert.deepEqual(valuesOf("float64", "[null,1]"), [0, 1]);
    assert.deepEqual(valuesOf("int64", "[null,1]"), [0n, 1n]);
    assert.deepEqual(valuesOf("string", '[null,"a"]'), ["", "a"]);
    assert.deepEqual(valuesOf("bool", "[null,true]"), [false, true]);
    assert.deepEqual(valuesOf("time.Time", "[null,1]"), [0n, 1_000_000n]);
    assert.deepEqual(valuesOf("enum", "[null,1]"), [0, 1]);
  });
});
