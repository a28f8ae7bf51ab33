import { writeSync } from "node:fs";
import type { ServiceImpl } from "@connectrpc/connect";
import type { GRPCStdio } from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { createStdioBacklog } from "../../go-plugin/services/stdio-backlog.ts";
import { logToHost } from "./log-to-host.ts";

/** Stdout of a plugin, on which the host expects only the handshake line. */
interface RedirectedStdout {
  /** Writes one line to the real stdout. */
  readonly print: (line: string) => void;
  /** go-plugin's stdio service, through which the host receives the program's output. */
  readonly stdio: ServiceImpl<typeof GRPCStdio>;
  /** Whether a host reads stdio now. */
  readonly isRead: () => boolean;
  /** Writes output that the host will not read any more to stderr. */
  readonly flush: () => void;
  /** Gives stdout back to the program. */
  readonly restore: () => void;
}

type WriteCallback = (error?: Error | null) => void;

/** Cap on pending write callbacks (`console.log` passes one); beyond it the oldest is called early. */
const maxWaitingCallbacks = 1024;

const noCallback: WriteCallback = () => {};

/**
 * Redirects everything that the program writes to `process.stdout`, including `console.log`: one stray line before the
 * handshake would make every host reject the plugin. While a host reads go-plugin's stdio, output goes there, byte for
 * byte; otherwise to stderr, where hosts read logs.
 *
 * A write never waits for the host. A writer that can wait (`write` returned `false`, a pipe, a callback) is notified
 * when the host has read everything. Above `maxBacklogBytes` the oldest bytes are dropped, and a warning on stderr says
 * how many.
 *
 * Not covered: earlier output, and child processes that inherit stdout.
 */
export function redirectStdout(options: {
  readonly target: "host" | "stderr";
  readonly maxBacklogBytes: number;
  /** Called when no host reads stdio any more. */
  readonly onUnread?: (() => void) | undefined;
}): RedirectedStdout {
  const { stdout, stderr } = process;
  const own = Object.getOwnPropertyDescriptor(stdout, "write");
  let callbacks: WriteCallback[] = [];
  const backlog = createStdioBacklog({
    maxBytes: options.maxBacklogBytes,
    onDrained: () => {
      const waiting = callbacks;
      callbacks = [];
      // Each in its own turn, as in Node's streams: an exception of one is an uncaught exception, and affects neither
      // the others nor the stream to the host.
      for (const callback of waiting) process.nextTick(callback);
      process.nextTick(() => stdout.emit("drain"));
    },
    onDropped: (bytes) =>
      logToHost({
        level: "warn",
        message: "the host reads stdout too slowly: the oldest output was dropped",
        fields: { bytes },
      }),
    onClosed: () => {
      flush();
      options.onUnread?.();
    },
  });
  const flush = (): void => {
    for (const data of backlog.takeRest()) stderr.write(data);
  };
  const toBacklog = (data: Uint8Array, callback: WriteCallback | undefined): boolean => {
    const hasRoom = backlog.push(data);
    if (callback !== undefined && hasRoom) process.nextTick(callback);
    if (callback !== undefined && !hasRoom) callbacks.push(callback);
    if (callbacks.length > maxWaitingCallbacks) process.nextTick(callbacks.shift() ?? noCallback);
    return hasRoom;
  };
  function write(
    data: string | Uint8Array,
    encoding?: BufferEncoding | WriteCallback,
    callback?: WriteCallback,
  ): boolean {
    if (!backlog.isOpen()) {
      return typeof encoding === "function"
        ? stderr.write(data, encoding)
        : stderr.write(data, encoding, callback);
    }
    const bytes =
      typeof data === "string" ? Buffer.from(data, typeof encoding === "string" ? encoding : "utf8") : data;
    return toBacklog(bytes, typeof encoding === "function" ? encoding : callback);
  }
  stdout.write = options.target === "host" ? write : (stderr.write.bind(stderr) as typeof stdout.write);
  return {
    print: (line) => {
      writeSync(1, `${line}\n`);
    },
    stdio: backlog.service,
    isRead: () => backlog.isOpen(),
    flush,
    restore: () => {
      if (own === undefined) Reflect.deleteProperty(stdout, "write");
      else Object.defineProperty(stdout, "write", own);
      flush();
    },
  };
}
