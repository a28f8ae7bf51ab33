/** What a stream, a plugin or a client does to nobody else. docs/gateway-security.md names these tests. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../helpers/until.ts";
import { range } from "../../start-gateway.ts";
import { connectRaw } from "../live-clients.ts";
import { createLiveSource, jsonPacket } from "../live-source.ts";
import { startLive } from "../start-live.ts";
import { metric, sockets } from "./read-metric.ts";

const channel = "1/ds/m1/x";

const subscribe = { id: 2, subscribe: { channel } };

test("event streams do not count as requests in flight, so that they keep no query out", async (t) => {
  const source = createLiveSource();
  const { url, ask } = await startLive(
    t,
    { stream: source.stream },
    { limits: { maxConcurrentRequests: 2 } },
  );
  const streams = await Promise.all([1, 2, 3].map((n) => fetch(`${url}/api/live/sse/ds/m1/c${n}`)));

  assert.deepEqual(
    streams.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal((await ask("/api/datasources")).status, 200);
  for (const { body } of streams) await body?.cancel();
  await until("they have ended", () => source.running() === 0);
});

test("a plugin that answers garbage about a stream is an error of that command alone", async (t) => {
  const answers: (() => object)[] = [
    () => ({ status: 0, data: new TextEncoder().encode("{") }),
    () => ({ status: 0, data: new Uint8Array([0xff]) }),
    () => ({ status: 77 }),
  ];
  const { url, ask } = await startLive(t, {
    stream: {
      subscribeStream: () => answers[0]?.() ?? { status: 0 },
      publishStream: () => answers[0]?.() ?? { status: 0 },
    },
  });
  const raw = await connectRaw(t, url);
  for (let id = 2; answers.length > 0; id += 2) {
    raw.send({ id, subscribe: { channel } }, { id: id + 1, publish: { channel, data: 1 } });
    assert.equal((await raw.answer(id)).error.code, 100);
    assert.equal((await raw.answer(id + 1)).error.code, 100);
    assert.equal((await ask("/api/live/sse/ds/m1/x")).status, 500);
    answers.shift();
  }
  raw.send({ id: 99, subscribe: { channel } });
  assert.deepEqual((await raw.answer(99)).subscribe, {});
});

test("a client that leaves while its subscription is asked for starts no stream", async (t) => {
  const gate = Promise.withResolvers<void>();
  let asked = 0;
  let runs = 0;
  const gateway = await startLive(t, {
    stream: {
      subscribeStream: async () => {
        asked++;
        await gate.promise;
        return { status: 0 };
      },
      async *runStream() {
        runs++;
        yield jsonPacket(1);
      },
    },
  });
  const raw = await connectRaw(t, gateway.url);
  raw.send(subscribe);
  const other = await connectRaw(t, gateway.url);
  other.send(subscribe, { id: 3, unsubscribe: { channel } });
  assert.deepEqual((await other.answer(3)).unsubscribe, {});
  const controller = new AbortController();
  const stream = fetch(`${gateway.url}/api/live/sse/ds/m1/x`, { signal: controller.signal });
  await until("all are asked", () => asked === 3);
  raw.socket.terminate();
  controller.abort();
  await assert.rejects(stream);
  await until("the gateway knows", async () => {
    const events = await metric(gateway, sockets.replace("websocket", "sse"));
    return (await metric(gateway, sockets)) === 1 && events === 0;
  });
  gate.resolve();
  other.send({ id: 5, ping: {} });
  await other.answer(5);

  assert.deepEqual((await gateway.ask("/api/live/list")).json, { channels: [] });
  assert.equal(runs, 0);
  const query = { ...range, queries: [] };
  other.send({ id: 4, rpc: { method: "grafana.query", data: query } });
  assert.equal((await other.answer(4)).error.code, 400);
});
