/** Grafana Live over a plugin on the official Go SDK, with the official Centrifuge client. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { suite, type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { type GatewayServerOptions, serveGateway } from "grafana-plugin-protocol/gateway";
import { atEnd } from "../../helpers/at-end.ts";
import { until } from "../../helpers/until.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";
import { range, type StartedGateway, startGateway } from "../start-gateway.ts";
import { connectCentrifuge, watch } from "./live-clients.ts";
import { patient } from "./start-live.ts";

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

function optionsOf(options: Partial<GatewayServerOptions> = {}): Partial<GatewayServerOptions> {
  return {
    plugins: [
      { id: "fixture", launch: { command, env: { FIXTURE_MAJORS: "2" } } },
      { id: "fixture-v1", launch: { command, env: { FIXTURE_MAJORS: "1" } } },
    ],
    dataSources: [fixture, { name: "Old", type: "fixture-v1", uid: "old" }],
    ...options,
    live: { ...patient, ...options.live },
  };
}

function startFixture(t: TestContext, options: Partial<GatewayServerOptions> = {}): Promise<StartedGateway> {
  return startGateway(t, optionsOf(options));
}

/** The streams that run in the plugin, as it counts them. */
async function running({ ask }: StartedGateway): Promise<number> {
  const { json } = await ask("/api/datasources/uid/ds-1/resources/state");
  return Number(json.running);
}

const numbersOf = (packets: readonly unknown[]): readonly number[] =>
  packets.map((packet) => (packet as { n: number }).n);

suite("a Go plugin with streams", { skip }, () => {
  test("has one RunStream for all subscribers of a channel, and none after the last one has left", async (t) => {
    const gateway = await startFixture(t);
    const clients = Array.from({ length: 5 }, () => connectCentrifuge(t, gateway.url));
    const watched = await Promise.all(clients.map((client) => watch(client, "1/ds/ds-1/ok/a")));
    const stream = await fetch(`${gateway.url}/api/live/sse/ds/ds-1/ok/a`);

    await until("each has packets", () => watched.every(({ packets }) => packets.length > 3));
    assert.equal(await running(gateway), 1);
    for (const { events, initial, packets } of watched) {
      assert.deepEqual(events, ["subscribed"]);
      assert.deepEqual(initial(), { path: "ok/a" });
      const numbers = numbersOf(packets);
      // Each in its order, from where it has joined, and without a gap.
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => (numbers[0] ?? 0) + index),
      );
    }
    const { json } = await gateway.ask("/api/live/list");
    assert.deepEqual(json, { channels: [{ channel: "ds/ds-1/ok/a", subscribers: 6 }] });

    for (const { unsubscribe } of watched) unsubscribe();
    await stream.body?.cancel();
    await until("the stream has ended", async () => (await running(gateway)) === 0);
    assert.deepEqual((await gateway.ask("/api/live/list")).json, { channels: [] });
  });

  test("has one RunStream for each channel", async (t) => {
    const gateway = await startFixture(t);
    const client = connectCentrifuge(t, gateway.url);
    const watched = await Promise.all(["a", "b", "c"].map((path) => watch(client, `1/ds/ds-1/ok/${path}`)));

    await until("each has packets", () => watched.every(({ packets }) => packets.length > 1));
    assert.equal(await running(gateway), 3);
    client.disconnect();
    await until("the streams have ended", async () => (await running(gateway)) === 0);
  });

  test("refuses subscribers with the codes of Grafana", async (t) => {
    const { url, ask } = await startFixture(t);
    const client = connectCentrifuge(t, url);
    const cases = [
      ["1/ds/ds-1/missing", "unsubscribed 404 Not Found"],
      ["1/ds/ds-1/denied", "unsubscribed 403 Forbidden"],
      ["1/ds/nope/ok", "unsubscribed 404 Data source not found"],
      ["1/plugin/nope/ok", "unsubscribed 404 Plugin not found"],
      ["1/ds/old/ok", "unsubscribed 501 The plugin has no streams: query it through /api/ds/query"],
      ["2/ds/ds-1/ok", "unsubscribed 103 permission denied"],
    ] as const;
    for (const [channel, event] of cases) {
      const { events } = await watch(client, channel);
      assert.deepEqual(events, [event], channel);
    }
    for (const [path, status] of [
      ["ds/ds-1/missing", 404],
      ["ds/ds-1/denied", 403],
      ["ds/nope/ok", 404],
      ["ds/old/ok", 501],
      ["grafana/dashboard/x", 404],
      ["ds/ds-1/a%20b", 400],
      ["ds/ds-1/ok?data=%7B", 400],
    ] as const) {
      const answer = await ask(`/api/live/sse/${path}`);
      assert.equal(answer.status, status, path);
      assert.equal(answer.headers.get("content-type"), "application/json", path);
    }
  });

  test("is asked about publications, which all subscribers get", async (t) => {
    const { url, ask } = await startFixture(t);
    const client = connectCentrifuge(t, url);
    const { packets } = await watch(client, "1/ds/ds-1/ok");
    const publication = { text: "hello", exact: [1, "\n"] };
    const isThere = (): boolean => packets.some((packet) => (packet as { text?: string }).text === "hello");

    await client.publish("1/ds/ds-1/ok", publication);
    await until("it is there", isThere);
    assert.ok(packets.some((packet) => JSON.stringify(packet) === JSON.stringify(publication)));
    for (const [path, code] of [
      ["missing", 404],
      ["denied", 403],
    ] as const) {
      await assert.rejects(client.publish(`1/ds/ds-1/${path}`, {}), { code });
      const answer = await ask("/api/live/publish", { channel: `ds/ds-1/${path}`, data: {} });
      assert.equal(answer.status, code);
    }
    const answer = await ask("/api/live/publish", { channel: "ds/ds-1/ok", data: { text: "by HTTP" } });
    assert.deepEqual([answer.status, answer.json], [200, {}]);
    await until("that is there too", () =>
      packets.some((packet) => (packet as { text?: string }).text === "by HTTP"),
    );
  });

  test("answers the rpc grafana.query as it answers /api/ds/query", async (t) => {
    const { url, ask } = await startFixture(t);
    const client = connectCentrifuge(t, url);
    const query = (refId: string, more: object): object => ({ refId, datasource: { uid: "ds-1" }, ...more });
    for (const queries of [
      [query("A", { do: "series", rows: 2 })],
      [query("A", { do: "series", rows: 1 }), query("B", { do: "fail" })],
    ]) {
      const body = { ...range, queries };
      const { data } = await client.rpc("grafana.query", body);
      assert.deepEqual(data, (await ask("/api/ds/query", body)).json);
    }
    await assert.rejects(client.rpc("grafana.query", { queries: [] }), {
      code: 400,
      message: "No queries found",
    });
    await assert.rejects(client.rpc("grafana.query", { ...range, queries: [query("A", { do: "crash" })] }), {
      code: 100,
    });
    await assert.rejects(client.rpc("other", {}), { code: 104 });
  });

  test("that dies in the middle of a stream is started again, and the stream goes on for its subscribers", async (t) => {
    const gateway = await startFixture(t);
    const client = connectCentrifuge(t, gateway.url);
    const { events, packets } = await watch(client, "1/ds/ds-1/ok/x");
    await until("there are packets", () => packets.length > 2);
    const pid = gateway.log.findLast(
      ({ message, fields }) => message === "plugin is ready" && fields["pluginId"] === "fixture",
    )?.fields["pid"];
    process.kill(Number(pid), "SIGKILL");

    // The new process counts from the beginning.
    await until("the stream begins again", () => numbersOf(packets).lastIndexOf(0) > 0);
    assert.deepEqual(events, ["subscribed"]);
    assert.equal(await running(gateway), 1);
    assert.ok(
      gateway.log.some(
        ({ message, fields }) =>
          message === "live stream failed and is opened again" && fields["channel"] === "ds/ds-1/ok/x",
      ),
    );
  });

  test("gets a new RunStream when its data source changes, and ends the subscriptions of one that is removed", async (t) => {
    const gateway = await startFixture(t);
    const client = connectCentrifuge(t, gateway.url);
    const { events, packets } = await watch(client, "1/ds/ds-1/ok/x");
    await until("there are packets", () => packets.length > 2);

    // The same settings change nothing.
    gateway.gateway.setDataSources([fixture]);
    gateway.gateway.setDataSources([{ ...fixture, url: "http://new.invalid", lastUpdated: new Date(1) }]);
    await until("the stream begins again", () => numbersOf(packets).lastIndexOf(0) > 0);
    assert.equal(numbersOf(packets).filter((number) => number === 0).length, 2);
    assert.equal(await running(gateway), 1);
    assert.deepEqual(events, ["subscribed"]);

    gateway.gateway.setDataSources([]);
    await until("it has ended", () => events.length > 1);
    assert.deepEqual(events, ["subscribed", "unsubscribed 2404 Data source not found"]);
  });
});

