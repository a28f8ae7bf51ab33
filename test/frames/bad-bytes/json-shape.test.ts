import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  createField,
  createFrame,
  decodeFrame,
  type Frame,
  parseFrameJson,
} from "grafana-plugin-protocol/frames";
import { oneField } from "./frame-json.ts";
import { assertPrototypesAreClean, outcomeOf, refusalOf } from "./refusal.ts";

const field = '{"name":"f","type":"number","typeInfo":{"frame":"float64"}}';

suite("parts of the wrong type are refused with their place", () => {
  const wrong = ["1", '"text"', "true", "[]"];

  test("the schema, its fields and what they hold", async () => {
    for (const value of wrong) {
      await refusalOf(`{"schema":${value}}`, "json_invalid", /^schema: expected an object/);
      await refusalOf(
        `{"schema":{"fields":[${value}]}}`,
        "json_invalid",
        /schema\.fields\[0\]: expected an object/,
      );
      for (const key of ["typeInfo", "labels", "config"]) {
        const bent = `{"schema":{"fields":[{"type":"number","${key}":${value}}]}}`;
        await refusalOf(
          bent,
          "json_invalid",
          new RegExp(`schema\\.fields\\[0\\]\\.${key}: expected an object`),
        );
      }
      await refusalOf(
        `{"schema":{"meta":${value},"fields":[]}}`,
        "json_invalid",
        /schema\.meta: expected an object/,
      );
    }
    for (const value of ["1", "true", "[]", "{}"]) {
      await refusalOf(`{"schema":{"name":${value}}}`, "json_invalid", /schema\.name: expected a string/);
      await refusalOf(`{"schema":{"refId":${value}}}`, "json_invalid", /schema\.refId: expected a string/);
      await refusalOf(
        `{"schema":{"fields":[{"type":"time","name":${value}}]}}`,
        "json_invalid",
        /fields\[0\]\.name/,
      );
    }
    for (const value of ["1", '"text"', "true", "{}"])
      await refusalOf(`{"schema":{"fields":${value}}}`, "json_invalid", /schema\.fields: expected a list/);
  });

  test("the type of a field", async () => {
    for (const info of [
      '"frame":"Float64"',
      '"frame":"*"',
      '"frame":"[]float64"',
      '"frame":"__proto__"',
      '"frame":"constructor"',
    ])
      await refusalOf(
        `{"schema":{"fields":[{"typeInfo":{${info}}}]}}`,
        "json_invalid",
        /schema\.fields\[0\]\.typeInfo\.frame: expected the type of a field/,
      );
    for (const type of ['"int"', '"__proto__"', '"toString"', "1", "null", "{}"])
      await refusalOf(`{"schema":{"fields":[{"type":${type}}]}}`, "json_invalid", /schema\.fields\[0\]/);
    await refusalOf('{"schema":{"fields":[{}]}}', "json_invalid", /schema\.fields\[0\].*got nothing/);
  });

  test("the data and its columns", async () => {
    const schema = `"schema":{"fields":[${field}]}`;
    for (const value of wrong)
      await refusalOf(`{${schema},"data":${value}}`, "json_invalid", /^data: expected an object/);
    for (const value of ["1", '"text"', "true", "{}"]) {
      await refusalOf(
        `{${schema},"data":{"values":${value}}}`,
        "json_invalid",
        /data\.values: expected a list/,
      );
      await refusalOf(
        `{${schema},"data":{"values":[${value}]}}`,
        "json_invalid",
        /data\.values\[0\]: expected a list/,
      );
      for (const key of ["entities", "nanos"])
        await refusalOf(
          `{${schema},"data":{"values":[[1]],"${key}":${value}}}`,
          "json_invalid",
          new RegExp(`data\\.${key}`),
        );
    }
    await refusalOf(
      `{${schema},"data":{"values":[null]}}`,
      "json_invalid",
      /data\.values\[0\]: expected a list/,
    );
  });

  test("labels that are no texts", async () => {
    for (const value of ["1", "true", "[]", "{}"])
      await refusalOf(
        oneField("float64", "[1]", { field: `"labels":{"host":${value}}` }),
        "json_invalid",
        /schema\.fields\[0\]\.labels: expected a string at host/,
      );
  });

  test("lists in metadata that hold no objects", async () => {
    for (const meta of ['{"notices":[1]}', '{"stats":["text"]}', '{"notices":{}}'])
      await refusalOf(`{"schema":{"meta":${meta},"fields":[]}}`, "json_invalid", /schema\.meta: expected/);
    for (const config of ['{"thresholds":{"steps":7}}', '{"thresholds":{"steps":[7]}}'])
      await refusalOf(
        oneField("bool", "[]", { field: `"config":${config}` }),
        "json_invalid",
        /fields\[0\]\.config/,
      );
  });
});

