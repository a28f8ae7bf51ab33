/** What a host may write about a plugin that is kept running, and what does not compile. Never run. */
import type { Client } from "@connectrpc/connect";
import type { PluginError } from "grafana-plugin-protocol";
import { type PluginState, type SupervisedPlugin, supervisePlugin } from "grafana-plugin-protocol/host";
import { type DatasourcePlugin, v1 } from "grafana-plugin-protocol/v1";
import { type Data, v2 } from "grafana-plugin-protocol/v2";

const command = "gpx_demo";

export async function pinned(): Promise<SupervisedPlugin<typeof v2>> {
  const plugin = await supervisePlugin({ command, protocols: [v2], reload: ["plugin.js"], health: false });

  plugin.protocolVersion satisfies 2;
  plugin.data satisfies Client<typeof Data>;
  plugin.state satisfies PluginState;
  // @ts-expect-error a v1 service on a client pinned to v2
  plugin.datasource;
  plugin.process?.pid satisfies number | undefined;
  (await plugin.closed) satisfies PluginError;
  // @ts-expect-error there is no process while it restarts
  plugin.process.pid;
  // @ts-expect-error the state is not for changing
  plugin.state = { status: "ready", pid: 1, restarts: 0, reason: undefined };
  await plugin.close({ graceMs: 1 });
  return plugin;
}

export async function negotiated(): Promise<void> {
  await using plugin = await supervisePlugin({ command, protocols: [v2, v1], callsWhileDown: { waitMs: 0 } });

  // @ts-expect-error a service before narrowing
  plugin.data;
  switch (plugin.protocolVersion) {
    case 1:
      plugin.datasource satisfies Client<typeof DatasourcePlugin>;
      break;
    case 2:
      await plugin.data.queryData({});
      break;
    default:
      plugin satisfies never;
  }
}

export function shown(state: PluginState): string {
  switch (state.status) {
    case "starting":
      return `try ${state.attempt} ${state.reason?.message}`;
    case "ready":
      return String(state.pid satisfies number);
    case "backing-off":
      return `${state.reason.code} until ${state.nextTryAt.toISOString()}`;
    case "failed":
    case "stopped":
      // @ts-expect-error nothing runs
      state.pid;
      return state.reason.message;
    default:
      return state satisfies never;
  }
}

export async function wrong(): Promise<void> {
  // @ts-expect-error no majors
  await supervisePlugin({ command, protocols: [] });
  // @ts-expect-error an option that does not exist
  await supervisePlugin({ command, protocols: [v2], restart: { max: 1 } });
  // @ts-expect-error health checks are on unless they are turned off
  await supervisePlugin({ command, protocols: [v2], health: true });
  // @ts-expect-error v1's services do not travel in handshake version 2
  await supervisePlugin({ command, protocols: [{ version: 2, services: v1.services }] });
}
