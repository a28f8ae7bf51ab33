import type { PluginImpl } from "grafana-plugin-protocol";
import type { v2 } from "grafana-plugin-protocol/v2";

export type StreamHandlers = NonNullable<PluginImpl<typeof v2>["stream"]>;

/** A stream of packets that a test sends. */
export interface LiveSource {
  readonly stream: StreamHandlers;
  /** Objects are sent as JSON. */
  readonly send: (...packets: readonly (Uint8Array | object)[]) => void;
  /** Calls of RunStream so far. */
  readonly runs: () => number;
  /** Those that run. */
  readonly running: () => number;
}

const encoder = new TextEncoder();

/** A packet of JSON. */
export function jsonPacket(value: unknown): { data: Uint8Array } {
  return { data: encoder.encode(JSON.stringify(value)) };
}

/** Everybody may subscribe, and publish. Packets that are sent before a call of RunStream wait for one. */
export function createLiveSource(): LiveSource {
  let runs = 0;
  let running = 0;
  let waiting: Uint8Array[] = [];
  let wake = (): void => {};
  return {
    runs: () => runs,
    running: () => running,
    send: (...packets) => {
      waiting.push(...packets.map((each) => (each instanceof Uint8Array ? each : jsonPacket(each).data)));
      wake();
    },
    stream: {
      subscribeStream: () => ({ status: 0 }),
      publishStream: ({ data }) => ({ status: 0, data }),
      async *runStream(_, { signal }) {
        runs++;
        running++;
        try {
          while (!signal.aborted) {
            const packets = waiting;
            waiting = [];
            for (const data of packets) yield { data };
            if (waiting.length > 0) continue;
            await new Promise<void>((resolve) => {
              wake = resolve;
              signal.addEventListener("abort", () => resolve(), { once: true });
            });
          }
        } finally {
          running--;
        }
      },
    },
  };
}
