import type { Interceptor } from "@connectrpc/connect";
import { PluginError } from "../errors.ts";
import type { LogRecord } from "../goplugin/log-record.ts";
import type { MagicCookie } from "../goplugin/magic-cookie.ts";
import { type CheckedMajors, grafanaCookie, type ProtocolMajor } from "../protocol.ts";
import { connectNodeTransport } from "../transport/connect-node/connect-node-transport.ts";
import type { SocketTransport } from "../transport/socket-transport.ts";
import { maxOption, wholeNumberOption } from "../whole-number-option.ts";

/** A line that a plugin wrote. */
export interface PluginLogRecord extends LogRecord {
  /**
   * Where it came from: `stderr`, where plugins log; `stdout`, what follows the handshake line there;
   * `stdio`, what a Go plugin printed after its handshake. Lines of the last two have level debug.
   */
  readonly source: "stderr" | "stdout" | "stdio";
}

/** Bounds on what host and plugin exchange. */
export interface HostLimits {
  /** Largest message taken from the plugin. Default 2^31-1, as Grafana: a big answer is no error. */
  readonly maxReceiveBytes?: number | undefined;
  /** Largest message sent to it. Default 16 MiB, which is what a Go plugin takes. */
  readonly maxSendBytes?: number | undefined;
  /** Longest line of a log; a longer one arrives in pieces. Default 64 KiB, as go-plugin. */
  readonly maxLogLineBytes?: number | undefined;
}

export interface LaunchOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]> {
  /** Path of the executable, or a name that is looked up in `PATH`. */
  readonly command: string;
  /**
   * The majors that the host accepts, such as `[v2]` or `[v2, v1]`: a set, the order means nothing.
   * The plugin takes the highest that it has.
   */
  readonly protocols: P & CheckedMajors<P>;
  /** Arguments of the executable. Default none, as Grafana. */
  readonly args?: readonly string[] | undefined;
  /** Working directory of the plugin. Default the host's. */
  readonly cwd?: string | undefined;
  /** Variables for the plugin; they win over inherited ones. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * What the plugin gets of the host's environment: all (`true`, the default, as go-plugin), nothing, or the
   * variables named. A plugin that runs commands needs at least `PATH`.
   */
  readonly inheritEnv?: boolean | readonly string[] | undefined;
  /** Milliseconds until the plugin has to be connected. Default 60000, as go-plugin. */
  readonly startTimeoutMs?: number | undefined;
  /** Aborts the start: the plugin is killed and the promise rejects with code `aborted`. Later use `close()`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called for each line that the plugin logs or prints, in order. Default: lines are dropped. What it throws is an
   * uncaught exception of the host.
   */
  readonly onLog?: ((record: PluginLogRecord) => void) | undefined;
  readonly limits?: HostLimits | undefined;
  /** Connect interceptors around every call. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** How to speak gRPC over the plugin's socket. */
  readonly transport?: SocketTransport | undefined;
  /** The magic cookie that the plugin expects. Default Grafana's; another go-plugin system has its own. */
  readonly cookie?: MagicCookie | undefined;
}

/** The options with every default filled in. */
export interface ResolvedLaunchOptions {
  readonly command: string;
  readonly protocols: readonly ProtocolMajor[];
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly inheritEnv: boolean | readonly string[];
  readonly startTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onLog: (record: PluginLogRecord) => void;
  readonly limits: { readonly [K in keyof HostLimits]-?: number };
  readonly interceptors: readonly Interceptor[];
  readonly transport: SocketTransport;
  readonly cookie: MagicCookie;
}

/**
 * Fills in the defaults.
 *
 * @throws PluginError `invalid_option` naming the option, what was expected and what was given.
 */
export function resolveLaunchOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  options: LaunchOptions<P>,
): ResolvedLaunchOptions {
  const { command, limits = {} } = options;
  const protocols: readonly ProtocolMajor[] = options.protocols;
  if (typeof command !== "string" || command === "") {
    throw new PluginError(
      "invalid_option",
      `command must be the path of an executable, got ${JSON.stringify(command)}`,
    );
  }
  if (protocols.length === 0) {
    throw new PluginError(
      "invalid_option",
      "protocols must name at least one major, such as v2 of grafana-plugin-protocol/v2",
    );
  }
  const versions = protocols.map((major) => wholeNumberOption("the version of a major", major.version));
  if (new Set(versions).size !== versions.length) {
    throw new PluginError(
      "invalid_option",
      `protocols must name each major once, got ${versions.join(", ")}`,
    );
  }
  return {
    command,
    protocols,
    args: options.args ?? [],
    cwd: options.cwd,
    env: options.env ?? {},
    inheritEnv: options.inheritEnv ?? true,
    startTimeoutMs: wholeNumberOption("startTimeoutMs", options.startTimeoutMs ?? 60_000),
    signal: options.signal,
    onLog: options.onLog ?? (() => {}),
    limits: {
      maxReceiveBytes: wholeNumberOption("limits.maxReceiveBytes", limits.maxReceiveBytes ?? maxOption),
      maxSendBytes: wholeNumberOption("limits.maxSendBytes", limits.maxSendBytes ?? 16 << 20),
      maxLogLineBytes: wholeNumberOption("limits.maxLogLineBytes", limits.maxLogLineBytes ?? 64 << 10),
    },
    interceptors: options.interceptors ?? [],
    transport: options.transport ?? connectNodeTransport,
    cookie: options.cookie ?? grafanaCookie(),
  };
}