suite("server-sent events of a Go plugin", { skip }, () => {
  test("begin with a comment, then the initial data, then packets as the plugin sent them", async (t) => {
    const { url } = await startFixture(t);
    const response = await fetch(`${url}/api/live/sse/ds/ds-1/ok/x`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (text.split("\n\n").length < 5) text += (await reader?.read())?.value ?? "";
    await reader?.cancel();

    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const [comment, initial, first, second] = text.split("\n\n");
    assert.deepEqual([comment, initial], [": subscribed", 'data: {"path":"ok/x"}']);
    assert.match(first ?? "", /^data: \{"n":\d+\}$/);
    assert.match(second ?? "", /^data: \{"n":\d+\}$/);
  });

  test("come by curl", async (t) => {
    const gateway = await startFixture(t);
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      `curl -sN "${gateway.url}/api/live/sse/ds/ds-1/ok/x" | head -n 7`,
    ]);

    assert.match(
      stdout,
      /^: subscribed\n\ndata: \{"path":"ok\/x"\}\n\ndata: \{"n":\d+\}\n\ndata: \{"n":\d+\}\n$/,
    );
    await until("the stream has ended", async () => (await running(gateway)) === 0);
  });
});

test("a client comes back when its gateway is started again, and has its subscriptions", {
  skip,
}, async (t) => {
  const first = await startFixture(t);
  const client = connectCentrifuge(t, first.url);
  const states: string[] = [];
  client.on("connecting", ({ code, reason }) => states.push(`${code} ${reason}`));
  const { packets, events } = await watch(client, "1/ds/ds-1/ok/x");
  await until("there are packets", () => packets.length > 2);
  await first.close();
  const before = packets.length;
  const env = { TMPDIR: process.env["TMPDIR"] ?? "/tmp" };
  // Another process may have the port for a while.
  const second = await until("the port is free", () =>
    serveGateway({ plugins: [], ...optionsOf(), port: first.port, launch: { env } }).catch(() => undefined),
  );
  atEnd(t, () => second.close({ graceMs: 0 }));

  await until("packets come again", () => packets.length > before + 2);
  assert.equal(states[0], "3001 shutdown");
  assert.deepEqual(events, ["subscribed", "subscribed"]);
});
