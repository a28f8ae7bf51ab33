import assert from "node:assert/strict";
import { once } from "node:events";
import * as http2 from "node:http2";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import {
  createClientConnection,
  createServerConnection,
} from "../../../src/transport/http2/http2-connection.ts";
import type { HeaderFields, Http2Stream } from "../../../src/transport/http2/http2-stream.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { socketPair } from "./raw-peer.ts";
import { createRecordingListener } from "./recording-listener.ts";

const request = [":method", "POST", ":scheme", "http", ":path", "/echo", ":authority", "localhost"];
/** Larger than every window, frame and turn. */
const large = Buffer.from(Uint32Array.from({ length: 2 ** 21 }, (_, i) => i).buffer);
const fieldList = fc.array(
  fc.tuple(fc.stringMatching(/^x-[a-z0-9-]{1,12}$/), fc.stringMatching(/^[!-~]([ -~]{0,60}[!-~])?$/)),
  { maxLength: 10 },
);

test("a Node client gets back what it sends, with fields and trailers", async (t) => {
  const { client, server } = await socketPair(t);
  serveEcho(server);
  const session = nodeClient(t, client);

  const answers = await Promise.all([0, 1, 70_000, large.length].map((size) => nodeCall(session, size)));

  for (const { sent, got, status, trailer } of answers) {
    assert.ok(got.equals(sent));
    assert.equal(status, 200);
    assert.equal(trailer, "done");
  }
});

test("a Node server gets back to us what we send, with fields and trailers", async (t) => {
  const { client, server } = await socketPair(t);
  nodeEchoServer(t, server);
  const connection = createClientConnection(client);
  atEnd(t, () => connection.destroy(0, "the test is over"));

  const calls = [0, 1, 70_000, large.length].map(async (size) => {
    const sent = large.subarray(0, size);
    const listener = createRecordingListener((bytes) => stream.consume(bytes));
    const stream: Http2Stream = connection.openStream(request, false, listener);
    stream.sendData([sent.subarray(0, 5), sent.subarray(5)], true);
    await listener.ended;
    return listener.bytes().equals(sent) && (await listener.headers)[1] === "200";
  });

  assert.deepEqual(await Promise.all(calls), [true, true, true, true]);
});

test("fields come to a Node server as we send them, call after call", async (t) => {
  const { client, server } = await socketPair(t);
  const seen: http2.IncomingHttpHeaders[] = [];
  nodeEchoServer(t, server, (headers) => seen.push(headers));
  const connection = createClientConnection(client);
  atEnd(t, () => connection.destroy(0, "the test is over"));

  await fc.assert(
    fc.asyncProperty(fieldList, async (list) => {
      const fields = new Map(list);
      const listener = createRecordingListener();
      connection.openStream([...request, ...[...fields].flat()], true, listener);
      await listener.ended;

      const got = seen.at(-1) ?? {};
      assert.deepEqual(
        new Map(Object.entries(got).filter(([name]) => name.startsWith("x-"))),
        new Map(fields),
      );
    }),
    { numRuns: 300 },
  );
});

test("fields of a Node client come to us as it sends them, call after call", async (t) => {
  const { client, server } = await socketPair(t);
  const seen: HeaderFields[] = [];
  serveEcho(server, (fields) => seen.push(fields));
  const session = nodeClient(t, client);

  await fc.assert(
    fc.asyncProperty(fieldList, async (list) => {
      const fields = new Map(list);
      const stream = session.request(
        { ":method": "POST", ...Object.fromEntries(fields) },
        { endStream: true },
      );
      stream.resume();
      await once(stream, "end");

      const got = seen.at(-1) ?? [];
      const pairs = got.flatMap((name, i) => (i % 2 === 0 ? [[name, got[i + 1] ?? ""] as const] : []));
      assert.deepEqual(new Map(pairs.filter(([name]) => name.startsWith("x-"))), fields);
    }),
    { numRuns: 300 },
  );
});

test("a header list of many frames goes both ways", async (t) => {
  const { client, server } = await socketPair(t);
  const value = "v".repeat(50_000);
  createServerConnection(server, {
    onStream: (stream, fields) => {
      stream.sendHeaders([":status", "200", "x-echo", fields.at(-1) ?? ""], true);
      return createRecordingListener();
    },
  });
  const session = nodeClient(t, client);

  const stream = session.request({ ":method": "POST", "x-large": value }, { endStream: true });
  const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];

  assert.equal(headers["x-echo"], value);
});

test("a Node client's RST_STREAM is heard, and ours is by a Node client", async (t) => {
  const { client, server } = await socketPair(t);
  const listener = createRecordingListener();
  const streams: Http2Stream[] = [];
  createServerConnection(server, {
    onStream: (stream) => {
      streams.push(stream);
      stream.sendHeaders([":status", "200"], false);
      return listener;
    },
  });
  const session = nodeClient(t, client);
  const first = session.request({ ":method": "POST" });
  await once(first, "response");

  first.close(http2.constants.NGHTTP2_CANCEL);
  const closed = await listener.closed;
  const second = session.request({ ":method": "POST" });
  await once(second, "response");
  streams[1]?.reset(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
  await assert.rejects(once(second, "end"), /ENHANCE_YOUR_CALM/);

  assert.deepEqual([closed.code, closed.isLost], [http2.constants.NGHTTP2_CANCEL, false]);
});

function nodeClient(t: TestContext, socket: Socket): http2.ClientHttp2Session {
  const session = http2.connect("http://localhost", { createConnection: () => socket });
  session.on("error", () => {});
  atEnd(t, () => session.destroy());
  return session;
}

async function nodeCall(
  session: http2.ClientHttp2Session,
  size: number,
): Promise<{ sent: Buffer; got: Buffer; status: number | undefined; trailer: unknown }> {
  const sent = large.subarray(0, size);
  const stream = session.request({ ":method": "POST", ":path": "/echo" });
  let status: number | undefined;
  let trailer: unknown;
  stream.once("response", (headers) => {
    status = headers[":status"];
  });
  stream.once("trailers", (trailers) => {
    trailer = trailers["x-end"];
  });
  stream.end(sent);
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return { sent, got: Buffer.concat(pieces), status, trailer };
}

/** Gives back each piece as it comes. */
function serveEcho(socket: Socket, onFields: (fields: HeaderFields) => void = () => {}): void {
  createServerConnection(socket, {
    onStream: (stream, fields, endStream) => {
      onFields(fields);
      stream.sendHeaders([":status", "200"], false);
      const end = (): void => stream.sendHeaders(["x-end", "done"], true);
      if (endStream) end();
      return {
        ...createRecordingListener(),
        onData: (bytes, isEnd) => {
          stream.consume(bytes.length);
          stream.sendData([Buffer.from(bytes)], false);
          if (isEnd) end();
        },
      };
    },
  });
}

function nodeEchoServer(
  t: TestContext,
  socket: Socket,
  onHeaders: (headers: http2.IncomingHttpHeaders) => void = () => {},
): void {
  const server = http2.createServer();
  server.on("stream", (stream, headers) => {
    onHeaders(headers);
    stream.respond({ ":status": 200 }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-end": "done" }));
    stream.pipe(stream);
  });
  server.on("session", (session) => atEnd(t, () => session.destroy()));
  server.emit("connection", socket);
}
