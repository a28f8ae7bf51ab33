import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyField,
  createField,
  createFrame,
  type Frame,
  loadFrameCodec,
} from "grafana-plugin-protocol/frames";

const { encodeFrame } = await loadFrameCodec();
const mebibyte = 2 ** 20;

/** Of one array that all fields share: it takes memory once. */
function frameOf(mebibytes: number): Frame {
  const data = new Uint8Array(16 * mebibyte);
  const field = createField("f", "uint8", data) as AnyField;
  return createFrame({ fields: Array.from({ length: mebibytes / 16 }, () => field) });
}

test("rows of more than 256 MiB are refused, with what can be done", () => {
  const encode = () => encodeFrame(frameOf(272));

  assert.throws(encode, {
    code: "limit_exceeded",
    message:
      /at most 268435456 bytes .*Go hosts.* got 16777216 rows of 285212672 bytes: .*answerQueriesInChunks.*anySize/,
  });
});

test("rows of more than 256 MiB are written for readers that take them, and 256 MiB for all", () => {
  assert.ok(encodeFrame(frameOf(272), { anySize: true }).length > 272 * mebibyte);
  assert.ok(encodeFrame(frameOf(256)).length > 256 * mebibyte);
});
