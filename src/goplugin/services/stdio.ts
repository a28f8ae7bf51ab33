import { type Client, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  StdioData_Channel as Channel,
  type GRPCStdio,
} from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { callbackOption } from "../../option-checks.ts";
import { untilAborted } from "../until-aborted.ts";

/** A piece of what a plugin printed after its handshake: a Go plugin through `fmt.Println` and the like. */
export interface StdioChunk {
  readonly stream: "stdout" | "stderr";
  /** At most 1 KiB from a Go plugin, 16 KiB from one of ours; cut anywhere, also inside a character. */
  readonly data: Uint8Array;
}

/** The stdio service of a plugin that prints nothing: its stream is open and empty. */
export function createIdleStdio(): ServiceImpl<typeof GRPCStdio> {
  return {
    // biome-ignore lint/correctness/useYield: an empty stream is the point
    async *streamStdio(_request, { signal }) {
      await untilAborted(signal);
    },
  };
}

/**
 * Reads a plugin's stdio until it ends, and hands each piece to `onChunk`. Never rejects: a plugin
 * without the service, and a plugin that goes away, end it quietly. What `onChunk` throws is an uncaught exception of
 * this process, and the reading goes on.
 *
 * A host has to do this once per plugin, at once after dialling: a Go plugin that prints more
 * than a pipe holds (64 KiB) blocks for ever while nobody reads. A second reader gets nothing.
 */
export async function drainStdio(
  client: Client<typeof GRPCStdio>,
  onChunk: (chunk: StdioChunk) => void,
): Promise<void> {
  const hand = callbackOption("onChunk", onChunk) ?? (() => {});
  try {
    for await (const { channel, data } of client.streamStdio({})) {
      if (channel === Channel.STDOUT) hand({ stream: "stdout", data });
      if (channel === Channel.STDERR) hand({ stream: "stderr", data });
    }
  } catch (reason) {
    // Only a defect of ours is not the end of the plugin's stream.
    if (!(reason instanceof ConnectError)) throw reason;
  }
}
