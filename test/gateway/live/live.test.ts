/** What a stream's subscribers get, of plugins that a test writes, over real sockets. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import {
  answerQueries,
  type PublishStreamRequest,
  type RunStreamRequest,
  type SubscribeStreamRequest,
  v2,
} from "grafana-plugin-protocol/v2";
import WebSocket from "ws";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { testCertificate } from "../../helpers/test-certificate.ts";
import { until } from "../../helpers/until.ts";
import { secret } from "../in-memory-gateway.ts";
import { range } from "../start-gateway.ts";
import { connectCentrifuge, connectRaw, watch } from "./live-clients.ts";
import { createLiveSource, jsonPacket, type StreamHandlers } from "./live-source.ts";
import { startLive } from "./start-live.ts";

const encoder = new TextEncoder();
const ok = { status: 0 } as const;

/** Reads events until there are so many, comments included. */
async function readEvents(url: string, count: number, path = "ds/m1/x"): Promise<readonly string[]> {
  const response = await fetch(`${url}/api/live/sse/${path}`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (text.split("\n\n").length <= count) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    text += part.value;
  }
  await reader?.cancel();
  return text.split("\n\n").filter((event) => event !== "");
}

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

async function listed(url: string): Promise<readonly { channel: string; subscribers: number }[]> {
  const { channels } = (await (await fetch(`${url}/api/live/list`)).json()) as {
    channels: { channel: string; subscribers: number }[];
  };
  return channels;
}

suite("a subscriber that comes later", () => {
  const schema = { fields: [{ name: "v", type: "number" }] };

  test("gets the last schema first, because packets that follow have data alone", async (t) => {
    const source = createLiveSource();
    const { url } = await startLive(t, { stream: source.stream });
    const client = connectCentrifuge(t, url);
    const early = await watch(client, "1/ds/m1/x");
    source.send(
      { schema: { fields: [] }, data: { values: [] } },
      { schema, data: { values: [[1]] } },
      { data: { values: [[2]] } },
    );
    await until("they came", () => early.packets.length === 3);
    const late = await watch(connectCentrifuge(t, url), "1/ds/m1/x");
    source.send({ data: { values: [[3]] } });
    await until("the next one came", () => late.packets.length === 1);

    assert.equal(early.initial(), undefined);
    assert.deepEqual(late.initial(), { schema });
    assert.deepEqual(late.packets, [{ data: { values: [[3]] } }]);
    assert.deepEqual((await readEvents(url, 2))[1], `data: ${JSON.stringify({ schema })}`);
  });

  test("gets what the plugin gives it instead, if it gives something", async (t) => {
    const source = createLiveSource();
    let subscribers = 0;
    const { url } = await startLive(t, {
      stream: {
        ...source.stream,
        subscribeStream: () => ({ ...ok, ...jsonPacket({ subscriber: ++subscribers }) }),
      },
    });
    const client = connectCentrifuge(t, url);
    const first = await watch(client, "1/ds/m1/x");
    source.send({ schema, data: { values: [[1]] } });
    await until("it came", () => first.packets.length === 1);
    const second = await watch(connectCentrifuge(t, url), "1/ds/m1/x");

    assert.deepEqual([first.initial(), second.initial()], [{ subscriber: 1 }, { subscriber: 2 }]);
    assert.equal(source.runs(), 1);
  });
});

test("each subscriber is asked for with its own data and user, and the stream runs for the first one", async (t) => {
  const source = createLiveSource();
  const asked: unknown[] = [];
  const note = (
    endpoint: string,
    request: PublishStreamRequest | RunStreamRequest | SubscribeStreamRequest,
  ): void => {
    const { path, data, headers, pluginContext } = request;
    const login = pluginContext?.user?.login;
    asked.push([endpoint, path, new TextDecoder().decode(data), login, pluginContext?.pluginId, headers]);
  };
  const { url } = await startLive(
    t,
    {
      stream: {
        subscribeStream: (request) => {
          note("subscribe", request);
          return ok;
        },
        async *runStream(request, context) {
          note("run", request);
          yield* source.stream.runStream?.(request, context) ?? [];
        },
        publishStream: (request) => {
          note("publish", request);
          return { status: 0, data: request.data };
        },
      },
    },
    { user: (header) => ({ login: header("x-user") ?? "nobody" }) },
  );
  for (const [index, login] of ["ada", "bob"].entries()) {
    const raw = await connectRaw(t, url, { headers: { "X-User": login, "X-Panel-Id": "7" } });
    raw.send({ id: 2, subscribe: { channel: "1/plugin/memory/a/b=c", data: { index, exact: 1.0 } } });
    await raw.answer(2);
    await until("it runs", () => source.runs() === 1);
    raw.send('{"id":3,"publish":{"channel":"1/plugin/memory/a/b=c","data":{"big":12345678901234567890}}}');
    await raw.answer(3);
  }
  await readEvents(url, 1, "plugin/memory/a/b=c?data=%7B%22q%22%3A1%7D");

  const headers = { "http_X-Panel-Id": "7" };
  assert.deepEqual(asked, [
    ["subscribe", "a/b=c", '{"index":0,"exact":1}', "ada", "memory", headers],
    ["run", "a/b=c", '{"index":0,"exact":1}', "ada", "memory", headers],
    ["publish", "a/b=c", '{"big":12345678901234567890}', "ada", "memory", headers],
    ["subscribe", "a/b=c", '{"index":1,"exact":1}', "bob", "memory", headers],
    ["publish", "a/b=c", '{"big":12345678901234567890}', "bob", "memory", headers],
    ["subscribe", "a/b=c", '{"q":1}', "nobody", "memory", {}],
  ]);
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
