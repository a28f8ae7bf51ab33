import { monitorEventLoopDelay } from "node:perf_hooks";
import { ConnectError, createClient } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { attachPlugin } from "grafana-plugin-protocol/host";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { grpcTransport, implementService } from "grafana-plugin-protocol/transport";
import { v2 } from "grafana-plugin-protocol/v2";
import type { Report } from "./attacked-process.ts";
import { hostLimits, pluginLimits } from "./limits.ts";

/**
 * The process that is attacked, with a small heap: a plugin that listens at the path it is given, or a host that makes
 * as many calls as it is told to the attacker that listens there. The process that started it asks for reports.
 */
const [role = "", path = "", calls = "1"] = process.argv.slice(2);
const address = { network: "unix" as const, path };
const delay = monitorEventLoopDelay({ resolution: 5 });
const large = { frames: [new Uint8Array(15_000_000)] };
delay.enable();

process.on("message", () => process.send?.(report()));
process.once("disconnect", () => process.exit());
if (role === "plugin") {
  const queryData = ({ queries }: { readonly queries: readonly { readonly refId: string }[] }) =>
    queries[0]?.refId === "large" ? { responses: { large } } : {};
  await grpcTransport.listen({
    ...pluginLimits,
    address,
    requestTimeoutMs: 60_000,
    services: [implementService(v2.services.data, { queryData })],
  } as Parameters<typeof grpcTransport.listen>[0]);
  process.send?.(path);
} else if (role === "served plugin") {
  const data = { queryData: () => ({}) };
  const server = await servePlugin([implement(v2, { data })], { debug: true });
  process.send?.(server.address.network === "unix" ? server.address.path : "");
} else if (role === "attached host") {
  process.send?.("ready");
  process.send?.({ outcomes: await callAttached() });
} else {
  process.send?.("ready");
  const connection = await grpcTransport.dial({ ...hostLimits, address });
  const { queryData } = createClient(v2.services.data, connection.transport);
  const outcomes: Record<string, number> = {};
  const ends = Array.from({ length: Number(calls) }, () =>
    queryData({}, { timeoutMs: 10_000 }).then(
      () => "ok",
      (reason: unknown) => ConnectError.from(reason).message,
    ),
  );
  for (const end of await Promise.all(ends)) outcomes[end] = (outcomes[end] ?? 0) + 1;
  process.send?.({ outcomes });
}

/** Attaches, makes the calls one after the other while the attack goes on, and lets go of the plugin. */
async function callAttached(): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  const count = (outcome: string): void => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  try {
    const plugin = await attachPlugin({
      attachInfo: { protocolVersion: 2, ...address, address: path },
      protocols: [v2],
      startTimeoutMs: 10_000,
      onLog: () => {},
    });
    for (let call = 0; call < Number(calls); call++) {
      await plugin.data.queryData({ pluginContext: {}, queries: [] }, { timeoutMs: 60_000 });
      count("ok");
    }
    await plugin.close();
  } catch (reason) {
    count(reason instanceof PluginError ? reason.code : ConnectError.from(reason).message);
  }
  return outcomes;
}

function report(): Report {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const lagMs = delay.max / 1e6;
  delay.reset();
  return { rss, used: heapUsed + external, lagMs };
}
