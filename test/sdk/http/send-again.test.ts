import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { type SentRequest, sendAgain } from "../../../src/sdk/http/send-again.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { fetchFor } from "./settings.ts";

/** So that a request waits for the connection of the one before. */
const oneConnection = { httpMaxConnsPerHost: 1 };

/** A server that answers so many requests of a connection, and closes it at the next one. */
async function closingServer(t: TestContext, answersOf: (connection: number) => number) {
  const seen: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const connection = sockets.push(socket);
    let left = answersOf(connection);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      seen.push(`${connection} ${data.toString().split(" ", 1)[0]}`);
      if (left-- > 0) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      else socket.end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(t, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

test("a request that a kept connection has lost is sent again, as by Go's client", async (t) => {
  const { url, seen } = await closingServer(t, () => 1);
  const fetch = fetchFor(t, { url, jsonData: oneConnection });

  for (const method of ["GET", "OPTIONS", "GET"]) {
    assert.equal(await (await fetch("/", { method })).text(), "ok");
  }

  assert.deepEqual(seen, ["1 GET", "1 OPTIONS", "2 OPTIONS", "2 GET", "3 GET"]);
});

test("a request that may have had an effect is not sent again, unless it has an Idempotency-Key", async (t) => {
  const { url, seen } = await closingServer(t, (connection) => (connection === 1 ? 1 : 2));
  const fetch = fetchFor(t, { url, jsonData: oneConnection });
  await (await fetch("/")).text();

  const lost = await rejectionOf(fetch("/", { method: "POST", body: "x" }));
  await (await fetch("/")).text();
  await (await fetch("/")).text();
  const init = { method: "POST", body: "x", headers: { "Idempotency-Key": "1" } };
  assert.equal((await fetch("/", init)).status, 200);

  assert.match(String(lost), /POST http:.* failed: other side closed/);
  assert.deepEqual(seen, ["1 GET", "1 POST", "2 GET", "2 GET", "2 POST", "3 POST"]);
});

test("a server that closes new connections, or kept ones again and again, is asked a bounded number of times", async (t) => {
  const closes = await closingServer(t, () => 0);
  const fetch = fetchFor(t, { url: closes.url });

  await assert.rejects(fetch("/"), /other side closed/);

  assert.deepEqual(closes.seen, ["1 GET"]);
  let sent = 0;
  const lost = Object.assign(new Error("other side closed"), {
    code: "UND_ERR_SOCKET",
    socket: { bytesRead: 1 },
  });
  const init: SentRequest = {
    method: "GET",
    headers: new Headers(),
    body: undefined,
    signal: AbortSignal.timeout(60_000),
  };
  const again = (more: Partial<SentRequest>) =>
    rejectionOf(
      sendAgain({ ...init, ...more }, async () => {
        sent++;
        throw new TypeError("fetch failed", { cause: lost });
      }),
    );
  await again({});
  assert.equal(sent, 3);
  await again({ signal: AbortSignal.abort() });
  await again({ headers: new Headers({ "Idempotency-Key": "1" }), body: new ReadableStream() });
  assert.equal(sent, 5);
});
