/** What clients do with their connections, by sockets that write the bytes themselves. */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { suite, test } from "node:test";
import { createField, createFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { atEnd } from "../../helpers/at-end.ts";
import { until } from "../../helpers/until.ts";
import { startCareless, startInMemory } from "../in-memory-gateway.ts";
import { range, type StartedGateway } from "../start-gateway.ts";

const query = JSON.stringify({ ...range, queries: [{ refId: "A", datasource: { uid: "m1" } }] });

/** A connection with all that came so far. */
interface Connection {
  readonly socket: Socket;
  readonly received: () => string;
  readonly isClosed: () => boolean;
}

async function open(t: Parameters<typeof atEnd>[0], { port }: StartedGateway): Promise<Connection> {
  let text = "";
  let isClosed = false;
  const socket = connect(port, "127.0.0.1");
  atEnd(t, () => void socket.destroy());
  socket.setEncoding("latin1").on("data", (part: string) => {
    text += part;
  });
  socket
    .on("error", () => {})
    .on("close", () => {
      isClosed = true;
    });
  await until("the connection stands", () => socket.readyState === "open");
  return { socket, received: () => text, isClosed: () => isClosed };
}

function requestText(method: string, path: string, body = "", lines: readonly string[] = []): string {
  const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return `${[`${method} ${path} HTTP/1.1`, "Host: localhost", ...length, ...lines].join("\r\n")}\r\n\r\n${body}`;
}

const get = (path: string, lines: readonly string[] = []): string => requestText("GET", path, "", lines);

function statusesOf(text: string): string[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status ?? "");
}

/** Rows of a frame whose JSON has some megabytes more than the sockets of both sides take. */
const largeRows = 160_000;

async function frameOf(rows: number): Promise<Uint8Array> {
  const texts = Array.from({ length: rows }, (_, i) => `${i}`.padStart(100, "a"));
  return encodeFrame(createFrame({ fields: [createField("text", "string", texts)] }));
}

suite("one connection", () => {
  test("answers pipelined requests in their order, however long the first one takes", async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let begun = 0;
    const server = await startInMemory(t, {
      data: {
        queryData: async () => {
          begun++;
          await promise;
          return { responses: {} };
        },
      },
    });
    const { socket, received } = await open(t, server);

    socket.write(requestText("POST", "/api/ds/query", query) + get("/api/nothing") + get("/api/health"));
    await until("the first request is in flight", () => begun === 1);
    assert.equal(received(), "");
    resolve();
    await until("three answers are there", () => statusesOf(received()).length === 3);

    assert.deepEqual(statusesOf(received()), ["200", "404", "200"]);
  });

  test("is kept for a request that comes after an answer without a body, and after one of HEAD", async (t) => {
    let answers = 0;
    const server = await startInMemory(t, {
      resource: {
        async *callResource() {
          answers++;
          yield { code: 204 };
        },
      },
    });
    const { socket, received } = await open(t, server);
    const path = "/api/datasources/uid/m1/resources/x";

    socket.write(get(path) + requestText("HEAD", "/api/datasources") + get(path) + get("/api/health"));
    await until("four answers are there", () => statusesOf(received()).length === 4);

    assert.deepEqual(statusesOf(received()), ["204", "200", "204", "200"]);
    assert.equal(answers, 2);
    await until("the last body is there", () => received().endsWith("}}"));
    assert.equal(received().match(/\{"commit"/g)?.length, 1, received());
  });
});

test("205 has the body that the plugin gives, as a server of Go sends it, and 204 and 304 have none", async (t) => {
  const server = await startCareless(t, async function* ({ path }) {
    const [code, parts] = path.split("/").map(Number);
    for (let part = 0; part < (parts ?? 0); part++) {
      yield { code: code ?? 0, body: new TextEncoder().encode("hello") };
    }
  });
  const { socket, received } = await open(t, server);

  // Without a length the end of each answer would not be known to a client that asks for the next one.
  const paths = ["205/1", "204/1", "304/1", "205/2", "204/2", "304/2"];
  socket.write(paths.map((path) => get(`/api/datasources/uid/m1/resources/${path}`)).join(""));
  socket.write(get("/api/nothing"));
  await until("all answers are there", () => received().endsWith('{"message":"Not found"}'));

  const answers = received().split("HTTP/1.1 ").slice(1);
  assert.deepEqual(
    answers.map((answer) => {
      const body = answer.slice(answer.indexOf("\r\n\r\n") + 4);
      // With a length or in chunks.
      return [answer.slice(0, 3), body.replaceAll(/(\r\n)?\d+\r\n(\r\n)?/g, "")];
    }),
    [
      ["205", "hello"],
      ["204", ""],
      ["304", ""],
      ["205", "hellohello"],
      ["204", ""],
      ["304", ""],
      ["404", '{"message":"Not found"}'],
    ],
  );
});

