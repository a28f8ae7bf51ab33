import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decodeFrame } from "grafana-plugin-protocol/frames";
import { arrowFile } from "./arrow-file.ts";
import { assertPrototypesAreClean, refusalOf } from "./refusal.ts";

const withMeta = (meta: string): Uint8Array => arrowFile({ metadata: [["meta", meta]] });
const withField = (key: string, value: string): Uint8Array =>
  arrowFile({ fields: [{ name: "f", metadata: [[key, value]] }] });

const notObjects = ["[]", "1", '"text"', "true", "[{}]"];
const notJson = ["", " ", "{", "{]", "nul", "{'a':1}", "undefined", "\ufeff{}", '{"a":1}}', "\u0000"];

suite("metadata that is no JSON object is refused with its place", () => {
  test("meta", async () => {
    for (const text of notJson)
      await refusalOf(withMeta(text), "invalid_meta", /the frame's meta: expected JSON/);
    for (const text of notObjects)
      await refusalOf(withMeta(text), "invalid_meta", /the frame's meta: expected an object/);
  });

  test("config", async () => {
    for (const text of [...notJson, ...notObjects])
      await refusalOf(withField("config", text), "invalid_config", /the config of field "f": expected/);
  });

  test("labels", async () => {
    for (const text of [...notJson, ...notObjects])
      await refusalOf(withField("labels", text), "invalid_labels", /the labels of field "f": expected/);
  });

  test("labels that are no texts", async () => {
    for (const value of ["1", "true", "[]", "{}"]) {
      await refusalOf(
        withField("labels", `{"host":${value}}`),
        "invalid_labels",
        /the labels of field "f": expected a string at host/,
      );
    }
  });
});

suite("metadata with other types than the wire has", () => {
  test("lists of what are no objects are refused", async () => {
    for (const meta of ['{"notices":[1]}', '{"stats":["text"]}', '{"stats":[{"thresholds":{"steps":1}}]}']) {
      await refusalOf(withMeta(meta), "invalid_meta", /the frame's meta: expected/);
    }
  });

  test("thresholds and mappings that are no lists of objects are refused", async () => {
    for (const config of [
      '{"thresholds":{"steps":{}}}',
      '{"thresholds":{"steps":"steps"}}',
      '{"thresholds":{"steps":[7]}}',
      '{"mappings":5}',
      '{"mappings":"text"}',
      '{"mappings":{}}',
      '{"mappings":[null]}',
      '{"mappings":[{"type":"value"}]}',
      '{"mappings":[{"type":"value","options":{"a":1}}]}',
      '{"mappings":[{"type":1}]}',
      '{"decimals":"2"}',
      '{"unit":5}',
      '{"mappings":[{"type":"range","options":null}]}',
    ]) {
      await refusalOf(withField("config", config), "invalid_config", /the config of field "f": expected/);
    }
  });
});

test("what only the encoder refuses is read", async () => {
  for (const config of ['{"decimals":-1}', '{"mappings":[{"type":"regex","options":{}}]}']) {
    const frame = await decodeFrame(withField("config", config));
    assert.deepEqual(frame.fields[0]?.config, JSON.parse(config));
  }
});

test("null is the zero of its type, as in the Go SDK", async () => {
  const { fields } = await decodeFrame(
    arrowFile({
      fields: [
        {
          name: "f",
          metadata: [
            ["labels", '{"host":null}'],
            [
              "config",
              '{"unit":null,"decimals":null,"mappings":null,"thresholds":{"steps":[null]},"links":[null]}',
            ],
          ],
        },
      ],
    }),
  );
  const { meta } = await decodeFrame(withMeta('{"notices":[{"text":null}],"stats":[null],"custom":null}'));

  assert.deepEqual(fields[0]?.labels, { host: "" });
  assert.deepEqual(fields[0]?.config, {
    thresholds: { mode: "", steps: [{ value: Number.NEGATIVE_INFINITY }] },
    links: [{}],
  });
  assert.deepEqual(meta, { notices: [{ severity: "info", text: "" }], stats: [{ value: 0 }] });
});

suite("keys that are members of every object stay keys", () => {
  const hostile =
    '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"toString":"x"}';

  test("in meta", async () => {
    const { meta } = await decodeFrame(withMeta(hostile));

    assertPrototypesAreClean();
    assert.deepEqual(Object.keys(meta ?? {}).sort(), ["__proto__", "constructor", "toString"]);
    assert.equal((meta as { polluted?: string }).polluted, undefined);
  });

  test("in config and what it holds", async () => {
    for (const config of [
      hostile,
      `{"custom":${hostile}}`,
      `{"thresholds":${hostile}}`,
      `{"thresholds":{"steps":[${hostile}]}}`,
      `{"mappings":[{"type":"value","options":{"a":${hostile}}}]}`,
    ]) {
      const frame = await decodeFrame(withField("config", config));
      assertPrototypesAreClean();
      assert.equal((frame.fields[0]?.config as { polluted?: string } | undefined)?.polluted, undefined);
    }
  });

  test("in labels", async () => {
    const frame = await decodeFrame(
      withField("labels", '{"__proto__":"a","constructor":"b","hasOwnProperty":"c"}'),
    );

    assertPrototypesAreClean();
    assert.deepEqual(Object.entries(frame.fields[0]?.labels ?? {}), [
      ["__proto__", "a"],
      ["constructor", "b"],
      ["hasOwnProperty", "c"],
    ]);
  });

  test("as keys of the file's own metadata", async () => {
    const bytes = arrowFile({
      metadata: [
        ["__proto__", "x"],
        ["constructor", "x"],
        ["name", "plain"],
      ],
      fields: [
        {
          name: "__proto__",
          metadata: [
            ["__proto__", "x"],
            ["tstype", "__proto__"],
          ],
        },
      ],
    });

    const frame = await decodeFrame(bytes);

    assertPrototypesAreClean();
    assert.equal(frame.name, "plain");
    assert.equal(frame.fields[0]?.name, "__proto__");
  });
});

test("metadata that is nested deeper than a stack is refused", async () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

  await refusalOf(withMeta(`{"custom":${deep}}`), "invalid_meta", /the frame's meta: expected/);
  await refusalOf(
    withField("config", `{"custom":${deep}}`),
    "invalid_config",
    /the config of field "f": expected/,
  );
  await refusalOf(withMeta(deep), "invalid_meta", /the frame's meta/);
  await refusalOf(
    withField("labels", `{"a":${deep}}`),
    "invalid_labels",
    /the labels of field "f": expected a string at a/,
  );
});

test("metadata that is JSON's null counts as absent", async () => {
  const frame = await decodeFrame(
    arrowFile({
      metadata: [["meta", "null"]],
      fields: [
        {
          name: "f",
          metadata: [
            ["labels", "null"],
            ["config", "null"],
          ],
        },
      ],
    }),
  );

  assert.equal(frame.meta, undefined);
  assert.equal(frame.fields[0]?.labels, undefined);
  assert.equal(frame.fields[0]?.config, undefined);
});

test("of a key that repeats the first counts, as in Go", async () => {
  const bytes = arrowFile({
    metadata: [
      ["name", "first"],
      ["name", "second"],
    ],
    fields: [
      {
        metadata: [
          ["labels", '{"a":"1"}'],
          ["labels", "broken"],
        ],
      },
    ],
  });

  const frame = await decodeFrame(bytes);

  assert.equal(frame.name, "first");
  assert.deepEqual(frame.fields[0]?.labels, { a: "1" });
});
