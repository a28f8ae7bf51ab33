import assert from "node:assert/strict";
import { test } from "node:test";
import { createContextValues } from "@connectrpc/connect";
import { propagationHeaders, traceOfCall } from "grafana-plugin-protocol/sdk";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const good = `00-${traceId}-${spanId}-01`;

function sourceOf(headers: Record<string, string>): Parameters<typeof propagationHeaders>[0] {
  return { requestHeader: new Headers(headers), values: createContextValues() };
}

test("traceparent and tracestate are passed on as they came", () => {
  const headers = { traceparent: good, tracestate: "a=1,b=2" };

  assert.deepEqual(propagationHeaders(sourceOf(headers), ["w3c"]), headers);
  assert.equal(traceOfCall(sourceOf(headers), ["w3c"])?.isSampled, true);
});

test("a traceparent that W3C Trace Context refuses counts as absent", () => {
  const refused = [
    "",
    good.toUpperCase(),
    `00-${"0".repeat(32)}-${spanId}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `ff-${traceId}-${spanId}-01`,
    `${good}-more`,
    good.slice(1),
    `00-${traceId}-${spanId}-1`,
    `${good}, ${good}`,
    `${good}\u00a0é`,
  ];

  for (const traceparent of refused) {
    assert.deepEqual(propagationHeaders(sourceOf({ traceparent }), ["w3c"]), {}, traceparent);
  }
});

test("a later version of traceparent may have more parts", () => {
  const source = sourceOf({ traceparent: `01-${traceId}-${spanId}-00-more` });

  assert.deepEqual(propagationHeaders(source, ["w3c"]), { traceparent: `00-${traceId}-${spanId}-00` });
});

test("uber-trace-id is read with its short ids and passed on in full", () => {
  const source = sourceOf({ "uber-trace-id": "abc:1f:0:3" });

  assert.deepEqual(propagationHeaders(source, ["jaeger"]), {
    "uber-trace-id": `${"abc".padStart(32, "0")}:${"1f".padStart(16, "0")}:0:1`,
  });
  for (const value of ["", "0:1:0:1", "1:0:0:1", "1:1:0", "x:1:0:1", "1:1:0:1:1"]) {
    assert.deepEqual(propagationHeaders(sourceOf({ "uber-trace-id": value }), ["jaeger"]), {}, value);
  }
});

test("with several formats the first that is there is read, and all are passed on", () => {
  const source = sourceOf({ "uber-trace-id": `${traceId}:${spanId}:0:1` });

  assert.deepEqual(propagationHeaders(source, ["w3c", "jaeger"]), {
    traceparent: good,
    "uber-trace-id": `${traceId}:${spanId}:0:1`,
  });
});