suite("missing parts", () => {
  test("without a schema, given or sent, data is refused", async () => {
    const reason = /^schema: expected an object, or a schema from an earlier message/;
    await refusalOf('{"data":{"values":[]}}', "json_invalid", reason);
    await refusalOf('{"schema":null,"data":{}}', "json_invalid", reason);
  });

  test("without schema and data it is a frame without fields, as in the Go SDK", () => {
    for (const text of ["null", "{}", '{"schema":null}', '{"schema":null,"data":null}']) {
      assert.deepEqual(parseFrameJson(text).fields, [], text);
    }
  });

  test("without data, or values in it, a frame has no rows, whatever kinds its fields are of", () => {
    const types = ["float64", "int64", "string", "bool", "time.Time", "json.RawMessage", "enum"];
    const schema = `"schema":{"fields":[${types.map((type) => `{"typeInfo":{"frame":"${type}"}}`)}]}`;
    for (const data of [
      "",
      ',"data":{}',
      ',"data":{"values":null}',
      ',"data":{"values":[]}',
      ',"data":null',
      ',"data":{"values":[[],[],[],[],[],[],[]]}',
    ]) {
      const frame = parseFrameJson(`{${schema}${data}}`);
      assert.equal(frame.length, 0);
      assert.deepEqual(
        frame.fields.map(({ values }) => values),
        types.map(() => []),
      );
    }
  });

  test("a schema without fields is a frame without fields", async () => {
    for (const schema of ["{}", '{"fields":null}', '{"fields":[]}']) {
      const frame = await decodeFrame(new TextEncoder().encode(`{"schema":${schema}}`), { format: "json" });
      assert.equal(frame.fields.length, 0);
    }
  });

  test("data without a schema belongs to the frame that is given", async () => {
    const given = createFrame({
      fields: [createField("a", "int64", [1n]), createField("b", "json", [])].slice(0, 1),
    });

    assert.deepEqual(parseFrameJson('{"data":{"values":[[7]]}}', given).fields[0]?.values, [7n]);
    assert.throws(
      () => parseFrameJson('{"data":{"values":[[7],[8]]}}', given),
      /data\.values: expected a column for each/,
    );
  });
});

suite("columns that do not fit", () => {
  test("more or fewer columns than fields are refused", async () => {
    for (const values of ["[[1],[2],[3]]", "[[1]]"]) {
      const text = `{"schema":{"fields":[${field},${field}]},"data":{"values":${values}}}`;
      await refusalOf(
        text,
        "json_invalid",
        /data\.values: expected a column for each of the 2 fields, got a list of \d/,
      );
    }
  });

  test("columns of unequal lengths are refused", async () => {
    const text = `{"schema":{"fields":[${field},${field}]},"data":{"values":[[1,2],[3]]}}`;

    await refusalOf(text, "unequal_lengths", /field 1 "f"/);
  });

  test("entities and nanoseconds of more columns or rows than there are change nothing", async () => {
    const beside = '"entities":[null,{"NaN":[0]},null],"nanos":[null,[1],[2]]';
    const frame = await outcomeOf(oneField("float64", "[1]", { data: beside }));

    assert.deepEqual((frame as Frame).fields[0]?.values, [1]);
  });
});

