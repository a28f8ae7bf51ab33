import { once } from "node:events";
import { connect as connectSocket, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { atEnd } from "../../helpers/at-end.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { ack, frameType, ping, settings, settingsAck } from "./named-frames.ts";
import { parseFrames, preface, type RawFrame } from "./raw-frames.ts";

/** A peer that says what a test wants, and hears the frames of the other side. */
export interface RawPeer {
  readonly socket: Socket;
  /** Every frame that has come. */
  readonly frames: readonly RawFrame[];
  send(...frames: readonly Uint8Array[]): void;
  /** The first frame that fits, from those that came and those that come; rejects when the socket closes before. */
  frame(fits: (frame: RawFrame) => boolean): Promise<RawFrame>;
  /** The error code and text of GOAWAY. */
  goaway(): Promise<{ readonly code: number; readonly lastStreamId: number; readonly text: string }>;
  /** The error code of a stream's RST_STREAM. */
  rstStream(streamId: number): Promise<number>;
  /** Waits until the other side has read all that was sent: a PING comes back. */
  settled(): Promise<void>;
  closed: Promise<void>;
}

/** Two ends of a real socket; both are destroyed when the test ends. */
export async function socketPair(
  t: TestContext,
): Promise<{ readonly client: Socket; readonly server: Socket }> {
  const path = join((await privateTmp(t)).path, "socket");
  const listener = createServer().listen(path);
  await once(listener, "listening");
  const accepted = once(listener, "connection");
  const client = connectSocket(path);
  const [server] = (await accepted) as [Socket];
  listener.close();
  atEnd(t, () => {
    client.destroy();
    server.destroy();
  });
  return { client, server };
}

export function createRawPeer(socket: Socket): RawPeer {
  const frames: RawFrame[] = [];
  const waiting = new Set<() => void>();
  let rest: Buffer = Buffer.alloc(0);
  let isClosed = false;
  const wake = (): void => {
    for (const check of [...waiting]) check();
  };
  socket.on("data", (bytes: Buffer) => {
    const parsed = parseFrames(Buffer.concat([rest, bytes]));
    rest = parsed.rest;
    frames.push(...parsed.frames);
    wake();
  });
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => {
      isClosed = true;
      wake();
      resolve();
    });
  });
  const find = (fits: (frame: RawFrame) => boolean): Promise<RawFrame> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = frames.find(fits);
        if (found !== undefined) resolve(found);
        else if (isClosed) reject(new Error("the socket closed before the frame came"));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });
  let pings = 0;
  const peer: RawPeer = {
    socket,
    frames,
    closed,
    send: (...sent) => socket.write(Buffer.concat(sent)),
    frame: find,
    goaway: async () => {
      const { payload } = await find(({ type }) => type === frameType.goaway);
      return {
        lastStreamId: payload.readUInt32BE(0),
        code: payload.readUInt32BE(4),
        text: payload.toString("utf8", 8),
      };
    },
    rstStream: async (streamId) =>
      (
        await find((seen) => seen.type === frameType.rstStream && seen.streamId === streamId)
      ).payload.readUInt32BE(0),
    settled: async () => {
      const payload = Buffer.alloc(8);
      payload.writeUInt32BE(++pings, 4);
      peer.send(ping(payload));
      await find(
        (seen) => seen.type === frameType.ping && (seen.flags & ack) !== 0 && seen.payload.equals(payload),
      );
    },
  };
  return peer;
}

/** A raw client that has said its preface and settings, and acknowledged those of the server. */
export function startRawClient(socket: Socket, ...values: readonly number[]): RawPeer {
  const peer = createRawPeer(socket);
  peer.send(preface, settings(...values), settingsAck());
  return peer;
}

/** A raw server that does the same. */
export function startRawServer(socket: Socket, ...values: readonly number[]): RawPeer {
  const peer = createRawPeer(socket);
  let isPrefaceNext = true;
  const parse = socket.listeners("data")[0] as (bytes: Buffer) => void;
  socket.removeAllListeners("data");
  // The preface is shorter than the frames that come with it, and never split on a local socket.
  socket.on("data", (bytes: Buffer) => {
    parse(isPrefaceNext ? bytes.subarray(preface.length) : bytes);
    isPrefaceNext = false;
  });
  peer.send(settings(...values), settingsAck());
  return peer;
}
