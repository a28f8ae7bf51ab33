import type { DataSource } from "../data-sources/data-source.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { busy } from "../http/busy.ts";
import { HttpFailure } from "../http/http-failure.ts";
import { type Channel, createChannel } from "./create-channel.ts";
import { createFlushes } from "./create-flushes.ts";
import type { StreamEnd } from "./keep-running.ts";
import type { LiveCounters } from "./live-metrics.ts";
import type { LiveSettings } from "./live-options.ts";
import type { OpenedWith } from "./opened-with.ts";
import { reportChannel } from "./report-channel.ts";

/** A channel that is in use. */
export interface Entry {
  readonly channel: Channel;
  readonly pluginId: string;
  /** What the stream was opened with; `undefined` before. */
  opened: OpenedWith | undefined;
}

/** The channels that are in use, by their names. */
export interface Channels {
  readonly get: (name: string) => Entry | undefined;
  readonly add: (name: string, pluginId: string) => Entry;
  /** @throws HttpFailure once they are closed */
  readonly checkOpen: () => void;
  /** @throws HttpFailure where there is no room for this channel, and once they are closed */
  readonly checkRoom: (name: string) => void;
  readonly list: () => readonly { readonly channel: string; readonly subscribers: number }[];
  /** Ends all with this reason, and refuses further ones. */
  readonly close: (end: StreamEnd) => void;
}

/** The organisation of a gateway in the names of channels. */
export const orgPrefix = "1/";

export function createChannels(core: GatewayCore, settings: LiveSettings, counters: LiveCounters): Channels {
  const entries = new Map<string, Entry>();
  const flushLater = createFlushes();
  let closed: StreamEnd | undefined;

  const checkOpen = (): void => {
    if (closed !== undefined) throw new HttpFailure(closed.code, closed.message);
  };

  const endChannel = (name: string, end: StreamEnd): void => {
    const entry = entries.get(name);
    entries.delete(name);
    entry?.channel.end(end);
  };

  const add = (name: string, pluginId: string): Entry => {
    const reports = reportChannel(core, counters, { channel: name, pluginId }, () => entry.opened);
    const channel = createChannel({
      name,
      publicName: orgPrefix + name,
      lingerMs: settings.lingerMs,
      flushLater,
      onPackets: reports.onPackets,
      onRetry: reports.onRetry,
      onEnd: (end) => {
        reports.onEnd(end);
        // Of a plugin that has returned, packets may still be published.
        if (end !== undefined) endChannel(name, end);
      },
      onLeft: (wasRunning) => {
        if (wasRunning) reports.onCancelled();
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
    get: (name) => entries.get(name),
    add,
    checkOpen,
    checkRoom: (name) => {
      checkOpen();
      if (!entries.has(name) && entries.size >= settings.maxChannels) {
        throw busy("too many channels are in use");
      }
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
