import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseKeepingDigits } from "../../src/gateway/http/parse-keeping-digits.ts";
import { parseQueryBody } from "../../src/gateway/query/parse-query-body.ts";
import { resolveRange } from "../../src/gateway/query/resolve-range.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

suite("a query reaches the plugin as it was sent", () => {
  for (const json of [
    '{"a":9007199254740993,"b":[1.50,1e3,-0,0.1],"c":"9007199254740993"}',
    '{"a":12345678901234567890123,"deep":{"x":{"y":1E5}}}',
    '{"a":1,"b":null,"c":"ä\\u2028","d":[],"e":{}}',
    '{"__proto__":{"a":1},"constructor":2}',
  ]) {
    test(json, () => {
      const [query] = parseQueryBody(bytes(`{"from":"1","to":"2","queries":[${json}]}`), {
        maxQueries: 1,
      }).queries;

      assert.equal(query?.json, JSON.stringify(parseKeepingDigits(json)));
      if (/\d{16}/.test(json)) assert.equal(query?.json, json);
      assert.equal(query?.refId, "A");
    });
  }

  test("numbers that stay the same are numbers", () => {
    assert.deepEqual(parseKeepingDigits('{"a":9007199254740993,"b":5}'), {
      a: (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON("9007199254740993"),
      b: 5,
    });
  });
});

suite("the ends of a range", () => {
  const now = Date.UTC(2026, 2, 31, 12);
  const cases: readonly (readonly [string, number | undefined])[] = [
    ["1325376000000", 1325376000000],
    ["-5", -5],
    ["now", now],
    ["now-6h", now - 6 * 3_600_000],
    ["now+1d", now + 86_400_000],
    ["now-90s", now - 90_000],
    ["now-250ms", now - 250],
    ["now-2w", now - 14 * 86_400_000],
    ["now-1y", Date.UTC(2025, 2, 31, 12)],
    ["", undefined],
    ["now-", undefined],
    ["now-1", undefined],
    ["now-1x", undefined],
    ["tomorrow", undefined],
    ["1e5", undefined],
    ["99999999999999999999", undefined],
  ];

  for (const [text, expected] of cases) {
    test(`"${text}" is ${expected ?? "not one"}`, () => {
      assert.deepEqual(
        resolveRange(text, "now", now),
        expected === undefined ? undefined : { fromMs: expected, toMs: now },
      );
    });
  }
});
