import type { Interceptor } from "@connectrpc/connect";
import { maxHandshakeLineBytes } from "../goplugin/handshake/handshake-line.ts";
import { type MagicCookie, magicCookieOption } from "../goplugin/handshake/magic-cookie.ts";
import type { LogRecord } from "../goplugin/log/log-record.ts";
import type { StdioChunk } from "../goplugin/services/stdio.ts";
import { type TlsMode, tlsModeOption } from "../goplugin/tls/tls-mode.ts";
import {
  callbackOption,
  functionOption,
  invalidOption,
  listOption,
  methodsOption,
  millisecondsOption,
  objectOption,
  signalOption,
  systemTextOption,
} from "../option-checks.ts";
import { type CheckedMajors, grafanaCookie, type ProtocolMajor } from "../protocol.ts";
import { connectionBytes } from "../transport/default-limits.ts";
import { grpcTransport } from "../transport/grpc-transport.ts";
import { defaultMaxConcurrentCalls } from "../transport/limit-calls.ts";
import type { SocketTransport } from "../transport/socket-transport.ts";
import { wholeNumberOption } from "../whole-number-option.ts";
import { socketDirectoryOption, socketGroupOption } from "./connection/socket-options.ts";
import { majorsOption } from "./majors-option.ts";
import { environmentOption, inheritEnvOption } from "./process/environment-options.ts";
import { type PortRange, portRangeOption } from "./process/port-range.ts";
import { type Checksum, checksumOption } from "./process/verify-checksum.ts";

/** A line that a plugin wrote. */
export interface PluginLogRecord extends LogRecord {
  /**
   * Where it came from: `stderr`, where plugins log; `stdout`, what follows the handshake line there;
   * `stdio`, what a plugin printed after its handshake, when there is no `onStdio`. Lines of the last two have level debug.
   */
  readonly source: "stderr" | "stdout" | "stdio";
}

/** Bounds on what host and plugin exchange. */
export interface HostLimits {
  /**
   * Largest message taken from the plugin. Default 256 MiB: Grafana takes 2^31-1, but no reader of Go takes a larger
   * frame than that, and a plugin may not fill the host's memory.
   */
  readonly maxReceiveBytes?: number | undefined;
  /** Largest message sent to it. Default 16 MiB, which is what a Go plugin takes. */
  readonly maxSendBytes?: number | undefined;
  /** Longest line of what it logs or prints; a longer one arrives in pieces. Default 64 KiB, as go-plugin. */
  readonly maxLogLineBytes?: number | undefined;
  /** Longest handshake line, which is all that stdout may have before it. Default 64 KiB, as go-plugin. */
  readonly maxHandshakeLineBytes?: number | undefined;
  /**
   * Calls that may run at the same time, streams included; one more is not sent and fails with ResourceExhausted at
   * once. Health checks and the like do not count. Default 16,384: far above what a Grafana has in streams.
   */
  readonly maxConcurrentCalls?: number | undefined;
  /**
   * Bytes of a stream that wait until the caller reads them, at least 65,535; then the plugin is held back. Default
   * 4 MiB.
   */
  readonly maxStreamBacklogBytes?: number | undefined;
  /**
   * Memory that the objects of one decoded message may take, as it is estimated: a sixteenth of this and 16 times the
   * size of the message, but not more than this. A message that would take more fails its call with ResourceExhausted.
   * The bytes of frames do not count. Default 512 MiB, for messages above 1 MiB at most a fifth of the heap that the
   * process may have. Not with `connectNodeTransport`.
   */
  readonly maxDecodedBytes?: number | undefined;
  /**
   * Bytes of what is not finished on the connection: answers that are not complete, or not read. A call that needs more
   * fails with ResourceExhausted. Default 512 MiB, or twice `maxReceiveBytes` where that is more.
   */
  readonly maxConnectionBytes?: number | undefined;
}

