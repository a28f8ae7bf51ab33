/** Who may connect to Live, and what a client cannot do to the gateway and the others. docs/gateway-security.md names these tests. */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { suite, test } from "node:test";
import { Centrifuge as ProtobufCentrifuge } from "centrifuge/build/protobuf";
import WebSocket from "ws";
import { until } from "../../helpers/until.ts";
import { range, type StartedGateway } from "../start-gateway.ts";
import { connectCentrifuge, connectRaw, refusedHandshake, socketUrl, watch } from "./live-clients.ts";
import { createLiveSource, jsonPacket } from "./live-source.ts";
import { startLive } from "./start-live.ts";

const channel = "1/ds/m1/x";
const subscribe = { id: 2, subscribe: { channel } };

async function metric({ ask }: StartedGateway, name: string): Promise<number> {
  const { text } = await ask("/metrics");
  return Number(new RegExp(`^grafana_plugin_gateway_${name} (\\d+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

const sockets = 'live_connections{transport="websocket"}'.replace(/[{}]/g, "\\$&");

const slow = 'live_disconnects_total\\{code="3008"\\}';

/** Resolves when the system has taken the bytes, or the socket has ended. */
function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, () => resolve());
  });
}

/** Opens a WebSocket by hand, so that nothing reads what comes and nothing answers pings. */
async function openSilent(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    `GET /api/live/ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  return socket;
}

/** A text frame of a client, with a mask of zeros. */
function clientFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, body]);
}

suite("a Live client without a right to connect", () => {
  test("is refused by its host and by its origin, as every request is", async (t) => {
    const { url, port } = await startLive(t, {}, { allowedOrigins: ["https://app.example"] });

    for (const [headers, status] of [
      [{ Origin: "https://evil.example" }, 403],
      [{ Origin: "null" }, 403],
      [{ Host: "evil.example" }, 403],
      [{ Origin: "https://evil.example", Host: "evil.example" }, 403],
      [{ Origin: "https://app.example" }, 101],
      [{ Origin: `http://127.0.0.1:${port}` }, 101],
      [{ Host: "localhost" }, 101],
    ] as const) {
      const answer = await refusedHandshake(url, { headers });
      assert.equal(answer.status, status, JSON.stringify(headers));
    }
  });

  test("is refused by a wrong token, wherever it has it, and no log has a token", async (t) => {
    const source = createLiveSource();
    const { url, log } = await startLive(t, { stream: source.stream }, { tokens: ["the good token"] });

    for (const [query, headers, status] of [
      ["?auth_token=wrong", {}, 401],
      ["?auth_token=", {}, 401],
      ["", { Authorization: "Bearer wrong" }, 401],
      ["?auth_token=the%20good%20token", { Authorization: "Bearer wrong" }, 401],
      ["?auth_token=the%20good%20token", {}, 101],
      ["", { Authorization: `Basic ${btoa("api_key:the good token")}` }, 101],
    ] as const) {
      const answer = await refusedHandshake(url, { query, headers });
      assert.equal(answer.status, status, query + JSON.stringify(headers));
    }
    for (const connecting of [{}, { token: "wrong" }, { token: 5 }, { token: "" }]) {
      const raw = await connectRaw(t, url, { isSilent: true });
      raw.send({ id: 1, connect: connecting }, subscribe);
      assert.deepEqual(await raw.closed, { code: 3500, reason: "invalid token" });
      assert.deepEqual(raw.lines, []);
    }
    for (const options of [{ token: "the good token" }, { getToken: async () => "the good token" }]) {
      const { events } = await watch(connectCentrifuge(t, url, options), channel);
      assert.deepEqual(events, ["subscribed"]);
    }
    for (const query of ["?auth_token=wrong", ""]) {
      assert.equal((await fetch(`${url}/api/live/sse/ds/m1/x${query}`)).status, 401);
    }
    const stream = await fetch(`${url}/api/live/sse/ds/m1/x?auth_token=the%20good%20token`);
    assert.equal(stream.status, 200);
    await stream.body?.cancel();
    // Only where a client of a browser has no other way.
    assert.equal((await fetch(`${url}/api/datasources?auth_token=the%20good%20token`)).status, 401);
    assert.ok(!JSON.stringify(log).includes("good token"));
  });

  test("does nothing before its first command, which has to come in time", async (t) => {
    const { url } = await startLive(t, {}, { live: { connectTimeoutMs: 50 } });
    const silent = await connectRaw(t, url, { isSilent: true });
    const patient = await startLive(t, {});
    const early = await connectRaw(t, patient.url, { isSilent: true });
    early.send(subscribe);

    assert.deepEqual(await silent.closed, { code: 3502, reason: "stale" });
    assert.deepEqual(await early.closed, { code: 3501, reason: "bad request" });
  });

  test("is told that the protocol of Protobuf is not there, so that it does not try again", async (t) => {
    const { url } = await startLive(t, {});
    const raw = await connectRaw(t, url, { protocols: ["centrifuge-protobuf"], isSilent: true });

    assert.deepEqual(await raw.closed, {
      code: 3506,
      reason: "this gateway speaks JSON: connect without the subprotocol centrifuge-protobuf",
    });
    const client = new ProtobufCentrifuge(socketUrl(url), { websocket: WebSocket });
    const end = await new Promise((resolve) => {
      client.on("error", () => {});
      client.on("disconnected", ({ code }) => resolve(code));
      client.connect();
    });
    assert.equal(end, 3506);
    const json = await connectRaw(t, url, { protocols: ["centrifuge-json"] });
    assert.equal(json.socket.protocol, "centrifuge-json");
  });

  test("is answered like any request on another path, and with a broken handshake", async (t) => {
    const { port, url } = await startLive(t, {});
    const status = (path: string, headers: string): Promise<string> =>
      new Promise((resolve, reject) => {
        let text = "";
        const socket = connect(port, "127.0.0.1", () =>
          socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n`),
        );
        socket.setEncoding("latin1").on("data", (part: string) => {
          text += part;
          // An answer to a request of HTTP leaves the connection open.
          socket.end();
        });
        socket.on("error", reject).on("close", () => resolve(text.split("\r\n")[0] ?? ""));
      });
    const upgrade = "Connection: Upgrade\r\nUpgrade: websocket";

    assert.equal(await status("/api/health", upgrade), "HTTP/1.1 404 Not Found");
    assert.equal(await status("/api/live/ws", upgrade), "HTTP/1.1 400 Bad Request");
    assert.equal(
      await status("/api/live/ws", `${upgrade}\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 1`),
      "HTTP/1.1 400 Bad Request",
    );
    // A client that offers HTTP/2 goes on with HTTP/1.1.
    assert.equal(
      await status(
        "/api/health",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
      ),
      "HTTP/1.1 200 OK",
    );
    const plain = await fetch(`${url}/api/live/ws`);
    assert.deepEqual([plain.status, plain.headers.get("upgrade")], [426, "websocket"]);
  });
});

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

test("the log of a refused handshake has its trace, and why it is refused, as that of any request", async (t) => {
  const { url, log } = await startLive(t, {}, { live: { maxConnections: 1 } });
  await connectRaw(t, url);
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  await refusedHandshake(url, { headers });

  const record = log.find(({ fields }) => fields["traceId"] === traceId);
  assert.deepEqual([record?.level, record?.message], ["error", "request completed"]);
  assert.deepEqual([record?.fields["route"], record?.fields["status"]], ["/api/live/ws", 503]);
  assert.match(String(record?.fields["error"]), /^too many Live clients are connected/);
});

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
