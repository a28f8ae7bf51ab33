import assert from "node:assert/strict";
import { test } from "node:test";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { formatChannel, parseChannel, streamedFrame } from "grafana-plugin-protocol/sdk";

test("a channel is parsed and formatted", () => {
  const channel = { scope: "ds", namespace: "uid-1_a.b", path: "prices/ACME=1/x.y" };

  assert.deepEqual(parseChannel("ds/uid-1_a.b/prices/ACME=1/x.y"), channel);
  assert.equal(formatChannel(channel), "ds/uid-1_a.b/prices/ACME=1/x.y");
});

for (const text of [
  "",
  "ds",
  "ds/uid",
  "ds/uid/",
  "/uid/a",
  "ds//a",
  "ds/u:d/a",
  "ds/uid/a b",
  "ds/uid/ä",
  "ds/u=d/a",
]) {
  test(`the channel ${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => parseChannel(text), /^TypeError: expected /);
  });
}

test("a channel has at most 160 characters", () => {
  const path = "p".repeat(160 - "ds/uid/".length);

  assert.equal(parseChannel(`ds/uid/${path}`).path, path);
  assert.throws(() => parseChannel(`ds/uid/${path}p`), /at most 160 characters, not 161/);
});

test("a streamed frame has the channel of its path, and what it had", () => {
  const frame = createFrame({
    name: "prices",
    meta: { type: "timeseries-wide" },
    fields: [createField("price", "float64", [1])],
  });

  const streamed = streamedFrame(frame, "uid-1", "prices/ACME");

  assert.deepEqual(streamed.meta, { type: "timeseries-wide", channel: "ds/uid-1/prices/ACME" });
  assert.equal(streamed.name, "prices");
  assert.deepEqual(streamed.fields[0]?.values, [1]);
  assert.throws(() => streamedFrame(frame, "uid 1", "prices"), /TypeError/);
});
