import WebSocket from "ws";
import { createPacketCount } from "./packet-count.ts";
import { Refused, type Stream, type Subscriber } from "./subscriber.ts";

/** A subscriber over WebSocket. */
export interface SocketSubscriber extends Subscriber {
  /** Resolves when the subscription with this index has ended. Packets of it that follow are a fault. */
  readonly unsubscribe: (index: number) => Promise<void>;
}

interface Line {
  readonly id?: number;
  readonly error?: { readonly code: number; readonly message: string };
  readonly push?: { readonly channel: string; readonly pub?: { readonly data: unknown } };
}

/** What a gateway says of a plugin that has died: `internal server error`. */
const internalCode = 100;

/**
 * Connects, and subscribes to streams over one connection.
 *
 * @throws Refused; then the connection is closed
 */
export async function subscribeBySocket(port: number, streams: readonly Stream[]): Promise<SocketSubscriber> {
  const socket = openSocket(port);
  const channels = streams.map(channelOf);
  const counts = streams.map(createPacketCount);
  const subscribed = new Set<string>();
  const answers = new Map<number, (line: Line) => void>();
  let ids = 0;
  let isLeft = false;
  let fault: Error | undefined;
  const closed = new Promise<void>((resolve) => {
    socket.once("close", (code, reason) => {
      if (!isLeft) fault ??= new Error(`the connection was closed with ${code} ${reason}`);
      for (const answer of answers.values())
        answer({ error: { code, message: "the connection was closed" } });
      resolve();
    });
  });
  const take = (line: Line): void => {
    const { id, push } = line;
    if (id !== undefined) answers.get(id)?.(line);
    else if (push === undefined) socket.send("{}");
    else if (push.pub === undefined) fault ??= new Error(`unexpected: ${JSON.stringify(push)}`);
    else if (subscribed.has(push.channel)) counts[channels.indexOf(push.channel)]?.take(push.pub.data);
    else fault ??= new Error(`a packet without a subscription: ${JSON.stringify(push)}`);
  };
  socket.on("message", (message) => {
    try {
      for (const line of String(message).split("\n")) take(JSON.parse(line) as Line);
    } catch (error) {
      fault ??= error as Error;
    }
  });
  const command = (body: object, onAnswer: () => void = () => {}): Promise<Line> =>
    new Promise((resolve) => {
      const id = ++ids;
      answers.set(id, (line) => {
        answers.delete(id);
        // At once: what follows the answer may be in the same message.
        if (line.error === undefined) onAnswer();
        resolve(line);
      });
      socket.send(JSON.stringify({ id, ...body }));
    });
  const leave = async (how = "in order"): Promise<void> => {
    isLeft = true;
    if (how === "in order") socket.close();
    else socket.terminate();
    await closed;
  };
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject).once("open", resolve);
  });
  const done = await Promise.all([
    command({ connect: {} }),
    ...channels.map((channel) => command({ subscribe: { channel } }, () => subscribed.add(channel))),
  ]);
  const error = done.find((line) => line.error !== undefined)?.error;
  if (error !== undefined) {
    await leave();
    throw new Refused(`${error.code} ${error.message}`, error.code === internalCode);
  }
  return {
    counts,
    fault: () => fault,
    leave,
    unsubscribe: async (index) => {
      const channel = channels[index] ?? "";
      await command({ unsubscribe: { channel } }, () => subscribed.delete(channel));
    },
  };
}

/** Connects, asks for a subscription, and goes before the answer. */
export async function leaveBySocket(port: number, stream: Stream): Promise<void> {
  const socket = openSocket(port);
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject).once("open", resolve);
  });
  const commands = [
    { id: 1, connect: {} },
    { id: 2, subscribe: { channel: channelOf(stream) } },
  ];
  await new Promise<void>((resolve) => {
    socket.send(commands.map((each) => JSON.stringify(each)).join("\n"), () => resolve());
  });
  socket.terminate();
  await closed;
}

function openSocket(port: number): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${port}/api/live/ws`, { perMessageDeflate: false });
}

function channelOf({ uid, path }: Stream): string {
  return `1/ds/${uid}/${path}`;
}
