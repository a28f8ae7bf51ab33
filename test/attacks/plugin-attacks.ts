import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import {
  createClientConnection,
  type Http2ClientConnection,
} from "../../src/transport/http2/http2-connection.ts";
import type { Http2Stream, Http2StreamListener } from "../../src/transport/http2/http2-stream.ts";
import { envelope } from "../helpers/raw-http2.ts";
import { frame, preface, requestBlock, uint32 } from "../transport/http2/raw-frames.ts";
import { emptyItems, filled, unknownFields } from "./messages.ts";

/** An attack on a plugin. */
export interface PluginAttack {
  /** How some of its calls or connections have to end. */
  readonly expected: RegExp;
  /** Attacks the plugin that listens at the path. Resolves when all was done, with what became of it. */
  readonly attack: (path: string) => Promise<readonly string[]>;
}

/** The header fields of a request for this path. */
export function requestTo(path: string): readonly string[] {
  return [
    ...[":method", "POST", ":scheme", "http", ":path", path, ":authority", "localhost"],
    ...["content-type", "application/grpc", "te", "trailers"],
  ];
}

const requestFields = requestTo("/pluginv2.Data/QueryData");
/** A request for the large answer. */
const large = filled([0x1a, 7, 0x0a, 5, ...Buffer.from("large")], 9);

function gzipped(message: Uint8Array): Buffer {
  const bytes = envelope(gzipSync(message));
  bytes[0] = 1;
  return bytes;
}

const gzipFields = [...requestFields, "grpc-encoding", "gzip"];
const manyFields = Array.from({ length: 90 }, (_, index) => [`x-${index}`, "v".repeat(10_000)]).flat();
const tooMuch = /limits\.maxConnectionBytes/;

/** Each opens streams with our own client, which keeps to the windows, as an attacker has to. */
export const pluginAttacks: Readonly<Record<string, PluginAttack>> = {
  "15 MB of unknown fields": sending(4, /status 0/, () => envelope(unknownFields(15_000_000))),
  "15 MB of empty items": sending(4, /maxDecodedBytes/, () => envelope(emptyItems(15_000_000))),
  "16 MiB that gzip makes of 16 KiB": sending(30, /status 13/, () => gzipped(new Uint8Array(16 << 20)), {
    fields: gzipFields,
  }),
  "gzip of 200 MiB": sending(4, /maxReceiveBytes/, () => gzipped(new Uint8Array(200 << 20)), {
    fields: gzipFields,
  }),
  "150 requests of 15 of 16 MB": sending(
    150,
    tooMuch,
    () => envelope(new Uint8Array(15_000_000), 16_000_000),
    { ends: false },
  ),
  "150 whole requests that do not end": sending(150, tooMuch, () => envelope(unknownFields(15_000_000)), {
    ends: false,
  }),
  "16,000 requests that announce 16 MB": sending(
    16_000,
    /some wait/,
    () => envelope(new Uint8Array(1), 16_000_000),
    { ends: false },
  ),
  "300 header lists of 900 KB": sending(300, /reset 11/, () => new Uint8Array(1), {
    ends: false,
    fields: [...requestFields, ...manyFields],
  }),
  "400 answers of 15 MB that are not read": sending(400, tooMuch, () => envelope(large), { reads: false }),
  "1000 connections": { expected: /at most 64/, attack: connectOften },
  "60 connections that say one byte at a time": { expected: /^60 were ended$/, attack: drip },
};

const ack = 1;
/** Floods of frames that cost the sender next to nothing; behind them all comes nothing. */
const floods: Readonly<Record<string, Buffer>> = {
  "acknowledgements of SETTINGS": frame(4, ack, 0),
  "acknowledgements of PING": frame(6, ack, 0, "12345678"),
  GOAWAY: frame(7, 0, 0, Buffer.alloc(8)),
  "WINDOW_UPDATE by one byte": frame(8, 0, 0, uint32(1)),
  "DATA of one byte": frame(0, 0, 1, "\0"),
  "DATA of no bytes": frame(0, 0, 1),
  PRIORITY: frame(2, 0, 9, "\0\0\0\0\0"),
  PING: frame(6, 0, 0, "12345678"),
  SETTINGS: frame(4, 0, 0),
  "unknown frames": frame(0xee, 0, 0),
};

/** Each sends 400,000 frames, or until the plugin ends the connection. */
export const pluginFloods: Readonly<Record<string, PluginAttack>> = Object.fromEntries(
  Object.entries(floods).map(([name, one]) => [
    `a flood of ${name}`,
    { expected: /was ended/, attack: (path: string) => flood(path, one) },
  ]),
);

async function flood(path: string, one: Buffer): Promise<readonly string[]> {
  const socket = connect(path);
  socket.on("error", () => {});
  socket.resume();
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write(Buffer.concat([preface, frame(4, 0, 0), frame(4, ack, 0), frame(1, 4, 1, requestBlock)]));
  const many = Buffer.concat(Array.from({ length: 1000 }, () => one));
  for (let turn = 0; turn < 400 && socket.writable; turn++) await written(socket, many);
  const isClosed = await Promise.race([closed.then(() => true), waited()]);
  socket.destroy();
  return [isClosed ? "the connection was ended" : "the connection lives"];
}

