import type { Gauge } from "../observe/create-metrics.ts";

/** What has happened so far. */
export interface LiveCounters {
  /** Packets of plugins. */
  packets: number;
  /** Packets times subscribers. */
  messages: number;
  /** Ends of WebSocket connections that the gateway caused, by code. */
  readonly disconnects: Map<number, number>;
}

export function createLiveCounters(): LiveCounters {
  return { packets: 0, messages: 0, disconnects: new Map() };
}

/** What there is at this moment. */
export interface LiveSizes {
  readonly sockets: number;
  readonly eventStreams: number;
  readonly channels: readonly { readonly subscribers: number }[];
}

export function liveGauges(
  { packets, messages, disconnects }: LiveCounters,
  { sockets, eventStreams, channels }: LiveSizes,
): readonly Gauge[] {
  return [
    {
      name: "live_connections",
      help: "Connections of Live clients.",
      type: "gauge",
      values: [
        [{ transport: "sse" }, eventStreams],
        [{ transport: "websocket" }, sockets],
      ],
    },
    {
      name: "live_channels",
      help: "Channels with a subscriber or a running stream.",
      type: "gauge",
      values: [[{}, channels.length]],
    },
    {
      name: "live_subscriptions",
      help: "Subscriptions to channels.",
      type: "gauge",
      values: [[{}, channels.reduce((sum, { subscribers }) => sum + subscribers, 0)]],
    },
    {
      name: "live_packets_total",
      help: "Packets that came from plugins or were published.",
      type: "counter",
      values: [[{}, packets]],
    },
    {
      name: "live_messages_total",
      help: "Packets sent to subscribers, each of them counted.",
      type: "counter",
      values: [[{}, messages]],
    },
    {
      name: "live_disconnects_total",
      help: "WebSocket connections that the gateway ended, by code.",
      type: "counter",
      values: [...disconnects].map(([code, count]) => [{ code: String(code) }, count]),
    },
  ];
}
