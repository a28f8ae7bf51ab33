import { type Client, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  StdioData_Channel as Channel,
  type GRPCStdio,
} from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { callbackOption } from "../../option-checks.ts";
import { untilAborted } from "../until-aborted.ts";

/** A piece of the output of a plugin after its handshake, such as that of `fmt.Println` in a Go plugin. */
export interface StdioChunk {
  readonly stream: "stdout" | "stderr";
  /** At most 1 KiB from a Go plugin, 16 KiB from one of ours; cut anywhere, also inside a character. */
  readonly data: Uint8Array;
}

/** The stdio service of a plugin that prints nothing: its stream is open and empty. */
export function createIdleStdioService(): ServiceImpl<typeof GRPCStdio> {
  return {
    // biome-ignore lint/correctness/useYield: an empty stream is the point
    async *streamStdio(_request, { signal }) {
      await untilAborted(signal);
    },
  };
}

/**
 * Reads a plugin's stdio until it ends, and passes each piece to `onChunk`. Never rejects: it resolves if the plugin
 * lacks the service or exits. An exception of `onChunk` becomes an uncaught exception of this process, and reading
 * continues.
 *
 * A host has to call this once per plugin, right after dialling: a Go plugin that prints more than a pipe holds (64
 * KiB) blocks until it is read. A second reader gets nothing.
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
    // Every failure except a defect of our own is the end of the plugin's stream.
    if (!(reason instanceof ConnectError)) throw reason;
  }
}
