import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import type { Command } from "../../scripts/languages/language.ts";
import { runCallers } from "../rpc/programs/callers.ts";

/** What one start of a plugin gave. */
export interface Measured {
  /** From the start of the process to its first answer, in ms. */
  readonly startMs: number;
  /** Resident memory, with its child processes, after the first answer and a second without calls, in MB. */
  readonly idleMb: number;
  /** Calls a second of one caller, and of 16 at once. */
  readonly rate1: number;
  readonly rate16: number;
}

/**
 * Starts the plugin by our host, calls it, and ends it.
 *
 * @throws Error if it does not answer the query with status 200: an error costs less than an answer.
 */
export async function measure(plugin: Command, model: unknown, seconds: number): Promise<Measured> {
  const json = new TextEncoder().encode(JSON.stringify(model));
  const timeRange = { fromEpochMS: 0n, toEpochMS: 86_400_000n };
  const request = {
    pluginContext: { pluginId: "bench", dataSourceInstanceSettings: { id: 1n, jsonData: new Uint8Array() } },
    queries: [{ refId: "A", maxDataPoints: 100n, intervalMS: 1000n, timeRange, json }],
  };
  const began = performance.now();
  const launched = await launchPlugin({ ...plugin, protocols: [v2], startTimeoutMs: 120_000 });
  try {
    const call = async (): Promise<void> => {
      const { responses } = await launched.data.queryData(request);
      const { status, error } = responses["A"] ?? {};
      if (status !== 200) throw new Error(`expected status 200, got ${status}: ${error}`);
    };
    await launched.diagnostics.checkHealth({ pluginContext: request.pluginContext });
    const startMs = performance.now() - began;
    await delay(1000);
    const idleMb = residentBytes(launched.process.pid) / 1e6;
    // Just-in-time compilers take their time; the slices are those of bench/rpc.
    for (let slice = 0; slice < 3; slice++) await runCallers(call, 16, seconds);
    const one = await runCallers(call, 1, seconds);
    const many = await runCallers(call, 16, seconds);
    return { startMs, idleMb, rate1: one.calls / one.seconds, rate16: many.calls / many.seconds };
  } finally {
    await launched.close({ graceMs: 10_000 });
  }
}

/** Of a process and all that it started. */
function residentBytes(pid: number): number {
  const own = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  const below = children.reduce((sum, child) => sum + residentBytes(child), 0);
  return Number(own?.[1] ?? 0) * 1024 + below;
}
