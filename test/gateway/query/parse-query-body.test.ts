import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseKeepingDigits } from "../../../src/gateway/http/parse-keeping-digits.ts";
import { parseQueryBody } from "../../../src/gateway/query/parse-query-body.ts";

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
});
