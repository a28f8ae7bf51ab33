import { startTimer, stopTimer, type Timer } from "../../timer.ts";
import { type Batch, createBatch, pushStart } from "./create-batch.ts";
import { type KeptStream, keepRunning, type OpenStream, type StreamEnd } from "./keep-running.ts";
import { type Packet, readPacket } from "./packet.ts";

/** What gets the packets of a channel. Neither method throws. */
export interface Subscriber {
  readonly deliver: (batch: Batch) => void;
  /** The subscription has ended for good. */
  readonly end: (channel: string, end: StreamEnd) => void;
}

/** The subscribers of one path, and its RunStream. */
export interface Channel {
  readonly size: () => number;
  /** The last schema that came, as a packet of its own: a subscriber cannot read packets with data alone without it. */
  readonly schema: () => string | undefined;
  /** @param open starts the stream, unless it runs already */
  readonly add: (subscriber: Subscriber, open: OpenStream) => void;
  readonly remove: (subscriber: Subscriber) => void;
  readonly publish: (packet: Packet) => void;
  /** Sends what has come in this turn. */
  readonly flush: () => void;
  /** Opens the stream again, because the settings of its data source or app have changed. */
  readonly restart: () => void;
  /** Ends the stream, and the subscriptions with this reason. */
  readonly end: (end: StreamEnd) => void;
}

interface ChannelParts {
  readonly name: string;
  /** The channel as clients know it. */
  readonly publicName: string;
  readonly lingerMs: number;
  /** Calls `flush` at the end of the turn. */
  readonly flushLater: (flush: () => void) => void;
  readonly onPackets: (packets: number, subscribers: number) => void;
  readonly onRetry: (reason: string, delayMs: number) => void;
  readonly onEnd: (end: StreamEnd | undefined) => void;
  /** The channel has no subscriber and no stream any more; the stream may have been ended for that. */
  readonly onLeft: (wasRunning: boolean) => void;
}

/** From here on packets of one turn are sent without waiting for its end. */
const batchBytes = 256 << 10;
const batchPackets = 1024;

export function createChannel(parts: ChannelParts): Channel {
  const { name, lingerMs } = parts;
  const start = pushStart(parts.publicName);
  const subscribers = new Set<Subscriber>();
  let pending: Packet[] = [];
  let pendingBytes = 0;
  let schema: object | undefined;
  let stream: KeptStream | undefined;
  let lingering: Timer | undefined;
  let isOver = false;

  const flush = (): void => {
    if (pending.length === 0) return;
    const batch = createBatch(start, pending);
    pending = [];
    pendingBytes = 0;
    parts.onPackets(batch.size, subscribers.size);
    for (const subscriber of subscribers) {
      try {
        subscriber.deliver(batch);
      } catch {
        // A packet that this transport cannot write, such as one beyond the length of a text.
        subscribers.delete(subscriber);
        subscriber.end(name, { code: 500, message: "a packet could not be sent" });
      }
    }
  };

  /** @returns whether so many have come in this turn that others should have theirs */
  const take = (packet: Packet): boolean => {
    if (packet.schema !== undefined) schema = packet.schema;
    if (pending.length === 0) parts.flushLater(flush);
    pending.push(packet);
    pendingBytes += packet.line.length;
    if (pendingBytes < batchBytes && pending.length < batchPackets) return false;
    flush();
    return true;
  };

  const begin = (open: OpenStream): void => {
    stream = keepRunning({
      open,
      onPacket: (data) => {
        const packet = readPacket(data);
        if (packet === undefined) throw new Error("expected packets of JSON from the plugin");
        return take(packet) ? nextTurn() : undefined;
      },
      onRetry: parts.onRetry,
      onEnd: (end) => {
        stream = undefined;
        flush();
        parts.onEnd(end);
        if (subscribers.size === 0 && !isOver) leave();
      },
    });
  };

  const end = (reason: StreamEnd): void => {
    if (isOver) return;
    isOver = true;
    stopTimer(lingering);
    stream?.stop();
    flush();
    const ended = [...subscribers];
    subscribers.clear();
    for (const subscriber of ended) subscriber.end(name, reason);
  };

  const leave = (): void => {
    isOver = true;
    stopTimer(lingering);
    stream?.stop();
    parts.onLeft(stream !== undefined);
  };

  return {
    size: () => subscribers.size,
    schema: () => (schema === undefined ? undefined : JSON.stringify({ schema })),
    add: (subscriber, open) => {
      stopTimer(lingering);
      lingering = undefined;
      subscribers.add(subscriber);
      if (stream === undefined) begin(open);
    },
    remove: (subscriber) => {
      if (!subscribers.delete(subscriber) || subscribers.size > 0 || isOver) return;
      // Without a stream there is nothing to keep.
      if (lingerMs === 0 || stream === undefined) {
        leave();
        return;
      }
      lingering = startTimer(lingerMs, leave);
      lingering.unref();
    },
    publish: (packet) => {
      take(packet);
    },
    flush,
    restart: () => stream?.restart(),
    end,
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
