import { rowsOf } from "grafana-plugin-protocol/frames";
import { launchPlugin } from "grafana-plugin-protocol/host";
import type { SocketTransport } from "grafana-plugin-protocol/transport";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";
import { queryFor, readmeRequest, streamFor } from "../requests.ts";
import { frameBytes } from "./frame-bytes.ts";
import { currentUsage, type Usage } from "./usage.ts";

/** A host with one plugin, and the operations of the loads. */
export interface Host {
  /** Makes the query for a frame of this size, and returns the function that calls. */
  readonly query: (bytes: number) => () => Promise<void>;
  /** Compares a whole answer with the request. */
  readonly check: (bytes: number) => Promise<void>;
  /** README's host: a query whose frames are read. */
  readonly readme: () => Promise<void>;
  /** Reads a stream of this many packets. */
  readonly stream: (packets: number) => Promise<void>;
  /** Time and memory that this process and the plugin have used so far. */
  readonly used: () => Promise<{ readonly host: Usage; readonly plugin: Usage }>;
  readonly close: () => Promise<void>;
}

export async function startHost(transport: SocketTransport, command: readonly string[]): Promise<Host> {
  const [program = "", ...args] = command;
  const plugin = await launchPlugin({ command: program, args, protocols: [v2], transport });
  const firstFrame = async (request: ReturnType<typeof queryFor>): Promise<Uint8Array | undefined> => {
    const { responses } = await plugin.data.queryData(request);
    return responses["A"]?.frames[0];
  };
  return {
    query: (bytes) => {
      const request = queryFor(bytes);
      return async () => {
        const length = (await firstFrame(request))?.length;
        if (length !== bytes) throw new Error(`expected a frame of ${bytes} bytes, got ${length}`);
      };
    },
    check: async (bytes) => {
      const frame = await firstFrame(queryFor(bytes));
      if (frame === undefined || Buffer.compare(frame, frameBytes(bytes)) !== 0) {
        throw new Error(`expected one frame of ${bytes} certain bytes, got ${frame?.length} other bytes`);
      }
    },
    readme: async () => {
      const results = await decodeQueryData(await plugin.data.queryData(readmeRequest()));
      for (const { error, frames } of results.values()) {
        const rows = frames.flatMap((frame) => [...rowsOf(frame)]);
        if (error !== undefined || rows.length !== 2)
          throw new Error(`expected README's frame, got ${error}`);
      }
    },
    stream: async (packets) => {
      let got = 0;
      for await (const _ of plugin.stream.runStream(streamFor(packets))) got++;
      if (got !== packets) throw new Error(`expected ${packets} packets, got ${got}`);
    },
    used: async () => {
      const { jsonDetails } = await plugin.diagnostics.checkHealth({});
      const used = JSON.parse(new TextDecoder().decode(jsonDetails)) as Usage;
      return { host: currentUsage(), plugin: used };
    },
    close: () => plugin.close(),
  };
}
