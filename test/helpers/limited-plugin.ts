import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { HostLimits } from "grafana-plugin-protocol/host";
import type { PluginLimits } from "grafana-plugin-protocol/plugin";
import { connectNodeTransport, grpcTransport, type SocketTransport } from "grafana-plugin-protocol/transport";
import type { Counts, LimitedPluginOptions } from "../host/fixtures/limited-plugin.ts";
import { launchFixture, type ObservedPlugin } from "./launch.ts";
import { privateTmp } from "./private-tmp.ts";
import { sourceProgram } from "./run-program.ts";
import { until } from "./until.ts";

const fixture = new URL("../host/fixtures/limited-plugin.ts", import.meta.url);

/** Both, each on both sides of a test. */
export const transports: Readonly<Record<NonNullable<LimitedPluginOptions["transport"]>, SocketTransport>> = {
  "connect-node": connectNodeTransport,
  grpc: grpcTransport,
};

/** The plugin of the tests of limits. */
export interface LimitedPlugin extends ObservedPlugin {
  readonly counts: () => Promise<Counts>;
}

/** Launches it; it ends with the test. */
export async function launchLimited(
  t: TestContext,
  transport: keyof typeof transports,
  limits: { readonly host?: HostLimits; readonly plugin?: PluginLimits } = {},
): Promise<LimitedPlugin> {
  await privateTmp(t);
  const options: LimitedPluginOptions = { limits: limits.plugin, transport };
  const plugin = await launchFixture(t, {
    command: process.execPath,
    args: sourceProgram(fixture, JSON.stringify(options)),
    limits: limits.host,
    transport: transports[transport],
  });
  return { ...plugin, counts: async () => JSON.parse(await plugin.ask("counts")) };
}

/**
 * Resolves with how much a producer has produced when it stands still: with the same answer 50 times in a row, between
 * which it had as many turns. Rejects above `bound`.
 */
export async function untilStill(bound: number, produced: () => Promise<number>): Promise<number> {
  let last = -1;
  let times = 0;
  return until("the producer stands still", async () => {
    const now = await produced();
    assert.ok(now <= bound, `expected at most ${bound}, got ${now}`);
    times = now === last ? times + 1 : 0;
    last = now;
    return times >= 50 ? now : undefined;
  });
}
