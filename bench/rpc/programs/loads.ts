import { setTimeout as delay } from "node:timers/promises";
import { frameBytesByQuery } from "../requests.ts";
import { runCallers } from "./callers.ts";
import type { Host } from "./host.ts";

/** The figures of one load, with the names of the Go program. */
export type Figures = Record<string, number>;

export interface LoadSize {
  /** Duration of a measured load. */
  readonly seconds: number;
  /** Packets of one stream. */
  readonly packets: number;
}

/** Number of loads of 16 callers before calls are measured. The same in the Go program. */
const warmUpSlices = 6;

/** The loads of the Go program's host, in the same shape. */
export const loads: Readonly<Record<string, (host: Host, size: LoadSize) => Promise<Figures>>> = {
  calls: async (host, { seconds }) => {
    await host.check(frameBytesByQuery.small);
    const call = host.query(frameBytesByQuery.small);
    let before = await host.used();
    const found: Figures = { hostIdle: before.host.bytes, pluginIdle: before.plugin.bytes };
    // Until the compilers are done, also with the call for the figures: plugins live for days, and hosts call all of
    // their methods in turn.
    for (let slice = 0; slice < warmUpSlices; slice++) {
      await runCallers(call, 16, seconds);
      await host.used();
    }
    for (const callers of [1, 16, 64]) {
      before = await host.used();
      const { calls, ...did } = await runCallers(call, callers, seconds);
      const after = await host.used();
      found[`p50 c${callers}`] = did.percentile(50);
      found[`p99 c${callers}`] = did.percentile(99);
      found[`rate c${callers}`] = calls / did.seconds;
      found[`hostCpu c${callers}`] = (after.host.cpuMicros - before.host.cpuMicros) / calls;
      found[`pluginCpu c${callers}`] = (after.plugin.cpuMicros - before.plugin.cpuMicros) / calls;
      found["hostLoaded"] = after.host.bytes;
      found["pluginLoaded"] = after.plugin.bytes;
    }
    return found;
  },

  readme: async (host, { seconds }) => {
    const found: Figures = {};
    for (let slice = 0; slice < warmUpSlices; slice++) await runCallers(host.readme, 16, seconds);
    for (const callers of [1, 16]) {
      const { calls, seconds: took, percentile } = await runCallers(host.readme, callers, seconds);
      found[`p50 c${callers}`] = percentile(50);
      found[`rate c${callers}`] = calls / took;
    }
    return found;
  },

  frames: async (host, { seconds }) => {
    const found: Figures = {};
    await runCallers(host.query(frameBytesByQuery["1MB"]), 1, 2 * seconds);
    for (const size of ["1MB", "16MB", "64MB"] as const) {
      const bytes = frameBytesByQuery[size];
      await host.check(bytes);
      const call = host.query(bytes);
      await runCallers(call, 1, seconds / 4);
      const did = await runCallers(call, 1, seconds / 2);
      found[`rate ${size}`] = (did.calls * bytes) / 2 ** 20 / did.seconds;
    }
    const { host: own, plugin } = await host.used();
    return { ...found, hostLoaded: own.bytes, pluginLoaded: plugin.bytes };
  },

  packets: async (host, { seconds, packets }) => {
    await runCallers(() => host.stream(packets), 1, 2 * seconds);
    const { calls, seconds: took } = await runCallers(() => host.stream(packets), 1, seconds / 2);
    return { rate: (calls * packets) / took };
  },

  mixed: async (host, { seconds }) => {
    await host.check(frameBytesByQuery["32MB"]);
    const small = host.query(frameBytesByQuery.small);
    await runCallers(small, 4, 1.5 * seconds);
    const big = runCallers(host.query(frameBytesByQuery["32MB"]), 4, 2 * seconds);
    // Until all four are in flight.
    await delay(seconds * 100);
    const did = await runCallers(small, 4, 1.8 * seconds);
    const { calls, seconds: took } = await big;
    return { rate: did.calls / did.seconds, p99: did.percentile(99), big: (calls * 32) / took };
  },
};