/** How to speak to a plugin, however it came to run. */
export interface ConnectionOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]> {
  /**
   * The majors that the host accepts, such as `[v2]` or `[v2, v1]`: a set, the order means nothing.
   * The plugin takes the highest that it has.
   */
  readonly protocols: P & CheckedMajors<P>;
  /** Milliseconds until the plugin has to be connected; `Infinity` is no limit. Default 60000, as go-plugin. */
  readonly startTimeoutMs?: number | undefined;
  /** Aborts the start: a plugin that it started is killed, and the promise rejects with code `aborted`. Later use `close()`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called for each line that the plugin logs or prints, in order. Default: lines are dropped. What it throws, or
   * rejects with, is an uncaught exception of the host; it gets the next line all the same.
   */
  readonly onLog?: ((record: PluginLogRecord) => void) | undefined;
  /**
   * Called with the bytes that the plugin printed to go-plugin's stdio, as they come: cut anywhere, also inside a
   * character. Default: each line becomes a record with source `stdio` for `onLog`. What it throws is treated as with
   * `onLog`.
   */
  readonly onStdio?: ((chunk: StdioChunk) => void) | undefined;
  readonly limits?: HostLimits | undefined;
  /** Connect interceptors around every call. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /**
   * How to speak gRPC over the plugin's socket. Default `grpcTransport`; the other one of `./transport` is
   * `connectNodeTransport`, which stands on node:http2.
   */
  readonly transport?: SocketTransport | undefined;
}

export interface LaunchOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>
  extends ConnectionOptions<P> {
  /** Path of the executable, or a name that is looked up in `PATH`. */
  readonly command: string;
  /** Arguments of the executable. Default none, as Grafana. */
  readonly args?: readonly string[] | undefined;
  /** Working directory of the plugin. Default the host's. */
  readonly cwd?: string | undefined;
  /**
   * Variables for the plugin; they win over inherited ones, and go-plugin's own win over both. `grafanaEnvironment` and
   * `plutonoEnvironment` make those that a Grafana or Plutono sets.
   */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * What the plugin gets of the host's environment: all (`true`, the default, as go-plugin), nothing, or the
   * variables named; `grafanaInheritedNames` are those of Grafana since 12.4. A plugin that runs commands
   * needs at least `PATH`. What this host itself was told by its own go-plugin host is never passed on, but for
   * `PLUGIN_UNIX_SOCKET_DIR`.
   */
  readonly inheritEnv?: boolean | readonly string[] | undefined;
  /**
   * What the executable has to add up to, checked right before each start; another one is not run. It protects from a
   * file that was damaged or swapped before; whoever may write to the file, or its directory, can still swap it between
   * the check and the start. Libraries, and of a script everything but the script, are not covered. Default no check.
   */
  readonly checksum?: Checksum | undefined;
  /** Ports for a plugin that listens on TCP (a Go plugin does so only on Windows). Default 10000 to 25000, as go-plugin. */
  readonly ports?: PortRange | undefined;
  /**
   * In which the plugin gets a directory of its own for its socket, which only this user may enter. An absolute path of a
   * directory that is there, without `|` and control characters, which a handshake line cannot carry. Default: the system's
   * temporary directory; a directory that the plugin's environment names in `PLUGIN_UNIX_SOCKET_DIR` is used as it is.
   */
  readonly socketDirectory?: string | undefined;
  /**
   * Name (of `/etc/group`) or number of a group whose members may connect to the plugin, too: it gets the directory (0710)
   * and, from plugins that know the variable, the socket (0660). Default: only this user. Means nothing on Windows.
   */
  readonly socketGroup?: string | number | undefined;
  /**
   * Dials whatever socket the plugin names, also one that is not its own. Default `false`: a unix socket has to lie in the
   * plugin's directory or to be held by its processes, and on Linux TCP sockets have to be this user's or root's; else
   * the start fails with `untrusted_socket`.
   */
  readonly allowForeignSocket?: boolean | undefined;
  /** The magic cookie that the plugin expects. Default Grafana's; another go-plugin system has its own. */
  readonly cookie?: MagicCookie | undefined;
  /**
   * `"auto"`: mutual TLS as go-plugin's AutoMTLS, with a certificate on each side that is made for this start and is the
   * only one that the other side trusts. Default `"off"`, as Grafana. A plugin that cannot do it is refused.
   */
  readonly tls?: TlsMode | undefined;
}

/** The connection's options with every default filled in. */
export interface ResolvedConnectionOptions {
  readonly protocols: readonly ProtocolMajor[];
  readonly startTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onLog: (record: PluginLogRecord) => void;
  readonly onStdio: ((chunk: StdioChunk) => void) | undefined;
  readonly limits: { readonly [K in Exclude<keyof HostLimits, "maxDecodedBytes">]-?: number } & Pick<
    HostLimits,
    "maxDecodedBytes"
  >;
  readonly interceptors: readonly Interceptor[];
  readonly transport: SocketTransport;
}

