/** When a stream begins, is opened again and ends. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";
import { privateTmp } from "../../../helpers/private-tmp.ts";
import { until } from "../../../helpers/until.ts";
import { secret } from "../../in-memory-gateway.ts";
import { connectCentrifuge, connectRaw, watch } from "../live-clients.ts";
import { createLiveSource, jsonPacket, type StreamHandlers } from "../live-source.ts";
import { startLive } from "../start-live.ts";
import { listed } from "./list-channels.ts";
import { readEvents } from "./read-events.ts";

const ok = { status: 0 } as const;

test("a stream of an app begins again when its settings change, and not when others do", async (t) => {
  const { path: folder } = await privateTmp(t);
  const file = join(folder, "apps.yaml");
  const write = (own: string, other: string): Promise<void> =>
    writeFile(
      file,
      `apps:
  - { type: an-app, secureJsonData: { key: ${own} } }
  - { type: another, secureJsonData: { key: ${other} } }
`,
    );
  await write("first", "x");
  const stream: StreamHandlers = {
    subscribeStream: () => ok,
    async *runStream({ pluginContext }, { signal }) {
      yield jsonPacket(pluginContext?.appInstanceSettings?.decryptedSecureJsonData["key"]);
      await once(signal, "abort");
    },
  };
  const client = createInMemoryPlugin(v2, { stream });
  const { url, ask, gateway } = await startLive(
    t,
    {},
    { plugins: [{ id: "an-app", type: "app", client }], dataSources: [], provisioning: file },
  );
  const { packets, events } = await watch(connectCentrifuge(t, url), "1/plugin/an-app/x");
  await until("it came", () => packets.length === 1);

  await write("first", "y");
  gateway.reloadProvisioning();
  gateway.setDataSources([{ name: "Memory", type: "an-app", uid: "m1" }]);
  // A restart would run before this is answered.
  await ask("/api/live/list");
  await write("second", "y");
  gateway.reloadProvisioning();
  await until("it runs again", () => packets.includes("second"));

  assert.deepEqual(packets, ["first", "second"]);
  assert.deepEqual(events, ["subscribed"]);
});

test("a stream begins again when a file of provisioning changes its data source, and ends when it has it no more", async (t) => {
  const { path: folder } = await privateTmp(t);
  const file = join(folder, "sources.yaml");
  const write = (...entries: readonly string[]): Promise<void> =>
    writeFile(file, `apiVersion: 1\ndatasources: [${entries.join(", ")}]\n`);
  await write("{ name: Filed, uid: filed, type: memory }");
  const source = createLiveSource();
  const { url, gateway } = await startLive(t, { stream: source.stream }, { provisioning: file });
  const { events } = await watch(connectCentrifuge(t, url), "1/ds/filed/x");
  await until("it runs", () => source.running() === 1);

  await write("{ name: Filed, uid: filed, type: memory, url: http://new.invalid }");
  gateway.reloadProvisioning();
  await until("it runs again", () => source.runs() === 2 && source.running() === 1);
  assert.deepEqual(events, ["subscribed"]);

  await write();
  gateway.reloadProvisioning();
  await until("it has ended", () => events.length > 1 && source.running() === 0);
  assert.deepEqual(events, ["subscribed", "unsubscribed 2404 Data source not found"]);
});

suite("a stream", () => {
  test("goes on for a while without subscribers, so that one who comes back does not start it again", async (t) => {
    const source = createLiveSource();
    const { url } = await startLive(t, { stream: source.stream }, { live: { lingerMs: 3_600_000 } });
    const client = connectCentrifuge(t, url);
    const before = await watch(client, "1/ds/m1/x");
    before.unsubscribe();
    await until("it has none", async () => (await listed(url))[0]?.subscribers === 0);
    const after = await watch(client, "1/ds/m1/x");
    source.send({ n: 1 });

    await until("it came", () => after.packets.length === 1);
    assert.deepEqual([source.runs(), source.running()], [1, 1]);
  });

  test("that has lingered without a subscriber ends", async (t) => {
    const source = createLiveSource();
    const { url } = await startLive(t, { stream: source.stream }, { live: { lingerMs: 1 } });
    const { unsubscribe } = await watch(connectCentrifuge(t, url), "1/ds/m1/x");
    assert.equal(source.running(), 1);
    unsubscribe();

    await until("it has ended", () => source.running() === 0);
    assert.deepEqual(await listed(url), []);
  });

  test("that fails is opened again", async (t) => {
    let runs = 0;
    const { url, log, ask } = await startLive(t, {
      stream: {
        subscribeStream: () => ok,
        async *runStream() {
          yield jsonPacket({ run: ++runs });
          throw new ConnectError(`disk full: ${secret}`, Code.Unknown);
        },
      },
    });
    const { packets, events } = await watch(connectCentrifuge(t, url), "1/ds/m1/x");

    await until("it has run often", () => packets.length >= 4);
    assert.deepEqual(packets.slice(0, 4), [{ run: 1 }, { run: 2 }, { run: 3 }, { run: 4 }]);
    assert.deepEqual(events, ["subscribed"]);
    const lines = log.filter(({ message }) => message === "live stream failed and is opened again");
    assert.equal(lines[0]?.fields["delayMs"], 0);
    assert.match(String(lines[0]?.fields["reason"]), /disk full: \[secret\]/);
    assert.match(
      (await ask("/metrics")).text,
      /plugin_calls_total\{endpoint="runStream",plugin_id="memory",status="error"\} \d/,
    );
  });

  test("that returns is not opened again, until somebody else subscribes", async (t) => {
    let runs = 0;
    const { url, ask } = await startLive(t, {
      stream: {
        subscribeStream: () => ok,
        publishStream: ({ data }) => ({ status: 0, data }),
        async *runStream() {
          yield jsonPacket({ run: ++runs });
        },
      },
    });
    const first = await watch(connectCentrifuge(t, url), "1/ds/m1/x");
    await until("it has run", () => first.packets.length === 1);
    await ask("/api/live/publish", { channel: "ds/m1/x", data: "still here" });
    await until("it is there", () => first.packets.length === 2);
    assert.equal(runs, 1);
    await watch(connectCentrifuge(t, url), "1/ds/m1/x");

    await until("it has run again", () => first.packets.length === 3);
    assert.deepEqual(first.packets, [{ run: 1 }, "still here", { run: 2 }]);
    assert.deepEqual(first.events, ["subscribed"]);
  });

  test("that a plugin does not have leaves a channel for publications", async (t) => {
    const { url, ask, log } = await startLive(t, {
      stream: {
        subscribeStream: () => ok,
        publishStream: ({ data }) => ({ status: 0, data }),
      },
    });
    const { packets, events } = await watch(connectCentrifuge(t, url), "1/ds/m1/x");
    await until("the stream has ended", () => log.some(({ message }) => message === "live stream has ended"));
    await ask("/api/live/publish", { channel: "ds/m1/x", data: [1] });

    await until("it is there", () => packets.length === 1);
    assert.deepEqual(events, ["subscribed"]);
  });

  test("that is refused later ends the subscriptions", async (t) => {
    for (const [code, status, message] of [
      [Code.PermissionDenied, 403, "Forbidden"],
      [Code.NotFound, 404, "Not Found"],
    ] as const) {
      let refuse = (): void => {};
      const { url } = await startLive(t, {
        stream: {
          subscribeStream: () => ok,
          async *runStream() {
            await new Promise<void>((resolve) => {
              refuse = resolve;
            });
            throw new ConnectError("no more", code);
          },
        },
      });
      const { events } = await watch(connectCentrifuge(t, url), "1/ds/m1/x");
      const stream = readEvents(url, 9);
      await until("both are there", async () => (await listed(url))[0]?.subscribers === 2);
      refuse();

      assert.deepEqual(await stream, [
        ": subscribed",
        `event: end\ndata: {"code":${status},"message":"${message}"}`,
      ]);
      await until("it has ended", () => events.length === 2);
      assert.deepEqual(events, ["subscribed", `unsubscribed ${2000 + status} ${message}`]);
    }
  });

  test("is opened again with the settings that its data source has then", async (t) => {
    const stream: StreamHandlers = {
      subscribeStream: () => ok,
      async *runStream({ pluginContext }, { signal }) {
        yield jsonPacket(pluginContext?.dataSourceInstanceSettings?.url);
        await new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      },
    };
    const source = { name: "Memory", type: "memory", uid: "m1", url: "first" };
    const { url, gateway } = await startLive(t, { stream }, { dataSources: [source] });
    const { packets, events } = await watch(connectCentrifuge(t, url), "1/ds/m1/x");
    await until("it came", () => packets.length === 1);
    // One that has not changed leaves its stream alone.
    gateway.setDataSources([source, { ...source, name: "Other", uid: "m2" }]);
    gateway.setDataSources([{ ...source, url: "second" }]);

    await until("it runs again", () => packets.length === 2);
    assert.deepEqual(packets, ["first", "second"]);
    assert.deepEqual(events, ["subscribed"]);
  });

  test("ends with the gateway: clients are told, over both transports", async (t) => {
    const source = createLiveSource();
    const gateway = await startLive(t, { stream: source.stream });
    const raw = await connectRaw(t, gateway.url);
    raw.send({ id: 2, subscribe: { channel: "1/ds/m1/x" } });
    await raw.answer(2);
    const stream = readEvents(gateway.url, 9);
    await until("both are there", async () => (await listed(gateway.url))[0]?.subscribers === 2);
    await gateway.close();

    assert.deepEqual(await raw.closed, { code: 3001, reason: "shutdown" });
    assert.deepEqual(await stream, [
      ": subscribed",
      'event: end\ndata: {"code":503,"message":"the gateway is shutting down"}',
    ]);
    assert.equal(source.running(), 0);
    assert.ok(raw.lines.every((line) => line.push === undefined));
    const handshake = gateway.log.find(({ fields }) => fields["status"] === 101);
    assert.deepEqual([handshake?.message, handshake?.fields["route"]], ["request completed", "/api/live/ws"]);
    const end = gateway.log.find(({ message }) => message === "live client disconnected");
    assert.deepEqual([end?.fields["code"], end?.fields["reason"]], [3001, "shutdown"]);
  });
});
