import type { Interceptor } from "@connectrpc/connect";
import { PluginError } from "../errors.ts";
import { type MagicCookie, magicCookieOption } from "../goplugin/handshake/magic-cookie.ts";
import { type TlsMode, tlsModeOption } from "../goplugin/tls/tls-mode.ts";
import {
  booleanOption,
  functionOption,
  invalidOption,
  listOption,
  methodsOption,
  objectOption,
  signalOption,
  systemTextOption,
} from "../option-checks.ts";
import { grafanaCookie } from "../protocol.ts";
import { connectionBytes, defaultMaxConnections } from "../transport/default-limits.ts";
import { grpcTransport } from "../transport/grpc-transport.ts";
import { defaultMaxConcurrentCalls } from "../transport/limit-calls.ts";
import type { SocketTransport } from "../transport/socket-transport.ts";
import { maxOption, wholeNumberOption } from "../whole-number-option.ts";
import type { BuildInfo } from "./build-info.ts";
import type { ImplementedMajor } from "./implement.ts";
import type { StandaloneOptions } from "./mode/find-standalone.ts";

/** Bounds on what host and plugin exchange. */
export interface PluginLimits {
  /** Largest message taken from the host. Default 16 MiB, as the Go SDK. */
  readonly maxReceiveBytes?: number | undefined;
  /** Largest message sent to it. Default 2^31-1, as the Go SDK. */
  readonly maxSendBytes?: number | undefined;
  /**
   * What is kept of the output of a plugin that prints faster than its host reads. Default 16 MiB; the oldest above it
   * is dropped, and a warning says how much.
   */
  readonly maxStdioBacklogBytes?: number | undefined;
  /**
   * Handlers that may run at the same time, on all connections, streams included; one more call fails with
   * ResourceExhausted at once. go-plugin's own services do not count. Default 16,384: a host holds a stream for each
   * live subscription, and they must not starve its other calls.
   */
  readonly maxConcurrentCalls?: number | undefined;
  /**
   * Bytes of a stream of requests that wait until the handler reads them, at least 65,535; then the host is held back.
   * Default 4 MiB.
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
   * Bytes of what is not finished on a connection: requests that are not complete, and as many of answers that the host
   * does not read. A call that needs more fails with ResourceExhausted. Default 512 MiB, or twice `maxReceiveBytes` where
   * that is more.
   */
  readonly maxConnectionBytes?: number | undefined;
  /** Connections that may be open; one more is closed at once. Default 64: a host needs one. */
  readonly maxConnections?: number | undefined;
}

export interface ServeOptions {
  /** Ends the plugin as `close()` does. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether the plugin owns its process (default `true`): it exits 1 when no host started it or when
   * it cannot listen, and 0 after its end, also with open handles. With `false` the first two
   * reject, and the end resolves `closed` and leaves the process alone.
   */
  readonly exit?: boolean | undefined;
  /**
   * Serves without a host (default `false`): no magic cookie is asked for, and the first line on stdout is JSON by
   * which a host can attach, as go-plugin's test mode has it: `attachPlugin({ attachInfo: line, … })` of
   * `grafana-plugin-protocol/host`, or a `ReattachConfig` in Go. Speaks the highest major, ends on SIGINT too, and
   * does not watch its parent. For a debugger or a test; anybody who may use the socket may attach.
   */
  readonly debug?: boolean | undefined;
  /**
   * Lets a developer run the plugin apart from its host, as plugins of the Go SDK can: started with `-standalone` it
   * serves on TCP and leaves its address in `standalone.txt` (and its process id in `pid.txt`) beside `plugin.json`;
   * started by a host while that process lives, it only tells the host that address. The variable
   * `GF_PLUGIN_GRPC_ADDRESS_<ID>` fixes the address. SIGINT ends the standalone process. Default: neither is looked at.
   */
  readonly standalone?: StandaloneOptions | undefined;
  /**
   * Printed, as the only thing that the process does, when it is started with `-buildinfo` (JSON) or `-version`, as
   * plugins of the Go SDK do. Default: these arguments mean nothing. Not with `exit: false`.
   */
  readonly buildInfo?: BuildInfo | undefined;
  /** Default `unix`, on Windows `tcp` (loopback, the first free port of the host's range). */
  readonly network?: "unix" | "tcp" | undefined;
  readonly limits?: PluginLimits | undefined;
  /**
   * Where goes what the program prints to stdout while it serves. `stdio`, the default, as in Go: to the host, byte
   * for byte, while it reads go-plugin's stdio, which Grafana does to throw it away. `stderr`: where hosts read logs.
   */
  readonly prints?: "stdio" | "stderr" | undefined;
  /** Connect interceptors around every call of the plugin's own services. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** How to speak gRPC over the socket. */
  readonly transport?: SocketTransport | undefined;
  /** The magic cookie that the host sends. Default Grafana's. */
  readonly cookie?: MagicCookie | undefined;
  /**
   * `"auto"`, the default: mutual TLS when the host asks for it (go-plugin's AutoMTLS). `"off"`: a host that asks for it
   * is refused before the handshake line.
   */
  readonly tls?: TlsMode | undefined;
}

