import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { failedDsResult } from "../../../src/compat/format-ds-query-body.ts";
import { queryStatus } from "../../../src/gateway/apis/query-status.ts";

const fine = failedDsResult("", "", 200);
const own = (status: number) => failedDsResult("boom", "plugin", status);
const downstream = (status: number) => failedDsResult("boom", "downstream", status);

suite("the status of a query in /apis", () => {
  for (const [name, results, expected] of [
    ["without errors is 200", [["A", fine]], 200],
    [
      "is that of the first error of the plugin, by refId",
      [
        ["C", own(503)],
        ["B", own(501)],
        ["A", downstream(404)],
      ],
      501,
    ],
    [
      "is that of a downstream error if it is the client's fault",
      [
        ["A", fine],
        ["B", downstream(429)],
      ],
      429,
    ],
    ["is 400 for another downstream error", [["A", downstream(502)]], 400],
    ["is 400 for an error of the plugin that has none", [["A", own(0)]], 400],
    ["of an empty answer is 200", [], 200],
  ] as const) {
    test(name, () => {
      assert.equal(queryStatus(new Map(results)), expected);
    });
  }
});
