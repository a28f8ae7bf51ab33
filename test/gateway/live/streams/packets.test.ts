/** The packets that subscribers get, of plugins that a test writes. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { until } from "../../../helpers/until.ts";
import { connectCentrifuge, connectRaw, watch } from "../live-clients.ts";
import { createLiveSource, jsonPacket } from "../live-source.ts";
import { startLive } from "../start-live.ts";
import { listed } from "./list-channels.ts";
import { readEvents } from "./read-events.ts";

const encoder = new TextEncoder();
const ok = { status: 0 } as const;

suite("a packet", () => {
  test("reaches subscribers as the plugin sent it, with line breaks within it too", async (t) => {
    const source = createLiveSource();
    const { url } = await startLive(t, { stream: source.stream });
    const raw = await connectRaw(t, url);
    raw.send({ id: 2, subscribe: { channel: "1/ds/m1/x" } });
    await raw.answer(2);
    const events = readEvents(url, 3);
    await until("both are there", async () => (await listed(url))[0]?.subscribers === 2);
    source.send(encoder.encode('{\r\n "a": 12345678901234567890,\n "b": "1\\n2" }'), { c: "ü" });

    await until("both came", () => raw.lines.length === 4);
    const text = JSON.stringify(raw.lines[2].push.pub.data);
    assert.equal(text, '{"a":12345678901234567000,"b":"1\\n2"}');
    assert.deepEqual(raw.lines[3], { push: { channel: "1/ds/m1/x", pub: { data: { c: "ü" } } } });
    assert.deepEqual(await events, [
      ": subscribed",
      'data: {\ndata:  "a": 12345678901234567890,\ndata:  "b": "1\\n2" }',
      'data: {"c":"ü"}',
    ]);
  });

  test("of several that come together, all come in their order", async (t) => {
    const source = createLiveSource();
    const { url, ask } = await startLive(t, { stream: source.stream });
    const client = connectCentrifuge(t, url);
    const { packets } = await watch(client, "1/ds/m1/x");
    const sent = Array.from({ length: 5000 }, (_, n) => ({ n, text: "x".repeat(n % 300) }));
    source.send(...sent);

    await until("all came", () => packets.length === sent.length);
    assert.deepEqual(packets, sent);
    assert.match((await ask("/metrics")).text, /live_packets_total 5000$/m);
  });

  test("of 4 MiB comes whole", async (t) => {
    const source = createLiveSource();
    const { url } = await startLive(t, { stream: source.stream });
    const client = connectCentrifuge(t, url);
    const { packets } = await watch(client, "1/ds/m1/x");
    const events = readEvents(url, 2);
    await until("both are there", async () => (await listed(url))[0]?.subscribers === 2);
    const text = "x".repeat(4 << 20);
    source.send({ text });

    await until("it came", () => packets.length === 1);
    assert.deepEqual(packets, [{ text }]);
    assert.equal((await events)[1], `data: {"text":"${text}"}`);
  });

  test("that is not JSON reaches nobody, and the stream is opened again", async (t) => {
    for (const bad of ["not json", "", "{} {}", '{"a":', "\uFEFF{}"]
      .map((text) => encoder.encode(text))
      .concat(new Uint8Array([0x22, 0xff, 0x22]))) {
      const source = createLiveSource();
      const { url, log } = await startLive(t, { stream: source.stream });
      const client = connectCentrifuge(t, url);
      const { packets, events } = await watch(client, "1/ds/m1/x");
      source.send({ n: 1 }, bad);
      await until("it runs again", () => source.runs() === 2);
      source.send({ n: 2 });

      await until("the next one came", () => packets.length === 2);
      assert.deepEqual(packets, [{ n: 1 }, { n: 2 }]);
      assert.deepEqual(events, ["subscribed"]);
      const line = log.find(({ message }) => message === "live stream failed and is opened again");
      assert.match(String(line?.fields["reason"]), /expected packets of JSON/);
    }
  });
});

test("1000 subscribers of 10 channels get every packet, of 10 streams", async (t) => {
  let runs = 0;
  let running = 0;
  const started = Promise.withResolvers<void>();
  const { url, ask } = await startLive(t, {
    stream: {
      subscribeStream: () => ok,
      async *runStream({ path }, { signal }) {
        runs++;
        running++;
        await started.promise;
        for (let n = 0; n < 20; n++) yield jsonPacket({ path, n });
        await new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
        running--;
      },
    },
  });
  const clients = await Promise.all(
    Array.from({ length: 1000 }, async (_, index) => {
      const raw = await connectRaw(t, url, { isSilent: true });
      raw.send({ id: 1, connect: {} }, { id: 2, subscribe: { channel: `1/ds/m1/c${index % 10}` } });
      return raw;
    }),
  );
  await Promise.all(clients.map((raw) => raw.answer(2)));
  assert.deepEqual(
    await listed(url),
    Array.from({ length: 10 }, (_, index) => ({ channel: `ds/m1/c${index}`, subscribers: 100 })),
  );
  started.resolve();

  await until("all came", () => clients.every(({ lines }) => lines.length === 22), 600_000);
  for (const [index, { lines }] of clients.entries()) {
    const expected = Array.from({ length: 20 }, (_, n) => ({ path: `c${index % 10}`, n }));
    assert.deepEqual(
      lines.slice(2).map(({ push }) => push.pub.data),
      expected,
    );
  }
  assert.equal(runs, 10);
  const { text } = await ask("/metrics");
  assert.match(text, /live_messages_total 20000$/m);
  assert.match(text, /live_packets_total 200$/m);
  assert.match(text, /live_subscriptions 1000$/m);
  assert.match(text, /live_channels 10$/m);
  assert.match(text, /live_connections\{transport="websocket"\} 1000$/m);
  for (const { socket } of clients) socket.close();
  await until("the streams have ended", () => running === 0);
});
