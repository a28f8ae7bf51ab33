import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFrameJson } from "grafana-plugin-protocol/frames";
import { refusalOf } from "../bad-bytes/refusal.ts";

test("more fields than any frame has are refused", async () => {
  await refusalOf(
    frameOf(2 ** 18 + 1),
    "limit_exceeded",
    /schema\.fields: expected at most 262144 fields, got 262145/,
  );
});

test("as many fields as a wide frame has are read", () => {
  const { fields } = parseFrameJson(frameOf(5000));

  assert.equal(fields.length, 5000);
});

function frameOf(fields: number): string {
  return `{"schema":{"fields":[${new Array(fields).fill('{"type":"time"}').join(",")}]}}`;
}
