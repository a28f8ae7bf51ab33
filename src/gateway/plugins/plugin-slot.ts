import { isError, messageOf, PluginError } from "../../errors.ts";
import type { PluginLogRecord } from "../../host/launch-options.ts";
import type { PluginState } from "../../host/supervision/plugin-state.ts";
import { type SupervisedPlugin, supervisePlugin } from "../../host/supervision/supervise-plugin.ts";
import { type V1, v1 } from "../../v1/v1.ts";
import { type V2, v2 } from "../../v2/v2.ts";
import type { AnyPluginClient, GatewayLaunchOptions, GatewayLogRecord } from "../gateway-options.ts";
import type { PluginInfo } from "./plugin-info.ts";

/** A plugin of a gateway: its process, if it has one of its own, and its client. */
export interface PluginSlot {
  readonly info: PluginInfo;
  /** The status of the process: `ready` for one that is not the gateway's. */
  readonly status: () => PluginState["status"];
  readonly restarts: () => number;
  /**
   * The client, when the plugin has been started; starts it again after a failure, but not at once.
   *
   * @throws PluginError why it could not be started
   */
  readonly client: () => Promise<AnyPluginClient>;
  /** The client if the plugin has been started, without waiting. */
  readonly clientNow: () => AnyPluginClient | undefined;
  readonly close: (graceMs: number | undefined) => Promise<void>;
}

/** How long a plugin whose start failed is left alone. */
const retryMs = 5000;

/** A plugin that runs already. */
export function slotOfClient(info: PluginInfo, client: AnyPluginClient): PluginSlot {
  return {
    info,
    status: () => "ready",
    restarts: () => 0,
    client: async () => client,
    clientNow: () => client,
    close: async () => {},
  };
}

/** Starts a plugin and keeps it running. */
export function slotOfLaunch(
  info: PluginInfo,
  launch: GatewayLaunchOptions,
  log: (record: GatewayLogRecord) => void,
): PluginSlot {
  const { id } = info;
  const end = new AbortController();
  let state: PluginState | undefined;
  let plugin: SupervisedPlugin<V1 | V2> | undefined;
  let failedAt: number | undefined;
  /** Of plugins that were given up. */
  let earlierRestarts = 0;
  let ending = Promise.resolve();
  const start = async (): Promise<SupervisedPlugin<V1 | V2>> => {
    let isGivenUp = false;
    try {
      const { waitMs, ...own } = launch;
      plugin = await supervisePlugin({
        ...own,
        callsWhileDown: { waitMs },
        protocols: [v2, v1],
        signal: end.signal,
        onLog: (record) => log(pluginRecord(id, record)),
        onState: (next) => {
          if (isGivenUp) return;
          state = next;
          log(stateRecord(id, next));
          // After too many restarts, or as another major. A call may start it anew, after a while.
          if (next.status !== "failed" || plugin === undefined) return;
          isGivenUp = true;
          giveUp(plugin);
        },
      });
      failedAt = undefined;
      return plugin;
    } catch (error) {
      failedAt = performance.now();
      // Options that cannot work fail before there is a state to report.
      if (state === undefined) {
        log({
          level: "error",
          message: "plugin is failed",
          fields: { pluginId: id, reason: messageOf(error) },
        });
      }
      throw error;
    }
  };
  const giveUp = (given: SupervisedPlugin<V1 | V2>): void => {
    earlierRestarts += state?.restarts ?? 0;
    plugin = undefined;
    failedAt = performance.now();
    ending = given.close({ graceMs: 0 });
  };
  let starting = start();
  // Its failure is the answer of the calls that need it, and in the log.
  starting.catch(() => {});
  return {
    info,
    status: () => state?.status ?? (failedAt === undefined ? "starting" : "failed"),
    restarts: () => earlierRestarts + (plugin === undefined ? 0 : (state?.restarts ?? 0)),
    client: () => {
      if (end.signal.aborted)
        return Promise.reject(new PluginError("closed", `the plugin "${id}" was closed`));
      if (failedAt !== undefined && performance.now() - failedAt > retryMs) {
        failedAt = undefined;
        starting = start();
      }
      return starting;
    },
    clientNow: () => plugin,
    close: async (graceMs) => {
      if (plugin === undefined) {
        end.abort(new PluginError("closed", "the gateway was closed"));
        await starting.catch(() => {});
        await ending;
      }
      await plugin?.close(graceMs === undefined ? {} : { graceMs });
      end.abort(new PluginError("closed", "the gateway was closed"));
    },
  };
}

function pluginRecord(
  pluginId: string,
  { level, message, fields, module }: PluginLogRecord,
): GatewayLogRecord {
  return { level, message, fields: { ...fields, pluginId, ...(module === undefined ? {} : { module }) } };
}

function stateRecord(pluginId: string, state: PluginState): GatewayLogRecord {
  const { status, restarts, reason } = state;
  const isBad = status === "failed" || status === "backing-off";
  return {
    level: isBad ? "error" : "info",
    message: `plugin is ${status}`,
    fields: {
      pluginId,
      restarts,
      ...(status === "ready" ? { pid: state.pid } : {}),
      ...(isError(reason) ? { reason: messageOf(reason) } : {}),
    },
  };
}
