import { graceOption } from "../host/grace-option.ts";
import { startTimer, stopTimer } from "../timer.ts";
import { apisRoutes } from "./apis/apis-routes.ts";
import { createContextMaker } from "./calls/create-context-maker.ts";
import { createTurnEnd } from "./calls/create-turn-end.ts";
import { createHandler } from "./create-handler.ts";
import { diagnosticsRoutes } from "./diagnostics/diagnostics-routes.ts";
import { absentRoutes } from "./discovery/absent-routes.ts";
import { discoveryRoutes } from "./discovery/discovery-routes.ts";
import type { GatewayCore } from "./gateway-core.ts";
import type { GatewayDataSource, GatewayOptions } from "./gateway-options.ts";
import { createGuard } from "./http/create-guard.ts";
import { createRouter } from "./http/create-router.ts";
import { callOfRequest, responseOf } from "./http/fetch-call.ts";
import type { Answer, HttpCall } from "./http/http-call.ts";
import { createLive } from "./live/create-live.ts";
import type { GatewayLive } from "./live/gateway-live.ts";
import { liveRoutes } from "./live/live-routes.ts";
import { acceptSocket } from "./live/web-socket/accept-socket.ts";
import { createUpgrades } from "./live/web-socket/create-upgrades.ts";
import { createMetrics } from "./observe/create-metrics.ts";
import { ownRoutes } from "./observe/own-routes.ts";
import { createAppRegistry } from "./plugins/create-app-registry.ts";
import { readPlugins } from "./plugins/read-plugins.ts";
import { openConfiguration } from "./provisioning/open-configuration.ts";
import { provisioningRoutes } from "./provisioning/provisioning-routes.ts";
import { queryRoutes } from "./query/query-routes.ts";
import { resolveGatewayOptions } from "./resolve-options.ts";
import { resourceRoutes } from "./resources/resource-routes.ts";

/** A plugin of a gateway, and whether it runs. */
export interface GatewayPluginState {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly version: string;
  readonly status: "backing-off" | "failed" | "ready" | "starting" | "stopped";
  readonly restarts: number;
}

/** A data source of a gateway, as far as everybody may see it. */
export interface GatewayDataSourceState {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
}

/** Plugins behind Grafana's HTTP API. */
export interface Gateway extends AsyncDisposable {
  /** Answers a request as a Grafana would. Never rejects; a body of any length is read as it comes. */
  fetch(request: Request): Promise<Response>;
  readonly plugins: readonly GatewayPluginState[];
  /** What is wrong with plugins that could not be read. */
  readonly problems: readonly string[];
  /** The data sources at present: those of `dataSources` and `setDataSources`, then those of `provisioning`. */
  readonly dataSources: readonly GatewayDataSourceState[];
  /**
   * Replaces the data sources, except those of `provisioning`. Running calls go on with theirs. Those that have not
   * changed keep their number, and their instances in plugins.
   *
   * @throws PluginError `invalid_option`; then the old ones stay.
   */
  setDataSources(dataSources: readonly GatewayDataSource[]): void;
  /** Grafana Live over WebSocket, for a server of your own. `serveGateway` has it at `/api/live/ws`. */
  readonly live: GatewayLive;
  /**
   * Reads the files of `provisioning` now. Changes of them are noticed within two seconds without this.
   *
   * @throws PluginError `provisioning_not_found`, `provisioning_invalid`, or `invalid_option` without that option; then
   *   what was read before stays.
   */
  reloadProvisioning(): void;
  /**
   * Refuses new requests, disconnects clients of Live, waits up to `graceMs` (default 10000) for requests in flight,
   * cancels the others, and ends the plugins. Resolves when no process is left; safe to call twice.
   */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
}

/** A gateway with what a server of ours needs beside it. */
export interface GatewayParts {
  readonly gateway: Gateway;
  readonly handle: (call: HttpCall) => Promise<Answer>;
}

/**
 * Starts plugins and returns a Fetch handler that answers as a Grafana, or a Plutono, would: queries, health, resources,
 * metrics, and what clients look up before. Resolves when the plugins have been read; calls of one that is still
 * starting wait for it.
 *
 * @throws PluginError `invalid_option`; `provisioning_invalid`, and `peer_missing` or `peer_broken` if `provisioning` is
 *   given without the package `yaml`. Then no process is left.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  return (await createGatewayParts(options)).gateway;
}

/** {@link createGateway} for use in this folder. */
export async function createGatewayParts(options: GatewayOptions): Promise<GatewayParts> {
  const settings = resolveGatewayOptions(options);
  const apps = createAppRegistry(options.apps ?? {});
  const configuration = await openConfiguration(options, settings, apps);
  const { sources } = configuration;
  const { slots, problems } = await readPlugins(options, settings, apps);
  configuration.follow();
  const core: GatewayCore = {
    settings,
    sources,
    apps,
    problems,
    plugins: slots,
    metrics: createMetrics(),
    inFlight: () => handler.inFlight(),
    turnEnd: createTurnEnd(),
    contextOf: createContextMaker(options, settings),
  };
  const guard = createGuard(settings);
  const live = createLive(core, { guard, handle: (call) => handler.handle(call) });
  const upgrades = createUpgrades(core, live);
  const router = createRouter([
    ...queryRoutes(core),
    // Before those with a number in the same place: a data source may be named "health".
    ...discoveryRoutes(core),
    ...diagnosticsRoutes(core),
    ...resourceRoutes(core),
    ...(settings.style === "grafana" ? apisRoutes(core) : []),
    ...(settings.style === "grafana" ? liveRoutes(core, live) : []),
    ...ownRoutes(core, live.gauges),
    ...provisioningRoutes(core, options.provisioning === undefined ? undefined : configuration.reload),
    ...absentRoutes(settings.style),
  ]);
  const handler = createHandler(core, { guard, route: router });
  let closing: Promise<void> | undefined;
  const shutDown = async (graceMs: number): Promise<void> => {
    configuration.end();
    const grace = new AbortController();
    // Keeps the process until then: an end that waits for a request must not be cut off by that of the event loop.
    const timer = startTimer(graceMs, () => grace.abort());
    await Promise.all([handler.drain(grace.signal), live.drain(grace.signal)]);
    await upgrades.close(grace.signal);
    stopTimer(timer);
    handler.end();
    await Promise.all([...slots.values()].map((slot) => slot.close(undefined)));
  };
  const close = async (closeOptions: { readonly graceMs?: number | undefined } = {}): Promise<void> => {
    closing ??= shutDown(graceOption(closeOptions, 10_000));
    await closing;
  };
  const gateway: Gateway = {
    fetch: async (request) => responseOf(await handler.handle(callOfRequest(request)), request.method),
    get plugins() {
      return [...slots.values()].map(({ info, status, restarts }) => {
        const { id, name, type, version } = info;
        return { id, name, type, version, status: status(), restarts: restarts() };
      });
    },
    problems,
    live: { upgrade: upgrades.upgrade, accept: (request, socket) => acceptSocket(live, request, socket) },
    get dataSources() {
      return sources.all().map(({ uid, name, type, url }) => ({ uid, name, type, url }));
    },
    setDataSources: configuration.setDataSources,
    reloadProvisioning: configuration.reload,
    close,
    [Symbol.asyncDispose]: () => close(),
  };
  return { gateway, handle: handler.handle };
}
