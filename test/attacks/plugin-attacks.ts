import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import {
  createClientConnection,
  type Http2ClientConnection,
} from "../../src/transport/http2/http2-connection.ts";
import type { Http2StreamListener } from "../../src/transport/http2/http2-stream.ts";
import { envelope } from "../helpers/raw-http2.ts";
import { frame, preface, requestBlock, uint32 } from "../transport/http2/raw-frames.ts";
import { emptyItems, filled, unknownFields } from "./messages.ts";

/** An attack on a plugin that listens at a path. Resolves when all was done, with what became of it. */
export type PluginAttack = (path: string) => Promise<readonly string[]>;

const requestFields = [
  ...[":method", "POST", ":scheme", "http", ":path", "/pluginv2.Data/QueryData", ":authority", "localhost"],
  ...["content-type", "application/grpc", "te", "trailers"],
];
const large = filled([0x1a, 0x07, 0x0a, 0x05, ...Buffer.from("large")], 9);

function gzipped(message: Uint8Array): Buffer {
  const bytes = envelope(gzipSync(message));
  bytes[0] = 1;
  return bytes;
}

/** Each opens streams with our own client, which keeps to the windows, as an attacker has to. */
export const pluginAttacks: Readonly<Record<string, PluginAttack>> = {
  "15 MB of unknown fields": (path) => send(path, 4, () => envelope(unknownFields(15_000_000)), true),
  "15 MB of empty items": (path) => send(path, 4, () => envelope(emptyItems(15_000_000)), true),
  "gzip of 100 times its size": (path) =>
    send(path, 30, () => gzipped(new Uint8Array(16 << 20)), true, [
      ...requestFields,
      "grpc-encoding",
      "gzip",
    ]),
  "gzip of 1 GiB": (path) =>
    send(path, 4, () => gzipped(new Uint8Array(2 ** 30)), true, [...requestFields, "grpc-encoding", "gzip"]),
  "150 requests of 15 of 16 MB": (path) =>
    send(path, 150, () => envelope(new Uint8Array(15_000_000), 16_000_000), false),
  "150 whole requests that do not end": (path) =>
    send(path, 150, () => envelope(unknownFields(15_000_000)), false),
  "16,000 requests that announce 16 MB": (path) =>
    send(path, 16_000, () => envelope(new Uint8Array(1), 16_000_000), false),
  "300 header lists of 900 KB that do not end": (path) =>
    send(path, 300, undefined, false, [
      ...requestFields,
      ...Array.from({ length: 9000 }, (_, i) => [`x-${i}`, "v".repeat(60)]).flat(),
    ]),
  "400 answers of 15 MB that are not read": (path) =>
    send(path, 400, () => envelope(large), true, requestFields, false),
  "1000 connections": async (path) => {
    const sockets = await Promise.all(
      Array.from({ length: 1000 }, async () => {
        const socket = connect(path);
        socket.on("error", () => {});
        await once(socket, "connect").catch(() => {});
        return socket;
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    const open = sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
    for (const socket of sockets) socket.destroy();
    return [`${open <= 64 ? "at most 64" : open} are left open`];
  },
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
    async (path: string) => {
      const socket = connect(path);
      socket.on("error", () => {});
      socket.resume();
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.write(Buffer.concat([preface, frame(4, 0, 0), frame(4, ack, 0), frame(1, 4, 1, requestBlock)]));
      const many = Buffer.concat(Array.from({ length: 1000 }, () => one));
      for (let turn = 0; turn < 400 && socket.writable; turn++) await written(socket, many);
      const isClosed = await Promise.race([closed.then(() => true), later()]);
      socket.destroy();
      return [isClosed ? "the connection was ended" : "the connection lives"];
    },
  ]),
);

function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}

async function later(): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 3000));
  return false;
}

async function send(
  path: string,
  streams: number,
  body: (() => Uint8Array) | undefined,
  endStream: boolean,
  fields: readonly string[] = requestFields,
  reads = true,
): Promise<readonly string[]> {
  const message = body?.();
  const connection = await open(path);
  const ends = Array.from({ length: streams }, () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    let bytes = 0;
    const listener: Http2StreamListener = {
      onHeaders: (seen, end) => {
        const status = seen.indexOf("grpc-status");
        if (end) resolve(`status ${seen[status + 1]} ${seen[seen.indexOf("grpc-message") + 1]}`);
      },
      onData: (part) => {
        bytes += part.length;
        if (reads) stream.consume(part.length);
      },
      onDrain: () => {},
      onClosed: (code, reason) => resolve(`reset ${code} ${reason} after ${bytes}`),
    };
    const stream = connection.openStream(fields, false, listener);
    if (message !== undefined) stream.sendData([message], endStream);
    return promise;
  });
  const first = Promise.all(ends).then((all) => [...new Set(all)]);
  const result = await Promise.race([first, later().then(() => ["some wait"])]);
  connection.destroy(0, "the attack is over");
  return result;
}

async function open(path: string): Promise<Http2ClientConnection> {
  const socket = connect(path);
  socket.on("error", () => {});
  await once(socket, "connect");
  return new Promise((resolve) => {
    const connection = createClientConnection(socket, {
      streamWindowBytes: 65_535,
      onReady: () => resolve(connection),
    });
  });
}
