import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseQueryBody } from "../../../src/gateway/query/parse-query-body.ts";

const parse = (text: string, hasOwnRanges = false) =>
  parseQueryBody(new TextEncoder().encode(text), { maxQueries: 9, hasOwnRanges }).queries;

suite("a query reaches the plugin as it was sent", () => {
  for (const json of [
    '{"a":9007199254740993,"b":[1.50,1e3,-0,0.1],"c":"9007199254740993"}',
    '{ "a" : 12345678901234567890123, "deep":{"x":{"y":1E5}}\n}',
    '{"a":"]}\\"","b":null,"c":"ä\\u2028","d":[],"e":{}}',
    '{"__proto__":{"a":1},"constructor":2,"queries":[1]}',
    "{}",
  ]) {
    test(json, () => {
      const [first, second, ...more] = parse(`{"from":"1", "queries" : [ ${json} ,${json}],"to":"2"}`);

      assert.deepEqual([first?.json, second?.json, more.length], [json, json, 0]);
      assert.equal(first?.refId, "A");
    });
  }

  test("of two lists the last one counts, whatever its name is spelled like", () => {
    const [query, ...more] = parse(
      '{"queries":[{"a":1}],"x":[{"queries":[{"b":1}]}],"\\u0071ueries":[{"c":1}]}',
    );

    assert.deepEqual([query?.json, more.length], ['{"c":1}', 0]);
  });

  test("without the range of its own, numbers digit by digit", () => {
    const timeRange = '"timeRange":{"from":"1","to":"2"}';
    const body = `{"queries":[{${timeRange},"n":9007199254740993},{"timeRange":5}]}`;

    const [ranged, other] = parse(body, true);
    const [kept] = parse(body, false);

    assert.deepEqual([ranged?.json, ranged?.range], ['{"n":9007199254740993}', { from: "1", to: "2" }]);
    assert.deepEqual([other?.json, other?.range], ['{"timeRange":5}', undefined]);
    assert.equal(kept?.json, `{${timeRange},"n":9007199254740993}`);
  });
});

test("times that are numbers lose their fraction", () => {
  const body = '{"from":1700000000000.25,"to":1700000003600000e-3,"queries":[]}';

  const { range } = parseQueryBody(new TextEncoder().encode(body), { maxQueries: 9 });

  assert.deepEqual(range, { from: "1700000000000", to: "1700000003600" });
});
