/** Live in servers of other makers: by the upgrade event of Node, and by a WebSocket that the server has opened itself. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import type { PluginImpl } from "grafana-plugin-protocol";
import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  type LiveSocket,
} from "grafana-plugin-protocol/gateway";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { StreamPacketSchema, SubscribeStreamResponseSchema, v2 } from "grafana-plugin-protocol/v2";
import { WebSocketServer } from "ws";
import { atEnd } from "../../helpers/at-end.ts";
import { runProgram, sourceProgram } from "../../helpers/run-program.ts";
import { until } from "../../helpers/until.ts";
import { connectCentrifuge, connectRaw, refusedHandshake, watch } from "./live-clients.ts";
import { createLiveSource, jsonPacket } from "./live-source.ts";
import { patient } from "./start-live.ts";

async function createMemoryGateway(
  t: TestContext,
  impl: PluginImpl<typeof v2>,
  options: Partial<GatewayOptions> = {},
): Promise<Gateway> {
  const gateway = await createGateway({
    plugins: [{ id: "memory", client: createInMemoryPlugin(v2, impl) }],
    dataSources: [{ name: "Memory", type: "memory", uid: "m1" }],
    ...options,
    live: { ...patient, ...options.live },
  });
  atEnd(t, () => gateway.close({ graceMs: 0 }));
  return gateway;
}

/** A server of WebSockets that knows nothing of the gateway, as that of a framework does. */
async function startForeign(t: TestContext, gateway: Gateway): Promise<string> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, { url = "", headers }) => {
    const request = new Request(`http://${headers.host}${url}`, {
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    });
    const live = gateway.live.accept(request, socket);
    socket.on("message", (message) => live.receive(message as Buffer));
    socket.on("close", () => live.closed());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(t, () => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("the upgrade event of a server of Node is all that Live needs", async (t) => {
  const source = createLiveSource();
  const gateway = await createMemoryGateway(t, { stream: source.stream });
  const server = createServer((_, response) => {
    response.end("mine");
  });
  server.on("upgrade", gateway.live.upgrade);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(t, () => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = connectCentrifuge(t, url);
  const { packets } = await watch(client, "1/ds/m1/x");
  source.send({ n: 1 });

  await until("it came", () => packets.length === 1);
  assert.equal(await (await fetch(url)).text(), "mine");
  const other = request(url, { headers: { Connection: "Upgrade", Upgrade: "h2c" } }).end();
  const [answer] = (await once(other, "response")) as [IncomingMessage];
  assert.equal(answer.statusCode, 400);
  answer.resume();
  await gateway.close();
  assert.equal(source.running(), 0);
  await until("it is told", () => client.state === "connecting");
  assert.equal((await refusedHandshake(url, {})).status, 503);
});

test("a WebSocket of any server is served by accept", async (t) => {
  const source = createLiveSource();
  const gateway = await createMemoryGateway(
    t,
    { stream: source.stream },
    { tokens: ["good"], allowedHosts: ["127.0.0.1"] },
  );
  const url = await startForeign(t, gateway);
  const { packets, events } = await watch(connectCentrifuge(t, url, { token: "good" }), "1/ds/m1/x");
  const raw = await connectRaw(t, url, { query: "?auth_token=good" });
  raw.send({ id: 2, subscribe: { channel: "1/ds/m1/x" } });
  await raw.answer(2);
  source.send({ n: 1 }, { n: 2 });

  await until("both came", () => packets.length === 2 && raw.lines.length === 4);
  assert.equal(source.runs(), 1);
  assert.deepEqual(packets, [{ n: 1 }, { n: 2 }]);
  raw.socket.terminate();
  for (const [query, headers, code, reason] of [
    ["?auth_token=bad", {}, 3500, "invalid token"],
    [
      "",
      { Origin: "https://evil.example" },
      3507,
      "origin not allowed: name it in allowedOrigins (serve: --allow-origin), or pass Host on in the proxy",
    ],
    [
      "",
      { Host: "evil.example" },
      3507,
      "host not allowed: call the gateway by a name of its allowedHosts (serve: --allow-host)",
    ],
  ] as const) {
    const refused = await connectRaw(t, url, { query, headers, isSilent: true });
    assert.deepEqual(await refused.closed, { code, reason });
  }
  const large = await connectRaw(t, url, { query: "?auth_token=good" });
  large.send("x".repeat(70_000));
  assert.equal((await large.closed).code, 3501);
  await gateway.close();
  await until("the client is told", () => events.length > 0 && source.running() === 0);
  const late = await connectRaw(t, url, { isSilent: true });
  assert.deepEqual(await late.closed, { code: 3013, reason: "the gateway is shutting down: try again" });
});

test("a WebSocket that tells what waits for its client is closed when that is too much", async (t) => {
  const source = createLiveSource();
  const gateway = await createMemoryGateway(t, { stream: source.stream }, { live: { maxQueuedBytes: 1000 } });
  for (const waiting of ["bufferedAmount", "getBufferedAmount"] as const) {
    let amount = 0;
    const sent: string[] = [];
    const closes: unknown[] = [];
    const live = gateway.live.accept(new Request("http://localhost/live"), {
      send: (text) => sent.push(text),
      close: (code, reason) => closes.push([code, reason]),
      ...(waiting === "bufferedAmount" ? {} : { getBufferedAmount: () => amount }),
      get bufferedAmount() {
        return waiting === "bufferedAmount" ? amount : undefined;
      },
    });
    live.receive('{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"1/ds/m1/x"}}');
    await until("it is subscribed", () => sent.length === 2);
    amount = 1000;
    source.send({ n: 1 });
    await until("it came", () => sent.length === 3);
    amount = 1001;
    source.send({ n: 2 });

    await until("it is closed", () => closes.length === 1);
    assert.deepEqual(closes, [[3008, "slow"]]);
    assert.equal(sent.length, 3);
    live.closed();
    await until("the stream has ended", () => source.running() === 0);
  }
});

test("a WebSocket whose methods throw ends its connection alone", async (t) => {
  const source = createLiveSource();
  const gateway = await createMemoryGateway(t, { stream: source.stream });
  const fail = (): never => {
    throw new Error("it is closed");
  };
  const sent: string[] = [];
  let isBroken = false;
  const live = gateway.live.accept(new Request("http://localhost/live"), {
    send: (text) => (isBroken ? fail() : sent.push(text)),
    close: fail,
    get bufferedAmount() {
      return fail();
    },
  });
  live.receive('{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"1/ds/m1/x"}}');
  await until("it is subscribed", () => sent.length === 2);
  const other = await connectRaw(t, await startForeign(t, gateway));
  other.send({ id: 2, subscribe: { channel: "1/ds/m1/x" } });
  await other.answer(2);
  isBroken = true;
  source.send({ n: 1 });

  await until("it came to the other one", () => other.lines.length === 3);
  live.receive("garbage");
  live.closed();
  live.closed();
  const list = await gateway.fetch(new Request("http://localhost/api/live/list"));
  assert.deepEqual(await list.json(), { channels: [{ channel: "ds/m1/x", subscribers: 1 }] });
});

test("without the package ws a handshake is answered with 501 and what to do", async (t) => {
  const program = runProgram(
    t,
    process.execPath,
    sourceProgram(new URL("fixtures/without-ws.ts", import.meta.url)),
  );

  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
  assert.equal(
    program.stdout().trim(),
    '501 {"message":"WebSocket needs the package ws, which is not installed: npm install ws, or use /api/live/sse"}',
  );
});

test("a gateway with Plutono's API has no Live, and says so", async (t) => {
  const gateway = await createMemoryGateway(t, {}, { api: "plutono" });
  const server = createServer();
  server.on("upgrade", gateway.live.upgrade);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(t, () => server.close());
  const { status, text } = await refusedHandshake(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    {},
  );
  const list = await gateway.fetch(new Request("http://localhost/api/live/list"));

  assert.equal(status, 501);
  assert.deepEqual(JSON.parse(text), {
    message: "this gateway has no Live with Plutono's API: poll /api/ds/query",
  });
  assert.equal(list.status, 501);
});

test("server-sent events come through the Fetch handler, and end when the body is cancelled", async (t) => {
  const source = createLiveSource();
  const gateway = await createMemoryGateway(t, { stream: source.stream });
  const { status, body, headers } = await gateway.fetch(
    new Request("http://localhost/api/live/sse/ds/m1/x?data=%7B%7D"),
  );
  source.send({ n: 1 });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.endsWith('{"n":1}\n\n')) text += (await reader?.read())?.value ?? "";

  assert.deepEqual([status, headers.get("content-type")], [200, "text/event-stream"]);
  assert.equal(text, ': subscribed\n\ndata: {"n":1}\n\n');
  await reader?.cancel();
  await until("the stream has ended", () => source.running() === 0);
});

test("server-sent events have a comment from time to time", async (t) => {
  const gateway = await createMemoryGateway(
    t,
    { stream: createLiveSource().stream },
    { live: { pingMs: 5 } },
  );
  const { body } = await gateway.fetch(new Request("http://localhost/api/live/sse/ds/m1/x"));
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.endsWith(": ping\n\n: ping\n\n")) text += (await reader?.read())?.value ?? "";
  await reader?.cancel();

  assert.ok(text.startsWith(": subscribed\n\n: ping\n\n"));
});

test("a subscriber that comes when the last one is let go as too slow gets a stream of its own", async (t) => {
  let waiting = 0;
  let asked = 0;
  let runs = 0;
  const send = Promise.withResolvers<void>();
  const isTaken = Promise.withResolvers<void>();
  const memory = createInMemoryPlugin(v2, {});
  // Not over a wire: the second subscription has to be granted in the turn in which a packet has come.
  const stream: typeof memory.stream = {
    ...memory.stream,
    subscribeStream: async () => {
      if (++asked === 2) await isTaken.promise;
      return create(SubscribeStreamResponseSchema);
    },
    async *runStream(_, { signal } = {}) {
      runs++;
      if (runs === 1) await send.promise;
      yield create(StreamPacketSchema, jsonPacket({ run: runs }));
      isTaken.resolve();
      await new Promise((resolve) => {
        signal?.addEventListener("abort", resolve);
      });
    },
  };
  const gateway = await createMemoryGateway(
    t,
    {},
    { plugins: [{ id: "memory", client: { ...memory, stream } }], live: { maxQueuedBytes: 10 } },
  );
  const subscribe = (queued: () => number): readonly string[] => {
    const texts: string[] = [];
    const socket: LiveSocket = {
      send: (text) => texts.push(text),
      close: (code) => texts.push(`closed ${code}`),
      getBufferedAmount: queued,
    };
    const live = gateway.live.accept(new Request("http://localhost/api/live/ws"), socket);
    live.receive('{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"1/ds/m1/x"}}');
    return texts;
  };

  const slow = subscribe(() => waiting);
  await until("the stream runs", () => runs === 1);
  const next = subscribe(() => 0);
  await until("the second one is asked for", () => asked === 2);
  waiting = 100;
  send.resolve();
  await until("the slow one is let go", () => slow.at(-1) === "closed 3008");
  await until("the next one has a packet", () => next.at(-1)?.includes('"run":2'));

  assert.equal(runs, 2);
});

test("events that nobody reads end with the reason, also where pings alone are too many", async (t) => {
  const gateway = await createMemoryGateway(
    t,
    { stream: createLiveSource().stream },
    { live: { pingMs: 1, maxQueuedBytes: 10 } },
  );
  const ask = (path: string): Promise<Response> =>
    gateway.fetch(new Request(`http://localhost/api/live/${path}`));

  const events = await ask("sse/ds/m1/x");
  await until("the channel has gone", async () => (await (await ask("list")).text()) === '{"channels":[]}');

  assert.match(await events.text(), /^: subscribed\n\n(: ping\n\n)?event: end\ndata: {"code":3008,.*}\n\n$/);
});
