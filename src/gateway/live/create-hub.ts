import { withoutSecrets } from "../calls/plugin-failure.ts";
import { secretsOf } from "../calls/secrets-of.ts";
import type { DataSource } from "../data-sources/data-source.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { busy } from "../http/busy.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { PluginInfo } from "../plugins/plugin-info.ts";
import { type Channel, createChannel, type Subscriber } from "./create-channel.ts";
import type { OpenStream, StreamEnd } from "./keep-running.ts";
import type { LiveCounters } from "./live-metrics.ts";
import type { LiveSettings } from "./live-options.ts";
import { publishStream, runStream, type StreamAsked, subscribeStream, targetOf } from "./stream-calls.ts";

/** A subscription that is asked for. */
export interface SubscribeAsked extends StreamAsked {
  readonly subscriber: Subscriber;
  /** Called when the subscription stands, before any packet, with the JSON that the client gets first. */
  readonly begin: (initial: string | undefined) => void;
}

/** The channels of a gateway. */
export interface Hub {
  /**
   * Asks the plugin, and adds the subscriber to the channel, whose stream is started if it does not run.
   *
   * @throws HttpFailure; then there is no subscription
   */
  readonly subscribe: (asked: SubscribeAsked) => Promise<void>;
  readonly unsubscribe: (channel: string, subscriber: Subscriber) => void;
  /** Asks the plugin, and sends what it answers to the subscribers. @throws HttpFailure */
  readonly publish: (asked: StreamAsked) => Promise<void>;
  readonly list: () => readonly { readonly channel: string; readonly subscribers: number }[];
  /** Ends all channels with this reason, and refuses further ones. */
  readonly close: (end: StreamEnd) => void;
}

interface Entry {
  readonly channel: Channel;
  readonly pluginId: string;
  /** What the stream was opened with; `undefined` before. */
  opened: Opened | undefined;
}

/** The settings of a stream: those of the data source, unless it is one of a plugin, and those of the app if it is one. */
interface Opened {
  readonly source: DataSource | undefined;
  readonly app: PluginInfo["app"];
}

/** The organisation of a gateway in the names of channels. */
export const orgPrefix = "1/";

export function createHub(core: GatewayCore, settings: LiveSettings, counters: LiveCounters): Hub {
  const entries = new Map<string, Entry>();
  const { maxConcurrentRequests } = core.settings.limits;
  let closed: StreamEnd | undefined;
  let asking = 0;
  let dirty: (() => void)[] = [];

  const flushLater = (flush: () => void): void => {
    // All channels in one go, so that a client with several of them gets one write.
    if (dirty.length === 0) {
      setImmediate(() => {
        const flushes = dirty;
        dirty = [];
        for (const each of flushes) each();
      });
    }
    dirty.push(flush);
  };

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

  const checkRoom = (name: string): void => {
    if (closed !== undefined) throw new HttpFailure(closed.code, closed.message);
    if (!entries.has(name) && entries.size >= settings.maxChannels) {
      throw busy("too many channels are in use");
    }
  };

  const endChannel = (name: string, end: StreamEnd): void => {
    const entry = entries.get(name);
    entries.delete(name);
    entry?.channel.end(end);
  };

  const createEntry = (name: string, pluginId: string): Entry => {
    const fields = { channel: name, pluginId };
    const {
      metrics,
      settings: { log },
    } = core;
    const channel = createChannel({
      name,
      publicName: orgPrefix + name,
      lingerMs: settings.lingerMs,
      flushLater,
      onPackets: (packets, subscribers) => {
        counters.packets += packets;
        counters.messages += packets * subscribers;
      },
      onRetry: (reason, delayMs) => {
        metrics.called(pluginId, "runStream", "error");
        log({
          level: "warn",
          message: "live stream failed and is opened again",
          fields: {
            ...fields,
            reason: withoutSecrets(reason, secretsOf(entry.opened, entry.opened?.source)),
            delayMs,
          },
        });
      },
      onEnd: (end) => {
        metrics.called(pluginId, "runStream", end === undefined ? "ok" : "error");
        log({
          level: "info",
          message: "live stream has ended",
          fields: { ...fields, ...(end === undefined ? {} : { status: end.code, reason: end.message }) },
        });
        // Of a plugin that has returned, packets may still be published.
        if (end !== undefined) endChannel(name, end);
      },
      onLeft: (wasRunning) => {
        if (wasRunning) metrics.called(pluginId, "runStream", "cancelled");
        entries.delete(name);
      },
    });
    const entry: Entry = { channel, pluginId, opened: undefined };
    entries.set(name, entry);
    return entry;
  };

  // Streams of data sources that have changed are opened again; those of removed ones end.
  core.sources.onReplaced(() => {
    for (const [name, { channel, opened }] of [...entries]) {
      const source = opened?.source;
      if (source === undefined) continue;
      const now = core.sources.byUid(source.uid);
      if (now === undefined) endChannel(name, { code: 404, message: "Data source not found" });
      else if (!isSame(now, source)) channel.restart();
    }
  });

  // So are those of apps. An app that has not changed keeps the object of its settings.
  core.apps.onReplaced(() => {
    for (const { channel, pluginId, opened } of entries.values()) {
      if (opened !== undefined && core.plugins.get(pluginId)?.info.app !== opened.app) channel.restart();
    }
  });

  return {
    subscribe: async (asked) => {
      const { address, call, data, subscriber, signal } = asked;
      const { name } = address;
      checkRoom(name);
      const initial = await inFlight(() => subscribeStream(core, asked));
      signal.throwIfAborted();
      // Both may have changed meanwhile.
      checkRoom(name);
      const { slot } = targetOf(core, address);
      // Packets from before are not for this subscriber. First of all: it may let go the last one of the others, who is
      // too slow, and end the channel with that.
      entries.get(name)?.channel.flush();
      const entry = entries.get(name) ?? createEntry(name, slot.info.id);
      const open: OpenStream = async (own) => {
        const target = targetOf(core, address);
        entry.opened = { source: target.source, app: target.slot.info.app };
        // Not all of it: the stream may outlive its first subscriber.
        return runStream(core, { address, call, data, signal: own }, target);
      };
      asked.begin(initial === undefined ? entry.channel.schema() : initial.line.toString("utf8"));
      entry.channel.add(subscriber, open);
    },
    unsubscribe: (name, subscriber) => entries.get(name)?.channel.remove(subscriber),
    publish: async (asked) => {
      if (closed !== undefined) throw new HttpFailure(closed.code, closed.message);
      const packet = await inFlight(() => publishStream(core, asked));
      if (packet !== undefined) entries.get(asked.address.name)?.channel.publish(packet);
    },
    list: () =>
      [...entries]
        .map(([channel, entry]) => ({ channel, subscribers: entry.channel.size() }))
        .sort((a, b) => (a.channel < b.channel ? -1 : 1)),
    close: (end) => {
      closed = end;
      for (const name of [...entries.keys()]) endChannel(name, end);
    },
  };
}

/** Plugins make a new instance under the same condition. */
function isSame(a: DataSource, b: DataSource): boolean {
  return a.type === b.type && a.id === b.id && a.lastUpdated.getTime() === b.lastUpdated.getTime();
}