/** The options with every default filled in. */
export interface ResolvedLaunchOptions extends ResolvedConnectionOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly inheritEnv: boolean | readonly string[];
  readonly checksum: (Checksum & { readonly digest: string }) | undefined;
  readonly ports: PortRange | undefined;
  readonly socketDirectory: string | undefined;
  readonly socketGroup: string | undefined;
  readonly allowForeignSocket: boolean;
  readonly cookie: MagicCookie;
  readonly tls: TlsMode;
}

/**
 * Fills in the defaults.
 *
 * @throws PluginError `invalid_option` naming the option, what was expected and what was given.
 */
export function resolveLaunchOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  options: LaunchOptions<P>,
): ResolvedLaunchOptions {
  const { command, checksum, ports } = objectOption(
    "the options",
    options,
    "an object with command and protocols",
  );
  if (typeof command !== "string" || command === "") {
    throw invalidOption("command", "the path of an executable", command);
  }
  systemTextOption("command", command);
  const cwd = options.cwd ?? undefined;
  return {
    ...resolveConnectionOptions(options),
    command,
    args: listOption("args", options.args ?? [], "a list of strings", (name, value) => {
      systemTextOption(name, value, { isEmptyAllowed: true, isSecret: true });
    }),
    cwd: cwd === undefined ? undefined : systemTextOption("cwd", cwd),
    env: environmentOption(options.env ?? {}),
    inheritEnv: inheritEnvOption(options.inheritEnv ?? true),
    checksum: checksum === undefined || checksum === null ? undefined : checksumOption(checksum),
    ports: ports === undefined || ports === null ? undefined : portRangeOption(ports),
    socketDirectory: socketDirectoryOption(options.socketDirectory ?? undefined),
    socketGroup: socketGroupOption(options.socketGroup ?? undefined),
    allowForeignSocket: options.allowForeignSocket ?? false,
    cookie: magicCookieOption(options.cookie ?? grafanaCookie()),
    tls: tlsModeOption(options.tls ?? "off"),
  };
}

/**
 * Fills in the defaults of a connection.
 *
 * @throws PluginError `invalid_option` naming the option, what was expected and what was given.
 */
export function resolveConnectionOptions(
  options: Omit<ConnectionOptions<readonly [ProtocolMajor]>, "protocols"> & {
    readonly protocols: readonly ProtocolMajor[];
  },
): ResolvedConnectionOptions {
  const limits = objectOption("limits", options.limits ?? {}, "an object");
  const signal = options.signal ?? undefined;
  const onStdio = options.onStdio ?? undefined;
  const maxReceiveBytes = wholeNumberOption("limits.maxReceiveBytes", limits.maxReceiveBytes ?? 256 << 20);
  return {
    protocols: majorsOption(options.protocols),
    startTimeoutMs: millisecondsOption("startTimeoutMs", options.startTimeoutMs ?? 60_000),
    signal: signal === undefined ? undefined : signalOption("signal", signal),
    onLog: callbackOption("onLog", options.onLog) ?? (() => {}),
    // What it throws is kept from the reading where it is called.
    onStdio: onStdio === undefined ? undefined : functionOption("onStdio", onStdio),
    limits: {
      maxReceiveBytes,
      maxSendBytes: wholeNumberOption("limits.maxSendBytes", limits.maxSendBytes ?? 16 << 20),
      maxLogLineBytes: wholeNumberOption("limits.maxLogLineBytes", limits.maxLogLineBytes ?? 64 << 10),
      maxHandshakeLineBytes: wholeNumberOption(
        "limits.maxHandshakeLineBytes",
        limits.maxHandshakeLineBytes ?? maxHandshakeLineBytes,
      ),
      maxConcurrentCalls: wholeNumberOption(
        "limits.maxConcurrentCalls",
        limits.maxConcurrentCalls ?? defaultMaxConcurrentCalls,
      ),
      maxStreamBacklogBytes: wholeNumberOption(
        "limits.maxStreamBacklogBytes",
        limits.maxStreamBacklogBytes ?? 4 << 20,
        65_535,
      ),
      maxDecodedBytes:
        limits.maxDecodedBytes == null
          ? undefined
          : wholeNumberOption("limits.maxDecodedBytes", limits.maxDecodedBytes),
      maxConnectionBytes: wholeNumberOption(
        "limits.maxConnectionBytes",
        connectionBytes({ ...limits, maxReceiveBytes }),
      ),
    },
    interceptors: listOption(
      "interceptors",
      options.interceptors ?? [],
      "a list of functions",
      functionOption,
    ),
    transport: methodsOption(
      "transport",
      options.transport ?? grpcTransport,
      ["dial", "listen"],
      "an object with dial and listen, such as grpcTransport",
    ),
  };
}
