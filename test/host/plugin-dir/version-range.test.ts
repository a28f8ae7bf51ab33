import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseVersionRange } from "../../../src/host/plugin-dir/version-range.ts";

suite("a range of versions", () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [">=9.2.0", ["9.2.0", "9.2.1", "10.0.0"], ["9.1.9", "8.9.9"]],
    [">= 9.2.0", ["9.2.0"], ["9.1.0"]],
    ["^10.4.0", ["10.4.0", "10.9.9"], ["10.3.9", "11.0.0"]],
    ["^10.4.0 || ^11", ["10.4.2", "11.0.0", "11.9.1"], ["12.0.0", "10.3.0"]],
    ["~10.4.1", ["10.4.1", "10.4.9"], ["10.5.0", "10.4.0"]],
    ["7.x", ["7.0.0", "7.5.49"], ["8.0.0", "6.9.9"]],
    ["7.x.x", ["7.5.1"], ["8.0.0"]],
    ["*", ["1.0.0"], []],
    [">=11.6.0-0", ["11.6.0", "12.0.0"], ["11.5.9"]],
    [">=8.3.0 <10", ["8.3.0", "9.9.9"], ["8.2.9", "10.0.0"]],
    ["8.0.0 - 9.x", ["8.0.0", "9.9.9"], ["7.9.9", "10.0.0"]],
    [">9", ["10.0.0"], ["9.0.0", "9.9.9"]],
    ["<=9.1", ["9.1.9"], ["9.2.0"]],
    ["^0.2.3", ["0.2.9"], ["0.3.0"]],
    ["12.1.0", ["12.1.0"], ["12.1.1"]],
    [">=12.3.0", ["12.3.0-12345", "v12.3.1"], ["12.2.0"]],
  ];

  for (const [range, within, without] of cases) {
    test(`${range} takes and refuses what npm takes and refuses`, () => {
      const isWithin = parseVersionRange(range);

      assert.ok(isWithin !== undefined);
      assert.deepEqual(
        within.filter((version) => !isWithin(version)),
        [],
      );
      assert.deepEqual(
        without.filter((version) => isWithin(version)),
        [],
      );
    });
  }

  for (const text of ["latest", ">=", "1.2.3.4", "%GRAFANA%", ">=9 and <10"]) {
    test(`"${text}" is not a range`, () => {
      assert.equal(parseVersionRange(text), undefined);
    });
  }
});
