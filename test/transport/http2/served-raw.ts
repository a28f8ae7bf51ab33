import type { TestContext } from "node:test";
import type { Http2ServerOptions } from "../../../src/transport/http2/connection-options.ts";
import {
  createClientConnection,
  createServerConnection,
  type Http2ClientConnection,
  type Http2Connection,
} from "../../../src/transport/http2/http2-connection.ts";
import type { Http2Stream } from "../../../src/transport/http2/http2-stream.ts";
import { type RawPeer, socketPair, startRawClient, startRawServer } from "./raw-peer.ts";
import { createRecordingListener, type RecordingListener } from "./recording-listener.ts";

export interface ServedStream {
  readonly stream: Http2Stream;
  readonly fields: readonly string[];
  readonly endStream: boolean;
  readonly listener: RecordingListener;
}

export interface ServedRaw {
  readonly peer: RawPeer;
  readonly connection: Http2Connection;
  /** Every stream that the server was given. */
  readonly streams: readonly ServedStream[];
  /** The next one. */
  nextStream(): Promise<ServedStream>;
  /** Code and reason of `onClosed`. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Our server, which answers nothing by itself, and a raw client that has begun. */
export async function serveRaw(
  t: TestContext,
  options: Partial<Http2ServerOptions> = {},
  settings: readonly number[] = [],
): Promise<ServedRaw> {
  const { client, server } = await socketPair(t);
  const streams: ServedStream[] = [];
  const waiting: ((stream: ServedStream) => void)[] = [];
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const connection = createServerConnection(server, {
    onStream: (stream, fields, endStream) => {
      const listener = createRecordingListener();
      const served = { stream, fields, endStream, listener };
      streams.push(served);
      waiting.shift()?.(served);
      return listener;
    },
    onClosed: (code, reason) => closed.resolve({ code, reason }),
    ...options,
  });
  const peer = startRawClient(client, ...settings);
  return {
    peer,
    connection,
    streams,
    nextStream: () => new Promise((resolve) => waiting.push(resolve)),
    closed: closed.promise,
  };
}

export interface DialledRaw {
  readonly peer: RawPeer;
  readonly connection: Http2ClientConnection;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Our client, and a raw server that has begun. */
export async function dialRaw(
  t: TestContext,
  settings: readonly number[] = [],
  options: Omit<Partial<Http2ServerOptions>, "onStream"> = {},
): Promise<DialledRaw> {
  const { client, server } = await socketPair(t);
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const ready = Promise.withResolvers<void>();
  const peer = startRawServer(server, ...settings);
  const connection = createClientConnection(client, {
    onReady: () => ready.resolve(),
    onClosed: (code, reason) => closed.resolve({ code, reason }),
    ...options,
  });
  await ready.promise;
  return { peer, connection, closed: closed.promise };
}

export const requestFields: readonly string[] = [
  ...[":method", "POST", ":scheme", "http", ":path", "/", ":authority", "localhost"],
];
