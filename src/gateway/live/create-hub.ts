import type { GatewayCore } from "../gateway-core.ts";
import { busy } from "../http/busy.ts";
import type { Subscriber } from "./create-channel.ts";
import { type Channels, createChannels } from "./create-channels.ts";
import type { OpenStream } from "./keep-running.ts";
import type { LiveCounters } from "./live-metrics.ts";
import type { LiveSettings } from "./live-options.ts";
import { publishStream, runStream, type StreamAsked, subscribeStream, targetOf } from "./stream-calls.ts";

/** A subscription that is asked for. */
export interface SubscribeAsked extends StreamAsked {
  readonly subscriber: Subscriber;
  /** Called when the subscription stands, before any packet, with the JSON that the client gets first. */
  readonly begin: (initial: string | undefined) => void;
}

/** The channels of a gateway, and the plugins that decide about them. */
export interface Hub extends Pick<Channels, "close" | "list"> {
  /**
   * Asks the plugin, and adds the subscriber to the channel, whose stream is started if it does not run.
   *
   * @throws HttpFailure; then there is no subscription
   */
  readonly subscribe: (asked: SubscribeAsked) => Promise<void>;
  readonly unsubscribe: (channel: string, subscriber: Subscriber) => void;
  /** Asks the plugin, and sends what it answers to the subscribers. @throws HttpFailure */
  readonly publish: (asked: StreamAsked) => Promise<void>;
}

export function createHub(core: GatewayCore, settings: LiveSettings, counters: LiveCounters): Hub {
  const channels = createChannels(core, settings, counters);
  const { maxConcurrentRequests } = core.settings.limits;
  let asking = 0;

  /** Commands over WebSocket are no requests of HTTP, so that their bound is not that of all of them. */
  const inFlight = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (asking >= maxConcurrentRequests) throw busy("too many calls of streams are in flight");
    asking++;
    try {
      return await ask();
    } finally {
      asking--;
    }
  };

  return {
    subscribe: async (asked) => {
      const { address, call, data, subscriber, signal } = asked;
      const { name } = address;
      channels.checkRoom(name);
      const initial = await inFlight(() => subscribeStream(core, asked));
      signal.throwIfAborted();
      // Both may have changed meanwhile.
      channels.checkRoom(name);
      const { slot } = targetOf(core, address);
      // Packets from before are not for this subscriber. First of all: it may let go the last one of the others, who is
      // too slow, and end the channel with that.
      channels.get(name)?.channel.flush();
      const entry = channels.get(name) ?? channels.add(name, slot.info.id);
      const open: OpenStream = async (own) => {
        const target = targetOf(core, address);
        entry.opened = { source: target.source, app: target.slot.info.app };
        // Not all of it: the stream may outlive its first subscriber.
        return runStream(core, { address, call, data, signal: own }, target);
      };
      asked.begin(initial === undefined ? entry.channel.schema() : initial.line.toString("utf8"));
      entry.channel.add(subscriber, open);
    },
    unsubscribe: (name, subscriber) => channels.get(name)?.channel.remove(subscriber),
    publish: async (asked) => {
      channels.checkOpen();
      const packet = await inFlight(() => publishStream(core, asked));
      if (packet !== undefined) channels.get(asked.address.name)?.channel.publish(packet);
    },
    list: channels.list,
    close: channels.close,
  };
}
