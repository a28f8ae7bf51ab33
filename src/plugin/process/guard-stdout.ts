import { writeSync } from "node:fs";
import type { ServiceImpl } from "@connectrpc/connect";
import type { GRPCStdio } from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { createStdioBacklog } from "../../goplugin/services/stdio-backlog.ts";
import { logToHost } from "./log-to-host.ts";

/** Stdout of a plugin, where the host expects the handshake line and nothing else. */
export interface GuardedStdout {
  /** Writes one line to the real stdout. */
  readonly print: (line: string) => void;
  /** go-plugin's stdio service, by which the host gets what the program prints. */
  readonly stdio: ServiceImpl<typeof GRPCStdio>;
  /** Writes to stderr what the host will not read any more. */
  readonly flush: () => void;
  /** Gives stdout back to the program. */
  readonly restore: () => void;
}

type WriteCallback = (error?: Error | null) => void;

/** Whoever has more writes under way does not wait for them: the oldest is told that it is done. `console.log` passes one. */
const maxWaitingCallbacks = 1024;

const noCallback: WriteCallback = () => {};

/**
 * Keeps all that the program writes to `process.stdout`, `console.log` included, off the real stdout: one stray line
 * before the handshake would make every host give the plugin up. While a host reads go-plugin's stdio, that is
 * where it goes, byte for byte; else to stderr, where hosts read logs.
 *
 * A write never waits for the host. A writer that can wait (`write` said `false`, a pipe, a callback) is told when
 * the host has read everything; over `maxBacklogBytes` the oldest bytes are dropped, and a warning on stderr says how
 * many.
 *
 * Not covered: what was printed before, and child processes that inherit stdout.
 */
export function guardStdout(options: {
  readonly prints: "stdio" | "stderr";
  readonly maxBacklogBytes: number;
}): GuardedStdout {
  const { stdout, stderr } = process;
  const own = Object.getOwnPropertyDescriptor(stdout, "write");
  let callbacks: WriteCallback[] = [];
  const backlog = createStdioBacklog({
    maxBytes: options.maxBacklogBytes,
    onDrained: () => {
      const waiting = callbacks;
      callbacks = [];
      // In turns of their own, as Node's streams do it: what one of them throws is an uncaught exception, and neither the
      // others nor the host's stream of what was printed are any worse for it.
      for (const callback of waiting) process.nextTick(callback);
      process.nextTick(() => stdout.emit("drain"));
    },
    onDropped: (bytes) =>
      logToHost({
        level: "warn",
        message: "the host reads stdout too slowly: the oldest output was dropped",
        fields: { bytes },
      }),
    onClosed: () => flush(),
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
  stdout.write = options.prints === "stdio" ? write : (stderr.write.bind(stderr) as typeof stdout.write);
  return {
    print: (line) => {
      writeSync(1, `${line}\n`);
    },
    stdio: backlog.service,
    flush,
    restore: () => {
      if (own === undefined) Reflect.deleteProperty(stdout, "write");
      else Object.defineProperty(stdout, "write", own);
      flush();
    },
  };
}
