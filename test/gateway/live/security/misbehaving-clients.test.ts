/** What a client cannot do to the gateway and the others. docs/gateway-security.md names these tests. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { until } from "../../../helpers/until.ts";
import { connectRaw, refusedHandshake } from "../live-clients.ts";
import { createLiveSource } from "../live-source.ts";
import { startLive } from "../start-live.ts";
import { metric, slow, sockets } from "./read-metric.ts";
import { clientFrame, openSilent, write } from "./silent-socket.ts";

const channel = "1/ds/m1/x";

const subscribe = { id: 2, subscribe: { channel } };

test("a Live client that answers pings gets one after the other", async (t) => {
  const { url } = await startLive(t, {}, { live: { pingMs: 5, pongTimeoutMs: 3_600_000 } });
  const raw = await connectRaw(t, url);
  raw.socket.on("message", (message) => {
    if (String(message) === "{}") raw.send({});
  });
  raw.send({});

  await until("four came", () => raw.lines.length > 4);
  assert.deepEqual(raw.lines.slice(1, 5), [{}, {}, {}, {}]);
  raw.socket.close();
});

suite("a Live client that misbehaves", () => {
  test("by garbage is disconnected, and does not come back", async (t) => {
    const { url } = await startLive(t, {});
    const cases: readonly (Buffer | string)[] = [
      "garbage",
      "[]",
      "null",
      "5",
      '{"id":1,"connect":{}',
      '{"id":0,"ping":{}}',
      '{"id":"1","ping":{}}',
      '{"id":1e3,"ping":{}}',
      '{"ping":{}}',
      '{"id":7,"connect":{}}',
      `{"id":7,"publish":{"channel":"1/ds/m1/x","data":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
      Buffer.from('{"id":7,"ping":{}}'),
    ];
    for (const message of cases) {
      const raw = await connectRaw(t, url);
      raw.socket.send(message, { binary: typeof message !== "string" });
      assert.deepEqual(await raw.closed, { code: 3501, reason: "bad request" }, String(message).slice(0, 40));
    }
    const sender = await connectRaw(t, url);
    sender.send('{"send":{"data":{}}}');
    assert.equal((await sender.closed).code, 3508);
  });

  test("by commands that are not there or not right gets errors, and stays connected", async (t) => {
    const source = createLiveSource();
    const { url } = await startLive(t, { stream: source.stream });
    const raw = await connectRaw(t, url);
    const cases: readonly (readonly [object, number])[] = [
      [{ presence: { channel } }, 108],
      [{ presence_stats: { channel } }, 108],
      [{ history: { channel } }, 108],
      [{ refresh: { token: "x" } }, 108],
      [{ fly: {} }, 104],
      [{ rpc: { method: "other" } }, 104],
      [{ rpc: "grafana.query" }, 104],
      [{ rpc: { method: "grafana.query" } }, 400],
      [{ subscribe: {} }, 400],
      [{ subscribe: { channel: "ds/m1/x" } }, 400],
      [{ subscribe: { channel: "1/ds/m1" } }, 400],
      [{ subscribe: { channel: "1/ds/m1/a b" } }, 400],
      [{ subscribe: { channel: `1/ds/m1/${"x".repeat(160)}` } }, 400],
      [{ subscribe: { channel: "1/ds/m1/../../x\u0000" } }, 400],
      [{ subscribe: { channel: "9/ds/m1/x" } }, 103],
      [{ subscribe: { channel: "1/stream/a/b" } }, 404],
      [{ subscribe: { channel: 5 } }, 400],
      [{ publish: { channel: "1/ds/nope/x", data: 1 } }, 404],
      [{ unsubscribe: null }, 400],
    ];
    let id = 10;
    for (const [command, code] of cases) {
      raw.send({ id: ++id, ...command });
      const { error } = await raw.answer(id);
      assert.equal(error.code, code, JSON.stringify(command));
    }
    raw.send({ id: 3, subscribe: { channel } }, { id: 4, subscribe: { channel } }, { id: 5, ping: {} });
    assert.deepEqual((await raw.answer(3)).subscribe, {});
    assert.equal((await raw.answer(4)).error.code, 105);
    assert.deepEqual((await raw.answer(5)).ping, {});
    raw.send(
      { id: 6, unsubscribe: { channel } },
      { id: 7, unsubscribe: { channel } },
      { id: 8, subscribe: { channel } },
    );
    assert.deepEqual((await raw.answer(6)).unsubscribe, {});
    assert.deepEqual((await raw.answer(7)).unsubscribe, {});
    assert.deepEqual((await raw.answer(8)).subscribe, {});
  });

  test("by a message larger than allowed is disconnected", async (t) => {
    const { url } = await startLive(t, {}, { live: { maxMessageBytes: 1000 } });
    const raw = await connectRaw(t, url);
    raw.send({ id: 2, ping: {}, more: "x".repeat(2000) });
    const parts = await connectRaw(t, url);
    for (let part = 0; part < 20; part++) parts.socket.send("x".repeat(100), { fin: false });

    // The client of Centrifuge takes this code for what it is.
    assert.equal((await raw.closed).code, 1009);
    assert.equal((await parts.closed).code, 1009);
  });

  test("by a flood of commands has so many worked on at a time, and the others are served", async (t) => {
    let asked = 0;
    let mostAsked = 0;
    const gate = Promise.withResolvers<void>();
    const { url } = await startLive(
      t,
      {
        stream: {
          publishStream: async () => {
            asked++;
            mostAsked = Math.max(mostAsked, asked);
            await gate.promise;
            asked--;
            return { status: 0 };
          },
        },
      },
      { live: { maxCommandsInFlight: 3 } },
    );
    const flood = await connectRaw(t, url);
    const count = 500;
    for (let first = 0; first < count; first += 100) {
      flood.send(
        ...Array.from({ length: 100 }, (_, index) => ({
          id: 10 + first + index,
          publish: { channel, data: {} },
        })),
      );
    }
    await until("the first ones are asked", () => asked === 3);
    const other = await connectRaw(t, url);
    other.send({ id: 2, ping: {} });
    assert.deepEqual((await other.answer(2)).ping, {});
    // Most of the flood is still in the socket of the client: the gateway does not read it.
    gate.resolve();

    assert.deepEqual((await flood.answer(9 + count)).publish, {});
    assert.equal(mostAsked, 3);
  });

  test("by not reading its answers is disconnected", async (t) => {
    const gateway = await startLive(t, {}, { live: { maxQueuedBytes: 10_000 } });
    const socket = await openSilent(gateway.port);
    t.after(() => socket.destroy());
    socket.write(clientFrame('{"id":1,"connect":{}}'));
    const commands = Array.from({ length: 400 }, (_, index) => `{"id":${index + 2},"presence":{}}`);
    const frame = clientFrame(commands.join("\n"));

    while ((await metric(gateway, slow)) !== 1) await write(socket, frame);
    assert.equal(await metric(gateway, sockets), 0);
  });

  test("by not reading packets is disconnected, while the others get all of them", async (t) => {
    const source = createLiveSource();
    const gateway = await startLive(t, { stream: source.stream }, { live: { maxQueuedBytes: 100_000 } });
    const silent = await openSilent(gateway.port);
    t.after(() => silent.destroy());
    silent.write(clientFrame(`{"id":1,"connect":{}}\n${JSON.stringify(subscribe)}`));
    const stuck = await fetch(`${gateway.url}/api/live/sse/ds/m1/x`);
    const raw = await connectRaw(t, gateway.url);
    raw.send(subscribe);
    await raw.answer(2);
    await until("all are there", async () => (await metric(gateway, "live_subscriptions")) === 3);

    // Each is read before the next one is sent: this client is not slow, however busy the machine is.
    let sent = 0;
    while ((await metric(gateway, "live_subscriptions")) > 1) {
      source.send({ n: sent, text: "x".repeat(60_000) });
      sent++;
      await until("it came", () => raw.lines.length === 2 + sent);
    }

    assert.deepEqual(
      raw.lines.slice(2).map(({ push }) => push.pub.data.n),
      Array.from({ length: sent }, (_, n) => n),
    );
    assert.equal(await metric(gateway, slow), 1);
    // What a stream of events has still in its buffers, and then why it ends.
    const text = await stuck.text();
    assert.match(text, /event: end\ndata: \{"code":3008,"message":"slow"\}\n\n$/);
  });

  test("by not answering pings is disconnected", async (t) => {
    const { url } = await startLive(t, {}, { live: { pingMs: 20, pongTimeoutMs: 100 } });
    const raw = await connectRaw(t, url);

    assert.deepEqual(await raw.closed, { code: 3012, reason: "no pong" });
    assert.deepEqual(raw.lines.slice(1), [{}]);
  });

  test("by pings of WebSocket whose answers it does not read is disconnected", async (t) => {
    const gateway = await startLive(t, {}, { live: { maxQueuedBytes: 10_000 } });
    const socket = await openSilent(gateway.port);
    t.after(() => socket.destroy());
    socket.write(clientFrame('{"id":1,"connect":{}}'));
    const ping = Buffer.concat([Buffer.from([0x89, 0xfd, 0, 0, 0, 0]), Buffer.alloc(125)]);
    const pings = Buffer.concat(Array.from({ length: 500 }, () => ping));

    while ((await metric(gateway, slow)) !== 1) await write(socket, pings);
  });

  test("by more connections, channels or subscriptions than allowed is refused, and the others go on", async (t) => {
    const source = createLiveSource();
    const { url, ask } = await startLive(
      t,
      { stream: source.stream },
      { live: { maxConnections: 3, maxChannels: 3, maxSubscriptions: 2 } },
    );
    const [first, second] = [await connectRaw(t, url), await connectRaw(t, url)];
    const stream = await fetch(`${url}/api/live/sse/ds/m1/c0`);

    const refused = await refusedHandshake(url, {});
    assert.equal(refused.status, 503);
    assert.match(refused.text, /too many Live clients are connected: try again/);
    assert.equal((await ask("/api/live/sse/ds/m1/c0")).status, 503);
    first.send(...[1, 2, 3].map((n) => ({ id: n + 1, subscribe: { channel: `1/ds/m1/c${n}` } })));
    assert.equal((await first.answer(4)).error.code, 106);
    assert.deepEqual((await first.answer(3)).subscribe, {});
    second.send(
      { id: 2, subscribe: { channel: "1/ds/m1/c3" } },
      { id: 3, subscribe: { channel: "1/ds/m1/c2" } },
    );
    assert.deepEqual((await second.answer(2)).error, {
      code: 111,
      message: "too many channels are in use: try again",
      temporary: true,
    });
    assert.deepEqual((await second.answer(3)).subscribe, {});
    await stream.body?.cancel();
    await until("there is room again", async () => (await refusedHandshake(url, {})).status === 101);
  });
});
