import assert from "node:assert/strict";
import { test } from "node:test";
import { implement } from "grafana-plugin-protocol/plugin";
import { fakePlugin, scriptedAnswers } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";
import { runProgram } from "../../helpers/run-program.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const go = await buildGoPeers();

test("go-plugin starts, calls and stops a fake plugin", {
  skip: go === undefined && withoutGo,
}, async (t) => {
  const checkHealth = scriptedAnswers({
    status: 1,
    message: "fixture healthy",
    jsonDetails: encode('{"major":2}'),
  });
  const plugin = await fakePlugin([implement(v2, { diagnostics: { checkHealth } })]);
  atEnd(t, () => plugin.close());

  const host = runProgram(t, go?.host ?? "", [
    "-majors",
    "2",
    "-only",
    "^CheckHealth OK$",
    "--",
    plugin.command,
    ...plugin.args,
  ]);
  await host.ended;

  const cases = host
    .stdout()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { case: string; ok: boolean });
  assert.deepEqual(
    cases.filter(({ ok }) => !ok),
    [],
    host.stderr(),
  );
  assert.ok(cases.some(({ case: name }) => name === "stop"));
  assert.equal(checkHealth.requests.length, 1);
  assert.equal(plugin.starts[0]?.protocolVersion, 2);
});
