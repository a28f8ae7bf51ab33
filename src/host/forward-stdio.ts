import type { Transport } from "@connectrpc/connect";
import { GRPCStdio } from "../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { drainStdio } from "../goplugin/stdio.ts";
import { createServiceClient } from "./create-plugin-client.ts";
import type { PluginLogRecord } from "./launch-options.ts";
import { createLineSplitter } from "./split-lines.ts";

/** Reads the plugin's stdio to its end and makes a record of each line. */
export function forwardStdio(
  transport: Transport,
  onLog: (record: PluginLogRecord) => void,
  maxLineBytes: number,
): void {
  const emit = (message: string): void => onLog({ level: "debug", message, fields: {}, source: "stdio" });
  const lines = {
    stdout: createLineSplitter(maxLineBytes, emit),
    stderr: createLineSplitter(maxLineBytes, emit),
  };
  void drainStdio(createServiceClient(GRPCStdio, transport), ({ stream, data }) =>
    lines[stream].push(data),
  ).then(() => {
    lines.stdout.end();
    lines.stderr.end();
  });
}
