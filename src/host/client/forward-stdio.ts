import type { Transport } from "@connectrpc/connect";
import { GRPCStdio } from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { drainStdio } from "../../go-plugin/services/stdio.ts";
import type { ResolvedConnectionOptions } from "../launch-options.ts";
import { createLineSplitter } from "../split-lines.ts";
import { createServiceClient } from "./create-plugin-client.ts";

/**
 * Reads the plugin's stdio to its end: passes the bytes to `onStdio` if it is set, else each line as a record to
 * `onLog`. Resolves at the end of the stream.
 */
export async function forwardStdio(
  transport: Transport,
  { onLog, onStdio, limits }: Pick<ResolvedConnectionOptions, "limits" | "onLog" | "onStdio">,
): Promise<void> {
  const client = createServiceClient(GRPCStdio, transport);
  if (onStdio !== undefined) return drainStdio(client, onStdio);
  const emit = (message: string): void => onLog({ level: "debug", message, fields: {}, source: "stdio" });
  const lines = {
    stdout: createLineSplitter(limits.maxLogLineBytes, emit),
    stderr: createLineSplitter(limits.maxLogLineBytes, emit),
  };
  await drainStdio(client, ({ stream, data }) => lines[stream].push(data));
  lines.stdout.end();
  lines.stderr.end();
}
