/** The connections that streams come over. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { answerQueries } from "grafana-plugin-protocol/v2";
import WebSocket from "ws";
import { testCertificate } from "../../../helpers/test-certificate.ts";
import { until } from "../../../helpers/until.ts";
import { range } from "../../start-gateway.ts";
import { connectRaw } from "../live-clients.ts";
import { createLiveSource } from "../live-source.ts";
import { startLive } from "../start-live.ts";

test("a stream comes over TLS too", async (t) => {
  const source = createLiveSource();
  const { key, certificate: cert } = await testCertificate();
  const { port } = await startLive(t, { stream: source.stream }, { tls: { key, cert } });
  const socket = new WebSocket(`wss://127.0.0.1:${port}/api/live/ws`, [], { rejectUnauthorized: false });
  const texts: string[] = [];
  socket.on("message", (message) => texts.push(...String(message).split("\n")));
  await once(socket, "open");
  socket.send('{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"1/ds/m1/x"}}');
  await until("it is subscribed", () => texts.length === 2);
  source.send({ text: "x".repeat(100_000) });

  await until("it came", () => texts.length === 3);
  assert.equal(JSON.parse(texts[2] ?? "").push.pub.data.text.length, 100_000);
  socket.terminate();
});

test("a query in flight is answered before its connection ends with the gateway", async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isAsked = false;
  const gateway = await startLive(t, {
    data: {
      queryData: async (request) => {
        isAsked = true;
        await promise;
        return answerQueries(request, () => []);
      },
    },
  });
  const busy = await connectRaw(t, gateway.url);
  const idle = await connectRaw(t, gateway.url);
  const queries = [{ refId: "A", datasource: { uid: "m1" } }];
  busy.send({ id: 2, rpc: { method: "grafana.query", data: { ...range, queries } } });
  await until("it is in flight", () => isAsked);
  const closing = gateway.close();
  assert.deepEqual(await idle.closed, { code: 3001, reason: "shutdown" });
  resolve();

  assert.deepEqual(await busy.closed, { code: 3001, reason: "shutdown" });
  assert.deepEqual((await busy.answer(2)).rpc.data, { results: { A: { status: 200, frames: [] } } });
  await closing;
});