suite("keys", () => {
  const parts = {
    schema: `"schema":{"meta":{"custom":1},"fields":[{"config":{},"typeInfo":{"nullable":true,"frame":"float64"},"name":"f"}],"name":"n"}`,
    data: `"data":{"nanos":[null],"entities":[{"Inf":[1]}],"values":[[1,null]]}`,
  };

  test("may come in any order", () => {
    for (const text of [`{${parts.schema},${parts.data}}`, `{${parts.data},${parts.schema}}`]) {
      const frame = parseFrameJson(text);
      assert.equal(frame.name, "n");
      assert.deepEqual(frame.fields[0]?.values, [1, Number.POSITIVE_INFINITY]);
    }
  });

  test("that nobody knows are left out", () => {
    const frame = parseFrameJson(`{"a":1,${parts.schema},"b":[],${parts.data},"data ":{}}`);

    assert.equal(frame.length, 2);
  });

  test("that repeat count the last time, also where values are read from the text", () => {
    const first = '"data":{"values":[[1,2,3]]}';
    const schema = '"schema":{"fields":[{"typeInfo":{"frame":"int64"}}]}';
    for (const [text, expected] of [
      [`{${first},${schema},"data":{"values":[[9007199254740993]]}}`, [9_007_199_254_740_993n]],
      [
        `{${schema},${first},"d\\u0061ta":{"values":[[1]],"values":[[9007199254740995]]}}`,
        [9_007_199_254_740_995n],
      ],
      [`{${schema},${first},"data":{}}`, []],
      [`{${schema},${first},"data":{"values":[[9007199254740993]],"values":null}}`, []],
    ] as const) {
      assert.deepEqual(parseFrameJson(text).fields[0]?.values, expected);
    }
    const json = '"schema":{"fields":[{"typeInfo":{"frame":"json.RawMessage"}}]}';
    assert.deepEqual(parseFrameJson(`{${json},${first},"data":{}}`).fields[0]?.values, []);
    assert.deepEqual(parseFrameJson(`{${json},${first},"data":{"values":[[{}]]}}`).fields[0]?.values, [{}]);
  });

  test("that are members of every object stay keys, in every place", async () => {
    const hostile =
      '"__proto__":{"polluted":1,"schema":{},"length":9},"constructor":{"prototype":{"polluted":1}}';
    const object = `{${hostile}}`;
    for (const text of [
      `{${hostile},${parts.schema},${parts.data}}`,
      `{"__proto__":{${parts.schema},${parts.data}}}`,
      `{"schema":{${hostile},"fields":[]}}`,
      `{"schema":{"__proto__":{"fields":[${field}]}}}`,
      `{"schema":{"meta":${object},"fields":[]}}`,
      `{"schema":{"meta":{"custom":${object},"notices":[${object}],"stats":[${object}]},"fields":[]}}`,
      `{"schema":{"fields":[{"type":"number",${hostile}}]}}`,
      `{"schema":{"fields":[{"__proto__":{"type":"number"}}]}}`,
      `{"schema":{"fields":[{"type":"number","typeInfo":${object}}]}}`,
      oneField("float64", "[1]", { field: `"labels":{"__proto__":"x","constructor":"y"}` }),
      oneField("float64", "[1]", { field: `"labels":{"__proto__":{}}` }),
      oneField("float64", "[1]", { field: `"config":${object}` }),
      oneField("float64", "[1]", { field: `"config":{"thresholds":{"steps":[${object}],${hostile}}}` }),
      oneField("float64", "[1]", { data: `"__proto__":{"entities":[{"NaN":[0]}]},"entities":[${object}]` }),
      oneField("json.RawMessage", `[${object},{"a":${object}}]`),
    ]) {
      const outcome = await outcomeOf(text);
      assertPrototypesAreClean();
      for (const { values } of "fields" in outcome ? outcome.fields : []) assert.ok(Array.isArray(values));
    }
  });

  test("of labels may be those members", () => {
    const frame = parseFrameJson(
      oneField("float64", "[1]", { field: '"labels":{"__proto__":"a","constructor":"b"}' }),
    );

    assert.deepEqual(Object.entries(frame.fields[0]?.labels ?? {}), [
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
  });
});
