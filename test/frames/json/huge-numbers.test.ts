import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { hasHugeNumber } from "../../../src/frames/json/has-huge-number.ts";

suite("a json value with a number that no double holds", () => {
  for (const json of ["1e309", "[-1E+999]", `{"a":[1,${"9".repeat(310)}]}`, '{"a":1e400,"a":1}']) {
    test(`is found: ${json.slice(0, 30)}`, () => assert.equal(hasHugeNumber(json), true));
  }
  for (const json of ['"1e309"', '{"1e309":"\\"1e999"}', "1e308", "1e-999", `${"0.".padEnd(400, "1")}`]) {
    test(`is not what ${json.slice(0, 30)} is`, () => assert.equal(hasHugeNumber(json), false));
  }

  test("is looked for in time that grows with the text", () => {
    const cost = (times: number): number => {
      // Runs of digits just too short for a huge number, in a list that is nested as deep as it is long.
      const run = `${"9".repeat(308)},`.repeat(times);
      const text = `${"[".repeat(times)}${run}1${"]".repeat(times)}`;
      const start = process.cpuUsage();
      assert.equal(hasHugeNumber(text), false);
      const { user, system } = process.cpuUsage(start);
      return user + system;
    };
    cost(1000);
    const small = cost(1000);

    const large = cost(10_000);

    // Ten times the text: a quadratic search would take a hundred times as long.
    assert.ok(large < small * 50 + 50_000, `${small} µs, then ${large} µs`);
  });
});
