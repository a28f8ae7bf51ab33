import type { Interceptor } from "@connectrpc/connect";
import { maxHandshakeLineBytes } from "../go-plugin/handshake/handshake-line.ts";
import { type MagicCookie, magicCookieOption } from "../go-plugin/handshake/magic-cookie.ts";
import type { LogRecord } from "../go-plugin/log/log-record.ts";
import type { StdioChunk } from "../go-plugin/services/stdio.ts";
import { type TlsMode, tlsModeOption } from "../go-plugin/tls/tls-mode.ts";
import {
  booleanOption,
  callbackOption,
  checkRuntime,
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
import { commonLimits } from "../transport/common-limits.ts";
import { grpcTransport } from "../transport/grpc-transport.ts";
import type { SocketTransport } from "../transport/socket-transport.ts";
import { wholeNumberOption } from "../whole-number-option.ts";
import { socketDirectoryOption, socketGroupOption } from "./client/socket-options.ts";
import { majorsOption } from "./majors-option.ts";
import { environmentOption, inheritEnvOption } from "./process/environment-options.ts";
import { type Checksum, checksumOption } from "./process/executable/verify-checksum.ts";
import { type PortRange, portRangeOption } from "./process/port-range.ts";

/** A line that a plugin wrote. */
export interface PluginLogRecord extends LogRecord {
  /**
   * Where the line came from: `stderr`, where plugins log; `stdout`, after the handshake line; `stdio`, go-plugin's
   * service for printed output, if `onStdio` is not set. Lines from the last two have level debug.
   */
  readonly source: "stderr" | "stdout" | "stdio";
}

/** Bounds on what host and plugin exchange. */
export interface HostLimits {
  /**
   * Largest message accepted from the plugin. Default 256 MiB: Grafana accepts 2^31-1, but Go's Arrow readers accept no
   * larger frame than 256 MiB, and a plugin must not fill the host's memory.
   */
  readonly maxReceiveBytes?: number | undefined;
  /** Largest message sent to the plugin. Default 16 MiB, the most that a Go plugin accepts. */
  readonly maxSendBytes?: number | undefined;
  /** Longest line that the plugin logs or prints; a longer one arrives in pieces. Default 64 KiB, as go-plugin. */
  readonly maxLogLineBytes?: number | undefined;
  /** Longest handshake line, including everything that stdout has before it. Default 64 KiB, as go-plugin. */
  readonly maxHandshakeLineBytes?: number | undefined;
  /**
   * Calls that may run at the same time, streams included; one more is not sent and fails with ResourceExhausted at
   * once. Calls of go-plugin's own services, such as health checks, do not count. Default 16,384: far more than a
   * Grafana has streams.
   */
  readonly maxConcurrentCalls?: number | undefined;
  /**
   * Bytes of a stream that wait until the caller reads them, at least 65,535. Above it back-pressure stops the plugin.
   * Default 4 MiB.
   */
  readonly maxStreamBacklogBytes?: number | undefined;
  /**
   * Estimated memory that the objects of one decoded message may take: a sixteenth of this plus 16 times the size of
   * the message, but not more than this. A message that would take more fails its call with ResourceExhausted. The
   * bytes of frames do not count. Default 512 MiB, for messages above 1 MiB at most a fifth of the heap that the
   * process may have. `connectNodeTransport` ignores it.
   */
  readonly maxDecodedBytes?: number | undefined;
  /**
   * Bytes of answers on the connection that are incomplete or unread. A call that needs more fails with
   * ResourceExhausted. Default 512 MiB, or twice `maxReceiveBytes` if that is more.
   */
  readonly maxConnectionBytes?: number | undefined;
}

/** How to connect to a plugin, whether launched or attached. */
export interface ConnectionOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]> {
  /**
   * The majors that the host accepts, such as `[v2]` or `[v2, v1]`: a set, its order has no meaning. The plugin chooses
   * the highest that it supports.
   */
  readonly protocols: P & CheckedMajors<P>;
  /** Milliseconds until the plugin has to be connected; `Infinity` for no limit. Default 60000, as go-plugin. */
  readonly startTimeoutMs?: number | undefined;
  /**
   * Aborts the start: a plugin that was started is killed, and the promise rejects with code `aborted`. After the start
   * use `close()`.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called for each line that the plugin logs or prints, in order. Default: lines are dropped. An exception or
   * rejection of the callback becomes an uncaught exception of the host, and the callback still gets the next line.
   */
  readonly onLog?: ((record: PluginLogRecord) => void) | undefined;
  /**
   * Called with the bytes that the plugin printed to go-plugin's stdio, as they come: cut anywhere, also inside a
   * character. Default: each line becomes a record with source `stdio` for `onLog`. Exceptions are treated as those of
   * `onLog`.
   */
  readonly onStdio?: ((chunk: StdioChunk) => void) | undefined;
  /** Bounds on messages, calls and memory. Default: those of each limit. */
  readonly limits?: HostLimits | undefined;
  /**
   * Connect interceptors around every call of the plugin's services; the first one is the outermost. go-plugin's own
   * calls do not pass them. Default: none.
   */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /**
   * The gRPC implementation for the plugin's socket. Default `grpcTransport`; `./transport` also has
   * `connectNodeTransport`, which uses node:http2.
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
   * Environment variables for the plugin; they override inherited ones, and go-plugin's own override both.
   * `grafanaEnvironment` and `plutonoEnvironment` make those that a Grafana or Plutono sets.
   */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * Environment variables that the plugin inherits from the host: all (`true`, the default, as go-plugin), none
   * (`false`), or the names given; `grafanaInheritedNames` are those of Grafana since 12.4. A plugin that runs commands
   * needs at least `PATH`. go-plugin variables that this host got from its own host are never passed on, except
   * `PLUGIN_UNIX_SOCKET_DIR`.
   */
  readonly inheritEnv?: boolean | readonly string[] | undefined;
  /**
   * Expected checksum of the executable, verified right before each start. On a mismatch the plugin is not started. It
   * detects a file that was damaged or swapped earlier; a user who may write to the file or its directory can still
   * swap it between check and start. Libraries are not covered, nor the files that a script uses. Default no check.
   */
  readonly checksum?: Checksum | undefined;
  /** Ports for a plugin that listens on TCP (a Go plugin does so only on Windows). Default 10000 to 25000, as go-plugin. */
  readonly ports?: PortRange | undefined;
  /**
   * Parent of the directory that is made for the plugin's socket and that only this user may enter. The absolute path
   * of an existing directory, without `|` and control characters, which a handshake line cannot carry. Default: the
   * system's temporary directory; a directory that the plugin's environment names in `PLUGIN_UNIX_SOCKET_DIR` is used
   * as it is.
   */
  readonly socketDirectory?: string | undefined;
  /**
   * Name (of `/etc/group`) or number of a group whose members may also connect to the plugin: the directory gets mode
   * 0710 and, from plugins that support the variable, the socket mode 0660. Default: only this user. Ignored on
   * Windows.
   */
  readonly socketGroup?: string | number | undefined;
  /**
   * Dials any socket that the plugin names, also one that is not its own. Default `false`: a unix socket has to lie in
   * the plugin's directory or to be held by its processes, and on Linux TCP sockets have to be this user's or root's;
   * else the start fails with `untrusted_socket`.
   */
  readonly allowForeignSocket?: boolean | undefined;
  /** The magic cookie that the plugin expects. Default Grafana's; other go-plugin systems have their own. */
  readonly cookie?: MagicCookie | undefined;
  /**
   * `"auto"`: mutual TLS as go-plugin's AutoMTLS, each side makes a certificate for this start and trusts only that of
   * the other side. Default `"off"`, as Grafana. A plugin that does not support it is refused.
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
  checkRuntime();
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
    allowForeignSocket: booleanOption("allowForeignSocket", options.allowForeignSocket ?? false),
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
  const signal = options.signal ?? undefined;
  const onStdio = options.onStdio ?? undefined;
  return {
    protocols: majorsOption(options.protocols),
    startTimeoutMs: millisecondsOption("startTimeoutMs", options.startTimeoutMs ?? 60_000),
    signal: signal === undefined ? undefined : signalOption("signal", signal),
    onLog: callbackOption("onLog", options.onLog) ?? (() => {}),
    // An exception of the callback must not stop the reading of the output.
    onStdio: onStdio === undefined ? undefined : functionOption("onStdio", onStdio),
    limits: limitsOption(objectOption("limits", options.limits ?? {}, "an object")),
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

function limitsOption(limits: HostLimits): ResolvedConnectionOptions["limits"] {
  const read = (name: keyof HostLimits, byDefault: number, min?: number): number =>
    wholeNumberOption(`limits.${name}`, limits[name] ?? byDefault, min);
  return {
    ...commonLimits(limits, read, { maxReceiveBytes: 256 << 20, maxSendBytes: 16 << 20 }),
    maxLogLineBytes: read("maxLogLineBytes", 64 << 10),
    maxHandshakeLineBytes: read("maxHandshakeLineBytes", maxHandshakeLineBytes),
  };
}