/** The options with every default filled in. */
export interface ResolvedServeOptions {
  readonly signal: AbortSignal | undefined;
  readonly exit: boolean;
  readonly debug: boolean;
  readonly standalone: StandaloneOptions | undefined;
  readonly buildInfo: BuildInfo | undefined;
  readonly network: "unix" | "tcp";
  readonly limits: { readonly [K in Exclude<keyof PluginLimits, "maxDecodedBytes">]-?: number } & Pick<
    PluginLimits,
    "maxDecodedBytes"
  >;
  readonly prints: "stdio" | "stderr";
  readonly interceptors: readonly Interceptor[];
  readonly transport: SocketTransport;
  readonly cookie: MagicCookie;
  readonly tls: TlsMode;
}

/**
 * Fills in the defaults.
 *
 * @throws PluginError `invalid_option` naming the option, what was expected and what was given.
 */
export function resolveServeOptions(
  majors: readonly ImplementedMajor[],
  options: ServeOptions,
  platform: NodeJS.Platform = process.platform,
): ResolvedServeOptions {
  listOption("the majors of servePlugin", majors, "a list, such as [implement(v2, { … })]", checkMajor);
  objectOption("the options of servePlugin", options, "an object");
  if (majors.length === 0) {
    throw new PluginError(
      "invalid_option",
      "servePlugin needs at least one major, such as implement(v2, { … })",
    );
  }
  const versions = majors.map((major) => major.version);
  if (new Set(versions).size !== versions.length) {
    throw new PluginError("invalid_option", `servePlugin takes each major once, got ${versions.join(", ")}`);
  }
  const network = options.network ?? (platform === "win32" ? "tcp" : "unix");
  if (network !== "unix" && network !== "tcp") {
    throw invalidOption("network", '"unix" or "tcp"', network);
  }
  if (network === "unix" && platform === "win32") {
    throw new PluginError(
      "invalid_option",
      'network must be "tcp" on Windows, where Node has no unix sockets',
    );
  }
  const prints = options.prints ?? "stdio";
  if (prints !== "stdio" && prints !== "stderr") {
    throw invalidOption("prints", '"stdio" or "stderr"', prints);
  }
  const limits = objectOption("limits", options.limits ?? {}, "an object");
  const signal = options.signal ?? undefined;
  const typeNames = majors.flatMap((major) => major.services.map(({ service }) => service.typeName));
  const maxReceiveBytes = wholeNumberOption("limits.maxReceiveBytes", limits.maxReceiveBytes ?? 16 << 20);
  return {
    signal: signal === undefined ? undefined : signalOption("signal", signal),
    exit: booleanOption("exit", options.exit ?? true),
    debug: booleanOption("debug", options.debug ?? false),
    standalone: standaloneOption(options.standalone ?? undefined),
    buildInfo: buildInfoOption(options.buildInfo ?? undefined),
    network,
    limits: {
      maxReceiveBytes,
      maxSendBytes: wholeNumberOption("limits.maxSendBytes", limits.maxSendBytes ?? maxOption),
      maxStdioBacklogBytes: wholeNumberOption(
        "limits.maxStdioBacklogBytes",
        limits.maxStdioBacklogBytes ?? 16 << 20,
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
      maxConnections: wholeNumberOption(
        "limits.maxConnections",
        limits.maxConnections ?? defaultMaxConnections,
      ),
    },
    prints,
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
    cookie: magicCookieOption(options.cookie ?? grafanaCookie(typeNames)),
    tls: tlsModeOption(options.tls ?? "auto"),
  };
}

function checkMajor(name: string, major: ImplementedMajor): void {
  const { version, services } = objectOption(
    name,
    major,
    "what implement() gives, such as implement(v2, { … })",
  );
  wholeNumberOption(`the version of a major (${name})`, version);
  listOption(`${name}.services`, services, "what implement() gives", (each, served) => {
    objectOption(each, served, "what implement() gives");
  });
}

function standaloneOption(standalone: StandaloneOptions | undefined): StandaloneOptions | undefined {
  if (standalone === undefined) return undefined;
  const { pluginId, directory } = objectOption("standalone", standalone, "an object { pluginId, directory }");
  systemTextOption("standalone.pluginId", pluginId);
  systemTextOption("standalone.directory", directory);
  return standalone;
}

function buildInfoOption(info: BuildInfo | undefined): BuildInfo | undefined {
  return info === undefined ? undefined : objectOption("buildInfo", info, "an object");
}
