import { millisecondsOption, objectOption } from "../../option-checks.ts";
import { wholeNumberOption } from "../../whole-number-option.ts";

/** Options of Grafana Live in a gateway: how long things last, and bounds. */
export interface GatewayLiveOptions {
  /** WebSocket connections and event streams at the same time; one more is refused. Default 1000. */
  readonly maxConnections?: number | undefined;
  /** Channels with a subscriber, or that had one a moment ago; each may have a RunStream. Default 1000. */
  readonly maxChannels?: number | undefined;
  /** Channels that one WebSocket connection may be subscribed to. Default 128, as Centrifuge. */
  readonly maxSubscriptions?: number | undefined;
  /** Bytes of one message of a client; a larger one ends its connection. Default 64 KiB, as Grafana. */
  readonly maxMessageBytes?: number | undefined;
  /** Commands of one connection in flight; further ones wait. Default 12, as Grafana. */
  readonly maxCommandsInFlight?: number | undefined;
  /**
   * Bytes that wait for a client; with more it is disconnected, so that it can connect again and go on with the newest
   * packets. A single message may be longer. Default 4 MiB, as Grafana.
   */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * Milliseconds that a RunStream goes on after the last subscriber has left, so that one who comes back does not start
   * it again. Default 5000; 0 ends it at once.
   */
  readonly lingerMs?: number | undefined;
  /** Milliseconds between two pings to a client, over WebSocket and event streams. Default 25000, as Centrifuge. */
  readonly pingMs?: number | undefined;
  /** Milliseconds for a WebSocket client to answer a ping. Default 10000. */
  readonly pongTimeoutMs?: number | undefined;
  /** Milliseconds for a WebSocket client to send its first command. Default 15000, as Centrifuge. */
  readonly connectTimeoutMs?: number | undefined;
}

/** The options with every default filled in. */
export type LiveSettings = { readonly [K in keyof GatewayLiveOptions]-?: number };

/** @throws PluginError `invalid_option`. */
export function resolveLiveOptions(given: GatewayLiveOptions | undefined): LiveSettings {
  const options = objectOption("live", given ?? {}, "an object");
  const whole = (name: keyof GatewayLiveOptions, byDefault: number): number =>
    wholeNumberOption(`live.${name}`, options[name] ?? byDefault);
  const ms = (name: keyof GatewayLiveOptions, byDefault: number, isZeroAllowed = false): number =>
    millisecondsOption(`live.${name}`, options[name] ?? byDefault, { isZeroAllowed });
  return {
    maxConnections: whole("maxConnections", 1000),
    maxChannels: whole("maxChannels", 1000),
    maxSubscriptions: whole("maxSubscriptions", 128),
    maxMessageBytes: whole("maxMessageBytes", 64 << 10),
    maxCommandsInFlight: whole("maxCommandsInFlight", 12),
    maxQueuedBytes: whole("maxQueuedBytes", 4 << 20),
    lingerMs: ms("lingerMs", 5000, true),
    pingMs: ms("pingMs", 25_000),
    pongTimeoutMs: ms("pongTimeoutMs", 10_000),
    connectTimeoutMs: ms("connectTimeoutMs", 15_000),
  };
}
