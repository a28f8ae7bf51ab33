/** Who may connect to Live. docs/gateway-security.md names these tests. */

import assert from "node:assert/strict";
import { connect } from "node:net";
import { suite, test } from "node:test";
import { Centrifuge as ProtobufCentrifuge } from "centrifuge/build/protobuf";
import WebSocket from "ws";
import { connectCentrifuge, connectRaw, refusedHandshake, socketUrl, watch } from "../live-clients.ts";
import { createLiveSource } from "../live-source.ts";
import { startLive } from "../start-live.ts";

const channel = "1/ds/m1/x";

const subscribe = { id: 2, subscribe: { channel } };

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
