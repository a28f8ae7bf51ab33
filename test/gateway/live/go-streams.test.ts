/** Grafana Live over a plugin on the official Go SDK, with the official Centrifuge client. */
import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import type { GatewayServerOptions } from "grafana-plugin-protocol/gateway";
import { until } from "../../helpers/until.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";
import { range, type StartedGateway, startGateway } from "../start-gateway.ts";
import { connectCentrifuge, watch } from "./live-clients.ts";

const peers = await buildGoPeers();
const skip = peers === undefined ? withoutGo : false;
const command = peers?.plugin ?? "";

const fixture = {
  name: "Fixture",
  type: "fixture",
  uid: "ds-1",
  id: 1,
  lastUpdated: new Date(1_700_000_000_000),
};

function startFixture(t: TestContext, options: Partial<GatewayServerOptions> = {}): Promise<StartedGateway> {
  return startGateway(t, {
    plugins: [
      { id: "fixture", launch: { command, env: { FIXTURE_MAJORS: "2" } } },
      { id: "fixture-v1", launch: { command, env: { FIXTURE_MAJORS: "1" } } },
    ],
    dataSources: [fixture, { name: "Old", type: "fixture-v1", uid: "old" }],
    ...options,
    live: { lingerMs: 0, ...options.live },
  });
}

/** The streams that run in the plugin, as it counts them. */
async function running({ ask }: StartedGateway): Promise<number> {
  const { json } = await ask("/api/datasources/uid/ds-1/resources/info");
  return json.running;
}

suite("a Go plugin with streams", { skip }, () => {
  test("has one RunStream for all subscribers of a channel, and none after the last one has left", async (t) => {
    const gateway = await startFixture(t);
    const clients = Array.from({ length: 5 }, () => connectCentrifuge(t, gateway.url));
    const watched = await Promise.all(clients.map((client) => watch(client, "1/ds/ds-1/ok/a")));

    await until("each has packets", () => watched.every(({ packets }) => packets.length > 3));
    assert.equal(await running(gateway), 1);
    for (const { events, initial, packets } of watched) {
      assert.deepEqual(events, ["subscribed"]);
      assert.deepEqual(initial(), { path: "ok/a" });
      const numbers = packets.map((packet) => (packet as { n: number }).n);
      // Each in its order, from where it has joined, and without a gap.
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => (numbers[0] ?? 0) + index),
      );
    }

    for (const { unsubscribe } of watched) unsubscribe();
    await until("the stream has ended", async () => (await running(gateway)) === 0);
  });
});
