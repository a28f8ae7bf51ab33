import { setTimeout as delay } from "node:timers/promises";
import { currentUsage } from "../../rpc/programs/usage.ts";
import { endlessStream } from "../requests.ts";
import type { Figures, LoadSize } from "./load-size.ts";
import { type Plugin, used } from "./plugin-calls.ts";

/** One, a hundred and a thousand streams of packets, as fast as they come. */
export async function streams(launch: () => Promise<Plugin>, { seconds }: LoadSize): Promise<Figures> {
  const found: Figures = {};
  const plugin = await launch();
  try {
    for (const count of [1, 100, 1000]) {
      for (const [name, value] of Object.entries(await readStreams(plugin, count, seconds * 1000))) {
        found[`${name} s${count}`] = value;
      }
    }
  } finally {
    await plugin.close();
  }
  return found;
}

/** One stream's packets within the measured time, and times of it. */
interface Reader {
  packets: number;
  lastAt: number;
  longest: number;
}

/** Begins to measure when each stream has had a packet, and half of the duration later. */
async function readStreams(plugin: Plugin, count: number, durationMs: number): Promise<Figures> {
  const controller = new AbortController();
  const { signal } = controller;
  const state = { isMeasuring: false, hasSeen: false, waiting: count };
  let onStarted = (): void => {};
  const started = new Promise<void>((resolve) => {
    onStarted = resolve;
  });
  const readers = Array.from({ length: count }, (): Reader => ({ packets: 0, lastAt: 0, longest: 0 }));
  const all = readers.map(async (reader) => {
    let isFirst = true;
    try {
      for await (const _ of plugin.stream.runStream(endlessStream(), { signal })) {
        if (isFirst) {
          isFirst = false;
          if (--state.waiting === 0) onStarted();
        }
        if (!state.isMeasuring) continue;
        const now = performance.now();
        if (reader.lastAt > 0) reader.longest = Math.max(reader.longest, now - reader.lastAt);
        reader.lastAt = now;
        reader.packets++;
        state.hasSeen = true;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  });
  const ended = Promise.all(all);
  await Promise.race([started, ended]);
  await delay(durationMs / 2);
  const pluginBefore = (await used(plugin)).plugin;
  // Not what an answer with usage waits for behind packets.
  const hostBefore = currentUsage();
  const began = performance.now();
  state.isMeasuring = true;
  await delay(durationMs);
  // On a machine that is too busy for one packet.
  while (!state.hasSeen) await delay(1);
  state.isMeasuring = false;
  const end = performance.now();
  const hostAfter = currentUsage();
  const pluginAfter = (await used(plugin)).plugin;
  controller.abort();
  await ended;
  const counts = readers.map(({ packets }) => packets);
  const packets = counts.reduce((sum, each) => sum + each, 0);
  const gaps = readers.map(({ lastAt, longest }) => Math.max(longest, end - (lastAt || began)));
  return {
    rate: packets / ((end - began) / 1000),
    even: Math.min(...counts) / Math.max(...counts),
    gap: Math.max(...gaps),
    hostCpu: (hostAfter.cpuMicros - hostBefore.cpuMicros) / packets,
    pluginCpu: (pluginAfter.cpuMicros - pluginBefore.cpuMicros) / packets,
    hostBytes: hostAfter.bytes,
    pluginBytes: pluginAfter.bytes,
  };
}
