import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  createField,
  createFrame,
  decodeFrame,
  FrameError,
  formatFrameJson,
  parseFrameJson,
} from "grafana-plugin-protocol/frames";
import { nested, oneField } from "./frame-json.ts";
import { outcomeIn, refusalOf } from "./refusal.ts";

const small = formatFrameJson(
  createFrame({
    name: "small",
    meta: { custom: { a: [1, "ä"] } },
    fields: [
      createField("text", "string", ["a", null, "ü\u2028"], { labels: { host: "x" } }),
      createField("time", "time", [1n, null, 1_000_001n]),
      createField("big", "int64", [2n ** 62n, 1n, -1n]),
      createField("float", "float64", [Number.NaN, 1.5, Number.NEGATIVE_INFINITY]),
      createField("json", "json", [{ a: "}" }, '"\\', [1]]),
    ],
  }),
);

suite("text that is no frame JSON", () => {
  test("is refused when it is no JSON at all", async () => {
    for (const text of [
      "",
      " ",
      "{",
      "}",
      "frame",
      "ARROW1",
      "<html>",
      "{'a':1}",
      '{"schema":}',
      "\u0000",
      "NaN",
    ]) {
      await refusalOf(text, "json_invalid", /the frame: expected JSON/);
    }
  });

  test("is refused when it is cut off, at every byte", async () => {
    const bytes = new TextEncoder().encode(small);
    for (let length = 0; length < bytes.length; length++) {
      const outcome = await outcomeIn(bytes.subarray(0, length), "json");
      assert.ok(outcome instanceof FrameError, `expected a refusal of ${length} bytes`);
    }
  });

  test("is refused when something follows it", async () => {
    for (const tail of ["}", "x", small, ",", "\u0000"]) await refusalOf(small + tail, "json_invalid");
  });

  test("is refused with a byte order mark, as Go refuses it", async () => {
    await refusalOf(`\ufeff${small}`, "json_invalid", /the frame: expected JSON/);
  });

  test("is refused in UTF-16", async () => {
    const outcome = await outcomeIn(new Uint8Array(Buffer.from(small, "utf16le")), "json");

    assert.ok(outcome instanceof FrameError);
  });

  test("is refused when it is other JSON than an object", async () => {
    for (const text of ["true", "1", '"text"', "[]", "[{}]"])
      await refusalOf(text, "json_invalid", /the frame: expected an object/);
  });
});

test("bytes that are no UTF-8 read as U+FFFD", async () => {
  const bytes = new TextEncoder().encode(oneField("string", '["a?b","?"]'));
  const place = bytes.indexOf(0x3f);
  bytes[place] = 0xff;
  bytes[bytes.lastIndexOf(0x3f)] = 0xc3;

  const frame = await decodeFrame(bytes, { format: "json" });

  assert.deepEqual(frame.fields[0]?.values, ["a\ufffdb", "\ufffd"]);
});

test("every byte of a text with a value that misleads ends in a frame or a FrameError", async () => {
  const bytes = new TextEncoder().encode(small);
  for (let place = 0; place < bytes.length; place++) {
    for (const value of [
      0, 0x20, 0x22, 0x2c, 0x2d, 0x30, 0x39, 0x5b, 0x5c, 0x5d, 0x65, 0x7b, 0x7d, 0x80, 0xff,
    ]) {
      const bent = bytes.slice();
      bent[place] = value;
      await outcomeIn(bent, "json");
    }
  }
});

suite("nesting that no stack is deep enough for", () => {
  const depth = 100_000;
  const lists = nested("[", "]", depth);
  const objects = nested('{"a":', "}", depth, "1");

  test("is refused when it does not end", async () => {
    for (const open of ["[", '{"a":', '{"schema":{"fields":[', '{"data":{"values":['])
      await refusalOf(open.repeat(depth), "json_invalid", /the frame: expected JSON/);
  });

  test("is refused where something else is expected", async () => {
    for (const deep of [lists, objects]) {
      await refusalOf(`{"schema":{"name":${deep}}}`, "json_invalid", /schema\.name: expected a string/);
      await refusalOf(`{"schema":{"fields":[${deep}]}}`, "json_invalid", /schema\.fields\[0\]/);
      await refusalOf(oneField("float64", `[1,${deep}]`), "json_invalid", /data\.values\[0\]/);
      await refusalOf(oneField("string", `[${deep}]`), "json_invalid", /data\.values\[0\]/);
      await refusalOf(oneField("int64", `[${deep}]`), "json_invalid", /data\.values\[0\]/);
      await refusalOf(oneField("time.Time", `[${deep}]`), "json_invalid", /data\.values\[0\]/);
      await refusalOf(
        oneField("bool", "[true]", { field: `"labels":{"a":${deep}}` }),
        "json_invalid",
        /labels: expected a string at a/,
      );
    }
  });

  test("is kept in a json value, as it is spelled", async () => {
    for (const deep of [lists, objects]) {
      const frame = parseFrameJson(oneField("json.RawMessage", `[1, ${deep} ]`));
      const { data, offsets } = frame.fields[0]?.column ?? assert.fail("expected a field");
      assert.equal(new TextDecoder().decode(data.subarray(offsets?.[1], offsets?.[2])), deep);
    }
  });

  test("is refused in metadata, and left out where nobody reads it", async () => {
    for (const deep of [lists, objects]) {
      const meta = `{"schema":{"meta":{"custom":${deep}},"fields":[]}}`;
      await refusalOf(meta, "json_invalid", /schema\.meta: expected/);
      const config = oneField("bool", "[true]", { field: `"config":{"custom":${deep}}` });
      await refusalOf(config, "json_invalid", /schema\.fields\[0\]\.config: expected/);
      assert.equal(parseFrameJson(`{"other":${deep},"schema":{"fields":[]}}`).length, 0);
    }
  });
});

test("many columns of json values take no more than one look at the text each", async () => {
  const count = 300;
  const fields = Array.from({ length: count }, () => '{"typeInfo":{"frame":"json.RawMessage"}}');
  const columns = Array.from({ length: count }, (_, i) => `[{"a":${i}}]`);

  const frame = parseFrameJson(`{"schema":{"fields":[${fields}]},"data":{"values":[${columns}]}}`);

  assert.deepEqual(frame.fields[count - 1]?.get(0), { a: count - 1 });
});