test("HEAD of an endless resource ends the plugin's answer, and has no body", async (t) => {
  let isEnded = false;
  let sent = 0;
  const server = await startInMemory(t, {
    resource: {
      async *callResource() {
        try {
          for (; sent < 10_000; sent++) yield { code: 200, body: new Uint8Array(1000) };
        } finally {
          isEnded = true;
        }
      },
    },
  });
  const { socket, received } = await open(t, server);

  socket.write(requestText("HEAD", "/api/datasources/uid/m1/resources/x") + get("/api/health"));
  await until("both answers are there", () => statusesOf(received()).length === 2);
  await until("the plugin's handler has ended", () => isEnded);

  assert.ok(sent < 10_000, `${sent} parts`);
});

for (const [method, code] of [
  ["HEAD", 200],
  ["GET", 204],
  ["GET", 304],
] as const) {
  test(`${method} of a resource that has sent ${code} and goes on in silence ends the plugin's answer`, async (t) => {
    let isEnded = false;
    const server = await startCareless(t, async function* (_, { signal }) {
      yield { code };
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve());
      });
      isEnded = true;
    });
    const { socket, received } = await open(t, server);

    socket.write(requestText(method, "/api/datasources/uid/m1/resources/x") + get("/api/health"));
    await until("both answers are there", () => statusesOf(received()).length === 2);
    await until("the plugin's handler has ended", () => isEnded);

    assert.deepEqual(statusesOf(received()), [`${code}`, "200"]);
  });
}

suite("a body that the client announces", () => {
  test("is asked for with 100, and then read", async (t) => {
    const server = await startInMemory(t, { data: { queryData: () => ({ responses: { A: {} } }) } });
    const { socket, received } = await open(t, server);

    socket.write(
      requestText("POST", "/api/ds/query", query, ["Expect: 100-continue"]).slice(0, -query.length),
    );
    await until("it is asked for", () => received() !== "");
    assert.match(received(), /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    socket.write(query);
    await until("the answer is there", () => statusesOf(received()).length === 2);

    assert.deepEqual(statusesOf(received()), ["100", "200"]);
  });

  test("is refused without a byte of it when it is too long", async (t) => {
    const server = await startInMemory(t, {}, { limits: { maxBodyBytes: 1000 } });
    const { socket, received, isClosed } = await open(t, server);

    socket.write(
      "POST /api/ds/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n",
    );
    await until("the connection is closed", isClosed);

    assert.deepEqual(statusesOf(received()), ["413"]);
  });

  test("is not asked for by a route that does not read it", async (t) => {
    const server = await startInMemory(t, {});
    const { socket, received } = await open(t, server);

    socket.write(
      "POST /api/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
    );
    await until("the answer is there", () => received() !== "");

    assert.deepEqual(statusesOf(received()), ["404"]);
  });

  test("may be too long and be sent all the same: the client still reads why it is refused", async (t) => {
    const server = await startInMemory(t, {}, { limits: { maxBodyBytes: 1000 } });
    const body = "a".repeat(8 << 20);

    // Many times, because it is a race: a connection that is closed with bytes unread is reset, and the answer lost.
    for (let times = 0; times < 10; times++) {
      const { socket, received, isClosed } = await open(t, server);
      socket.pause();
      socket.write(requestText("POST", "/api/ds/query", body), () => socket.resume());
      await until("the connection is closed", isClosed);
      assert.match(received(), /^HTTP\/1\.1 413 [\s\S]*at most 1000 bytes/);
      assert.equal((await fetch(`${server.url}/api/ds/query`, { method: "POST", body })).status, 413);
    }
  });

  test("breaks off: nothing waits for the rest", async (t) => {
    const server = await startInMemory(t, {});
    const { socket, isClosed } = await open(t, server);

    socket.write(`POST /api/ds/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n${query}`);
    await until("it is in flight", async () => (await inFlight(server)) === 2);
    socket.resetAndDestroy();
    await until("it is not any more", async () => (await inFlight(server)) === 1);

    assert.ok(isClosed());
    assert.equal((await server.ask("/api/health")).status, 200);
  });
});

suite("a client that takes an answer slowly", () => {
  test("gets all of it, and others are answered meanwhile", async (t) => {
    const frame = await frameOf(largeRows);
    const server = await startInMemory(t, {
      data: { queryData: () => ({ responses: { A: { status: 200, frames: [frame] } } }) },
    });
    const { socket, received } = await open(t, server);
    socket.pause();

    socket.write(requestText("POST", "/api/ds/query", query, ["Connection: close"]));
    for (let times = 0; times < 20; times++) {
      assert.equal((await server.ask("/api/health")).status, 200);
      socket.resume();
      await until("more has come", () => received().length > times * 1000);
      socket.pause();
    }
    socket.resume();
    await until("all has come", () => received().endsWith("]}}]}}}"));

    const [head = "", ...body] = received().split("\r\n\r\n");
    assert.equal(Number(/^Content-Length: (\d+)$/m.exec(head)?.[1]), body.join("\r\n\r\n").length);
    assert.equal(JSON.parse(body.join("")).results.A.frames[0].data.values[0].length, largeRows);
  });

  test("loses its connection when it takes nothing of a large answer", async (t) => {
    const frame = await frameOf(largeRows);
    const server = await startInMemory(
      t,
      { data: { queryData: () => ({ responses: { A: { status: 200, frames: [frame] } } }) } },
      { connections: { stallMs: 200 } },
    );
    const { socket, isClosed, received } = await open(t, server);
    socket.pause();

    socket.write(requestText("POST", "/api/ds/query", query));
    await until("the answer is on its way", async () => (await inFlight(server)) === 1);
    await until("the gateway has closed it", async () => (await openSockets(server)) === 0);
    socket.resume();
    await until("the client sees it", isClosed);

    assert.ok(received().length < 16_000_000, `${received().length} bytes`);
  });

  test("loses its connection when it asks for more and more and reads none of it", async (t) => {
    const server = await startInMemory(t, {}, { connections: { stallMs: 200 } });
    const { socket, isClosed } = await open(t, server);
    socket.pause();
    const many = get("/api/frontend/settings").repeat(100);

    const feed = (): void => {
      while (!socket.destroyed && socket.write(many));
    };
    socket.on("drain", feed);
    feed();
    await until("the gateway has closed it", async () => (await openSockets(server)) === 0);
    socket.resume();
    await until("the client sees it", isClosed);

    assert.equal((await server.ask("/api/health")).status, 200);
  });

  test("keeps it while its answer waits behind a longer one on the same connection", async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const large = await frameOf(largeRows);
    // Longer than what is written at once, and the sockets take it without a reader: how fast this process reads is not
    // what is tried.
    const middle = await frameOf(4000);
    const server = await startInMemory(
      t,
      {
        data: {
          queryData: async ({ queries }) => {
            const type = queries[0]?.queryType;
            if (type === "slow") await promise;
            return { responses: { A: { status: 200, frames: [type === "large" ? large : middle] } } };
          },
        },
      },
      { connections: { stallMs: 100 } },
    );
    const ask = (type: string): string =>
      requestText("POST", "/api/ds/query", query.replace('"refId"', `"queryType":"${type}","refId"`));
    const waiting = await open(t, server);
    waiting.socket.write(ask("slow") + ask("middle") + get("/api/health"));
    // A clock: clients that take nothing are closed after the same time, one after the other.
    for (let times = 0; times < 3; times++) {
      const stalled = await open(t, server);
      stalled.socket.pause();
      stalled.socket.write(ask("large"));
      await until("it is closed", async () => (await openSockets(server)) === 1);
      stalled.socket.destroy();
    }

    resolve();
    await until("all three answers are there", () => statusesOf(waiting.received()).length === 3);
    assert.deepEqual(statusesOf(waiting.received()), ["200", "200", "200"]);
  });
});

