import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readTrace } from "../../../src/gateway/observe/request-trace.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";

test("a trace is continued with a span of its own, its flags and its state", () => {
  const trace = readTrace(`00-${traceId}-00f067aa0ba902b7-01`, "vendor=1");

  assert.equal(trace.traceId, traceId);
  assert.match(trace.traceparent, new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  assert.ok(!trace.traceparent.includes("00f067aa0ba902b7"));
  assert.equal(trace.tracestate, "vendor=1");
});

suite("a new trace begins for", () => {
  for (const [name, header] of [
    ["no header", undefined],
    ["a header of another form", "abc"],
    ["an id of zeros", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
    ["a span of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
    ["the version that is forbidden", `ff-${traceId}-00f067aa0ba902b7-01`],
    ["letters in upper case", `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`],
  ] as const) {
    test(name, () => {
      const trace = readTrace(header, "vendor=1");
      const other = readTrace(header, undefined);

      assert.match(trace.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
      assert.notEqual(trace.traceId, traceId);
      assert.notEqual(trace.traceId, other.traceId);
      assert.equal(trace.tracestate, undefined);
    });
  }
});
