import type { Random } from "../../../fuzz/random.ts";
import { until } from "../../../helpers/until.ts";
import { leaveByEvents, subscribeByEvents } from "./subscribe-by-events.ts";
import { leaveBySocket, type SocketSubscriber, subscribeBySocket } from "./subscribe-by-socket.ts";
import type { Stream, Subscriber } from "./subscriber.ts";

/** A kind of subscriber that comes, takes some packets and goes. */
export interface LiveKind {
  readonly name: string;
  /** The data sources of the streams that it takes. */
  readonly plan: (random: Random, sources: readonly [ours: string, other: string]) => Visit;
}

export interface Visit {
  readonly sources: readonly string[];
  /** @throws Refused for a subscription that was refused, Error for one that lost something */
  readonly make: (port: number) => Promise<void>;
}

/** Paths that subscribers share. */
const paths = 3;
const most = 20;

export const liveKinds: readonly LiveKind[] = [
  oneStream("a subscriber over WebSocket", async (port, stream, packets) =>
    visit(await subscribeBySocket(port, [stream]), (subscriber) => taken(subscriber, packets)),
  ),
  oneStream("a subscriber over WebSocket that breaks off", async (port, stream, packets) =>
    visit(
      await subscribeBySocket(port, [stream]),
      (subscriber) => taken(subscriber, packets),
      "breaking off",
    ),
  ),
  oneStream("a subscriber to server-sent events", async (port, stream, packets) =>
    visit(await subscribeByEvents(port, stream), (subscriber) => taken(subscriber, packets)),
  ),
  oneStream("a subscriber over WebSocket that goes before its answer", leaveBySocket),
  oneStream("a subscriber to server-sent events that goes before its answer", leaveByEvents),
  {
    name: "subscriptions to two plugins over one WebSocket",
    plan: (random, sources) => {
      const path = pathOf(random);
      const packets = random.below(most) + 1;
      return {
        sources,
        make: async (port) => {
          const streams = sources.map((uid) => ({ uid, path }));
          await visit(await subscribeBySocket(port, streams), async (subscriber) => {
            await taken(subscriber, packets);
            await takenByOne(subscriber, packets);
          });
        },
      };
    },
  },
];

function oneStream(
  name: string,
  make: (port: number, stream: Stream, packets: number) => Promise<void>,
): LiveKind {
  return {
    name,
    plan: (random, sources) => {
      const stream = { uid: random.pick(sources), path: pathOf(random) };
      const packets = random.below(most) + 1;
      return { sources: [stream.uid], make: (port) => make(port, stream, packets) };
    },
  };
}

async function visit<S extends Subscriber>(
  subscriber: S,
  stay: (subscriber: S) => Promise<void>,
  how?: Parameters<Subscriber["leave"]>[0],
): Promise<void> {
  try {
    await stay(subscriber);
  } finally {
    // Also after a loss, so that it is not told as something that is left.
    await subscriber.leave(how);
  }
}

function pathOf(random: Random): string {
  return `count-${random.below(paths)}`;
}

/** Resolves when so many packets more have come of each stream. */
async function taken({ counts, fault }: Subscriber, packets: number): Promise<void> {
  const before = counts.map((count) => count.packets());
  await until(
    "packets came",
    () =>
      fault() !== undefined ||
      counts.every((count, index) => count.packets() >= (before[index] ?? 0) + packets),
  );
  throwFault(fault);
}

/** Leaves the first stream, and resolves when so many packets more have come of the other one. */
async function takenByOne(subscriber: SocketSubscriber, packets: number): Promise<void> {
  const { counts, fault, unsubscribe } = subscriber;
  await unsubscribe(0);
  await taken({ ...subscriber, counts: counts.slice(1) }, packets);
  throwFault(fault);
}

function throwFault(fault: Subscriber["fault"]): void {
  const error = fault();
  if (error !== undefined) throw error;
}