async function connectOften(path: string): Promise<readonly string[]> {
  const sockets = await Promise.all(
    Array.from({ length: 1000 }, async () => {
      const socket = connect(path).resume();
      socket.on("error", () => {});
      await once(socket, "connect").catch(() => {});
      return socket;
    }),
  );
  await waited();
  const open = sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
  for (const socket of sockets) socket.destroy();
  return [`${open <= 64 ? "at most 64" : open} are left open`];
}

/**
 * Says the preface, the first SETTINGS or the header block of a request so slowly that they have no end, on 20
 * connections each. The plugin gives each of them ten seconds.
 */
async function drip(path: string): Promise<readonly string[]> {
  const handshake = Buffer.concat([preface, frame(4, 0, 0), frame(4, ack, 0)]);
  const starts = [Buffer.alloc(0), preface, handshake];
  const slow = [preface, frame(4, 0, 0, Buffer.alloc(600)), frame(1, 4, 1, Buffer.alloc(600))];
  const ends = Array.from({ length: 60 }, async (_, index) => {
    const socket = connect(path).resume();
    socket.on("error", () => {});
    // Not once() of node:events, which rejects when a byte is written to a connection that the plugin has ended.
    const closed = new Promise<true>((resolve) => socket.once("close", () => resolve(true)));
    socket.write(starts[index % 3] ?? "");
    const bytes = slow[index % 3] ?? Buffer.alloc(0);
    let at = 0;
    const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), 1000);
    const isClosed = await Promise.race([
      closed,
      new Promise<false>((resolve) => setTimeout(resolve, 60_000, false)),
    ]);
    clearInterval(timer);
    socket.destroy();
    return isClosed;
  });
  const ended = (await Promise.all(ends)).filter((isClosed) => isClosed).length;
  return [`${ended} were ended`];
}

function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}

/** Nothing tells an attacker that nothing more is going to happen. */
export async function waited(): Promise<false> {
  await new Promise((resolve) => setTimeout(resolve, 3000));
  return false;
}

/** Opens streams with a body each. Those that have not ended when nothing happens any more are left. */
export function sending(
  streams: number,
  expected: RegExp,
  body: () => Uint8Array,
  options: { readonly ends?: boolean; readonly fields?: readonly string[]; readonly reads?: boolean } = {},
): PluginAttack {
  const { ends = true, fields = requestFields, reads = true } = options;
  return { expected, attack: (path) => send(path, streams, body(), { ends, fields, reads }) };
}

async function send(
  path: string,
  streams: number,
  message: Uint8Array,
  {
    ends,
    fields,
    reads,
  }: { readonly ends: boolean; readonly fields: readonly string[]; readonly reads: boolean },
): Promise<readonly string[]> {
  const sent: Http2Stream[] = [];
  const { connection, isClosed } = await open(path);
  const outcomes = new Set<string>();
  const isOver = Promise.withResolvers<void>();
  let left = streams;
  const end = (outcome: string): void => {
    outcomes.add(outcome);
    left--;
    if (left === 0) isOver.resolve();
  };
  for (let count = 0; count < streams; count++) {
    const listener: Http2StreamListener = {
      onHeaders: (seen, isEnd) => {
        const status = seen[seen.indexOf("grpc-status") + 1];
        if (isEnd) end(`status ${status} ${seen[seen.indexOf("grpc-message") + 1]}`);
      },
      onData: (part) => {
        if (reads) stream.consume(part.length);
      },
      onDrain: () => {},
      onClosed: (code, reason) => end(`reset ${code} ${reason}`),
    };
    const stream = connection.openStream(fields, false, listener);
    stream.sendData([message], ends);
    sent.push(stream);
  }
  const progress = (): number => sent.reduce((sum, { queuedBytes }) => sum + queuedBytes, left);
  for (let before = -1; left > 0 && progress() !== before; ) {
    before = progress();
    const isRead = new Promise<void>((resolve) => connection.ping(resolve));
    await Promise.race([isOver.promise, isRead.then(waited), isClosed]);
  }
  if (left > 0) outcomes.add("some wait");
  connection.destroy(0, "the attack is over");
  return [...outcomes];
}

async function open(
  path: string,
): Promise<{ readonly connection: Http2ClientConnection; readonly isClosed: Promise<void> }> {
  const socket = connect(path);
  socket.on("error", () => {});
  await once(socket, "connect");
  const isReady = Promise.withResolvers<void>();
  const isClosed = Promise.withResolvers<void>();
  const connection = createClientConnection(socket, {
    streamWindowBytes: 65_535,
    onReady: isReady.resolve,
    onClosed: () => isClosed.resolve(),
  });
  await isReady.promise;
  return { connection, isClosed: isClosed.promise };
}
