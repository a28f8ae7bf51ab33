import type { GatewayCore } from "../gateway-core.ts";
import { busy } from "../http/busy.ts";
import { type Guard, unauthorized } from "../http/create-guard.ts";
import type { Answer, HttpCall } from "../http/http-call.ts";
import type { Gauge } from "../observe/create-metrics.ts";
import { untilAborted } from "../until-aborted.ts";
import { callerOf } from "./caller-of.ts";
import { type Disconnect, disconnects } from "./centrifuge/codes.ts";
import { type Connection, createConnection } from "./centrifuge/create-connection.ts";
import type { LiveTransport } from "./centrifuge/live-transport.ts";
import { createHub, type Hub } from "./create-hub.ts";
import { createLiveCounters, liveGauges } from "./live-metrics.ts";
import type { LiveSettings } from "./live-options.ts";
import { queryByRpc } from "./query-by-rpc.ts";

/** Grafana Live in a gateway: its channels and its connections. */
export interface Live {
  readonly settings: LiveSettings;
  readonly hub: Hub;
  /**
   * Checks who connects, as for any other request.
   *
   * @returns the request with its token, if it has one that is known
   * @throws HttpFailure 401, 403, and 503 for one connection too many
   */
  readonly admit: (call: HttpCall) => Admitted;
  /** Adds a connection. One too many is disconnected at once. */
  readonly connect: (admitted: Admitted, transport: LiveTransport) => Connection;
  /** Counts an event stream. @returns what ends it; @throws HttpFailure 503 */
  readonly enterEvents: () => () => void;
  readonly gauges: () => readonly Gauge[];
  /** Refuses new connections, and disconnects each client when none of its commands is in flight, at the latest at the abort. */
  readonly drain: (signal: AbortSignal) => Promise<void>;
}

/** A request that may connect. */
export interface Admitted {
  readonly call: HttpCall;
  /** Else the first command has to have a token. */
  readonly isAuthorized: boolean;
}

interface LiveParts {
  readonly guard: Guard;
  /** The way of every request. */
  readonly handle: (call: HttpCall) => Promise<Answer>;
}

export function createLive(core: GatewayCore, { guard, handle }: LiveParts): Live {
  const { live: settings, log, grafanaVersion } = core.settings;
  const counters = createLiveCounters();
  const hub = createHub(core, settings, counters);
  const connections = new Set<Connection>();
  let eventStreams = 0;
  let isDraining = false;
  let onIdle = (): void => {};

  const checkRoom = (): void => {
    if (isDraining) throw busy("the gateway is shutting down");
    if (connections.size + eventStreams >= settings.maxConnections) {
      throw busy("too many Live clients are connected");
    }
  };

  const connect = ({ call, isAuthorized }: Admitted, transport: LiveTransport): Connection => {
    const began = performance.now();
    const onEnd = (reason: Disconnect | undefined): void => {
      connections.delete(connection);
      if (reason !== undefined) {
        counters.disconnects.set(reason.code, (counters.disconnects.get(reason.code) ?? 0) + 1);
      }
      log({
        level: "info",
        message: "live client disconnected",
        fields: {
          ...(reason === undefined ? {} : reason),
          durationMs: Math.round(performance.now() - began),
        },
      });
      if (connections.size === 0) onIdle();
    };
    const connection = createConnection({
      settings,
      hub,
      transport,
      call,
      isAuthorized,
      authorize: (own, token) => (guard.isToken(token) ? callerOf(own, token) : undefined),
      query: (own, body, signal) => queryByRpc(handle, own, body, signal),
      onEnd,
      version: grafanaVersion,
    });
    connections.add(connection);
    return connection;
  };

  return {
    settings,
    hub,
    admit: (call) => {
      guard.checkPlace(call);
      const token = guard.tokenOf(call, true);
      if (token !== undefined && !guard.isToken(token)) throw unauthorized();
      checkRoom();
      return {
        call: callerOf(call, token),
        isAuthorized: token !== undefined || guard.isToken(undefined),
      };
    },
    connect,
    enterEvents: () => {
      checkRoom();
      eventStreams++;
      return () => {
        eventStreams--;
      };
    },
    gauges: () => liveGauges(counters, { sockets: connections.size, eventStreams, channels: hub.list() }),
    drain: async (signal) => {
      isDraining = true;
      for (const connection of [...connections]) connection.drain();
      hub.close({ code: 503, message: "the gateway is shutting down" });
      if (connections.size > 0) {
        const idle = new Promise<void>((resolve) => {
          onIdle = resolve;
        });
        await Promise.race([idle, untilAborted(signal)]);
      }
      for (const connection of [...connections]) connection.disconnect(disconnects.shutdown);
    },
  };
}