test("a thousand connections are answered, and none is left", async (t) => {
  const server = await startInMemory(t, {
    data: { queryData: () => ({ responses: { A: { status: 200 } } }) },
  });
  const connections: Connection[] = [];
  // Some at a time: how many may wait is the system's to say.
  while (connections.length < 1000) {
    connections.push(...(await Promise.all(Array.from({ length: 50 }, () => open(t, server)))));
  }

  for (const { socket } of connections) socket.write(requestText("POST", "/api/ds/query", query));
  await until("all are answered", () => connections.every(({ received }) => received() !== ""));
  assert.deepEqual(new Set(connections.flatMap(({ received }) => statusesOf(received()))), new Set(["200"]));
  for (const [index, { socket }] of connections.entries()) {
    if (index % 2 === 0) socket.end();
    else socket.resetAndDestroy();
  }

  await until("none is left", async () => (await openSockets(server)) === 0);
});

/** Requests in flight, with the one that asks. */
async function inFlight({ gateway }: StartedGateway): Promise<number> {
  const response = await gateway.fetch(new Request("http://localhost/metrics"));
  return Number(/^grafana_plugin_gateway_http_requests_in_flight (\d+)$/m.exec(await response.text())?.[1]);
}

/** Connections that the gateway has, by the system's list of this process's own. */
async function openSockets({ port }: StartedGateway): Promise<number> {
  const { readFile } = await import("node:fs/promises");
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = (await readFile("/proc/net/tcp", "utf8")).split("\n").slice(1);
  // Its own end, established (01).
  return lines.filter((line) => {
    const [, local = "", , state] = line.trim().split(/\s+/);
    return local.endsWith(suffix) && (state === "01" || state === "08");
  }).length;
}
