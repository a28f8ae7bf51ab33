/** The trace and the log attributes that a host in Go sends, as Grafana sends them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogLineParser } from "grafana-plugin-protocol/go-plugin";
import { runProgram, sourceProgram } from "../../helpers/run-program.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";

const fixture = new URL("fixtures/plugin.ts", import.meta.url);
const go = await buildGoPeers();

interface Printed {
  readonly traceId: string;
  readonly answer: { readonly headers: Readonly<Record<string, string>> };
}

for (const [propagation, header, form] of [
  ["w3c", "traceparent", /^00-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-01$/],
  ["jaeger", "uber-trace-id", /^(?<traceId>[0-9a-f]{32}):(?<spanId>[0-9a-f]{16}):0:1$/],
] as const) {
  test(`a plugin logs and passes on the trace of a Go host with ${propagation} headers`, {
    skip: go === undefined ? withoutGo : false,
  }, async (t) => {
    const env = {
      OBSERVE_PROPAGATION: propagation,
      GF_INSTANCE_OTLP_ADDRESS: "localhost:4317",
      GF_INSTANCE_OTLP_PROPAGATION: propagation,
    };
    const host = runProgram(t, go?.observe ?? "", [process.execPath, ...sourceProgram(fixture)], env);
    assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());

    const { traceId, answer } = JSON.parse(host.stdout()) as Printed;
    const lines = host.stderr().trimEnd().split("\n").map(createLogLineParser());
    const completed = lines.find(({ message }) => message === "Plugin Request Completed");

    assert.deepEqual(Object.keys(answer.headers), [header]);
    assert.equal(form.exec(answer.headers[header] ?? "")?.groups?.["traceId"], traceId);
    assert.equal(completed?.fields["traceId"], traceId);
    assert.equal(completed?.fields["dashboard"], "a, b");
    assert.equal(completed?.fields["panel"], "7");
  });
}
