/** The project of docs/write-a-plugin.md by its source. `npm run package:check` follows the page with the packed package. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createGreenhouse } from "../../examples/write-a-plugin/service.ts";
import { root } from "../../scripts/readme/pages.ts";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { callPlugin, type GoAnswer } from "./simple-json/call-plugin.ts";

const project = new URL("examples/write-a-plugin/", root);
const go = await buildGoPeers();
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

test("the tests of the plugin that docs/write-a-plugin.md writes pass", async (t) => {
  // Without it the program's tests would report to this run.
  const env = { NODE_TEST_CONTEXT: undefined };
  const args = ["--test-reporter=tap", ...sourceProgram(new URL("plugin.test.ts", project))];

  const program = runProgram(t, process.execPath, args, env);

  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stdout() + program.stderr());
  assert.match(program.stdout(), /^# pass 5$/m);
});

test("the host of docs/write-a-plugin.md queries its plugin and follows its stream", async (t) => {
  await privateTmp(t);

  const host = runProgram(t, process.execPath, sourceProgram(new URL("host.ts", project)));

  assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
  assert.match(host.stdout(), /^the greenhouse has 2 sensors\nName: north\nDimensions: 2 Fields by 4 Rows\n/);
  assert.match(host.stdout(), /\n3 packets of the stream\n$/);
});

test("the plugin of docs/write-a-plugin.md answers a Go host: queries, health, a resource, a subscription", {
  skip: go === undefined ? withoutGo : false,
}, async (t) => {
  await privateTmp(t);
  assert.ok(go !== undefined);
  const service = createGreenhouse("secret").listen(0, "127.0.0.1");
  atEnd(t, () => {
    service.closeAllConnections();
    service.close();
  });
  await once(service, "listening");
  const pluginContext = {
    orgId: "1",
    dataSourceInstanceSettings: {
      id: "1",
      uid: "u",
      url: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
      decryptedSecureJsonData: { token: "secret" },
    },
  };
  const timeRange = { fromEpochMS: "0", toEpochMS: String(4 * 3_600_000) };
  const query = (refId: string, queryType: string, model: object): object => {
    return { refId, queryType, timeRange, intervalMS: "3600000", json: base64(model) };
  };
  const queries = [
    query("A", "history", { sensor: "north" }),
    query("B", "latest", { sensor: "south" }),
    query("C", "latest", { sensor: "west" }),
  ];
  const plugin = { command: process.execPath, args: sourceProgram(new URL("plugin.ts", project)) };

  const [queried, health, sensors, known, unknown] = await callPlugin(go.call, 2, plugin, [
    { method: "/pluginv2.Data/QueryData", request: { pluginContext, queries } },
    { method: "/pluginv2.Diagnostics/CheckHealth", request: { pluginContext } },
    {
      method: "/pluginv2.Resource/CallResource",
      request: { pluginContext, path: "sensors", url: "sensors", method: "GET" },
    },
    { method: "/pluginv2.Stream/SubscribeStream", request: { pluginContext, path: "live/north" } },
    { method: "/pluginv2.Stream/SubscribeStream", request: { pluginContext, path: "live/west" } },
  ]);

  const only = (answer: GoAnswer | undefined) => answer?.messages[0];
  const { A, B, C } = only(queried).responses;
  assert.deepEqual([A.status, B.status, C.status, C.errorSource], [200, 200, 404, "downstream"]);
  assert.deepEqual([A.frames.length, B.frames.length], [1, 1]);
  assert.deepEqual(only(health), { status: "OK", message: "the greenhouse has 2 sensors" });
  assert.equal(Buffer.from(only(sensors).body, "base64").toString(), '["north","south"]');
  assert.deepEqual([only(known), only(unknown)], [{}, { status: "NOT_FOUND" }]);
});
