import type { Interceptor } from "@connectrpc/connect";
import { PluginError } from "../errors.ts";
import { type MagicCookie, magicCookieOption } from "../go-plugin/handshake/magic-cookie.ts";
import { type TlsMode, tlsModeOption } from "../go-plugin/tls/tls-mode.ts";
import {
  booleanOption,
  checkRuntime,
  functionOption,
  invalidOption,
  listOption,
  methodsOption,
  objectOption,
  signalOption,
  systemTextOption,
} from "../option-checks.ts";
import { grafanaCookie } from "../protocol.ts";
import { commonLimits } from "../transport/common-limits.ts";
import { defaultMaxConnections } from "../transport/default-limits.ts";
import { grpcTransport } from "../transport/grpc-transport.ts";
import type { SocketTransport } from "../transport/socket-transport.ts";
import { maxInt32, wholeNumberOption } from "../whole-number-option.ts";
import type { BuildInfo } from "./build-info.ts";
import type { ImplementedMajor } from "./implement.ts";
import type { StandaloneOptions } from "./mode/find-standalone.ts";

/** Bounds on what host and plugin exchange. */
export interface PluginLimits {
  /** Largest message accepted from the host. Default 16 MiB, as the Go SDK. */
  readonly maxReceiveBytes?: number | undefined;
  /** Largest message sent to the host. Default 2^31-1, as the Go SDK. */
  readonly maxSendBytes?: number | undefined;
  /**
   * Printed output that is stored while the plugin prints faster than its host reads. Default 16 MiB; above it the
   * oldest is dropped, and a warning says how much.
   */
  readonly maxStdioBacklogBytes?: number | undefined;
  /**
   * Handlers that may run at the same time, on all connections, streams included; one more call fails with
   * ResourceExhausted at once. go-plugin's own services do not count. Default 16,384: a host holds a stream for each
   * live subscription, and they must not starve its other calls.
   */
  readonly maxConcurrentCalls?: number | undefined;
  /**
   * Bytes of a stream of requests that wait until the handler reads them, at least 65,535. Above it back-pressure stops
   * the host. Default 4 MiB.
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
   * Bytes of incomplete requests on a connection, and as many again of answers that the host does not read. A call that
   * needs more fails with ResourceExhausted. Default 512 MiB, or twice `maxReceiveBytes` if that is more.
   */
  readonly maxConnectionBytes?: number | undefined;
  /**
   * Connections that may be open. If one more comes, the oldest that has not begun as an HTTP/2 client is closed, or the
   * new one when all have. Default 64: a host needs one.
   */
  readonly maxConnections?: number | undefined;
}

/** Options of `servePlugin`. */
export interface ServeOptions {
  /** Ends the plugin as `close()` does. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether the plugin owns its process (default `true`): it exits with 1 if no host started it or it cannot listen,
   * and with 0 after it was closed, even with open handles. With `false` `servePlugin` rejects instead, `closed`
   * resolves at the end, and the process keeps running.
   */
  readonly ownsProcess?: boolean | undefined;
  /**
   * Serves without a host (default `false`): the magic cookie is not checked, and the first line on stdout is JSON with
   * which a host can attach, as in go-plugin's test mode: `attachPlugin({ attachInfo: line, … })` of
   * `grafana-plugin-protocol/host`, or a `ReattachConfig` in Go. Speaks the highest major, ends on SIGINT too, and does
   * not watch its parent. For a debugger or a test; every user who may use the socket may attach.
   */
  readonly debug?: boolean | undefined;
  /**
   * Lets a developer run the plugin without its host, like plugins of the Go SDK: started with `-standalone` it serves
   * on TCP and writes its address to `standalone.txt` (and its process id to `pid.txt`) next to `plugin.json`; started
   * by a host while that process runs, it only passes that address to the host. The variable
   * `GF_PLUGIN_GRPC_ADDRESS_<ID>` fixes the address. SIGINT ends the standalone process. Default: arguments and files
   * are ignored.
   */
  readonly standalone?: StandaloneOptions | undefined;
  /**
   * Printed when the process is started with `-buildinfo` (JSON) or `-version`, and then the process exits, as plugins
   * of the Go SDK do. Default: these arguments are ignored. Not with `ownsProcess: false`.
   */
  readonly buildInfo?: BuildInfo | undefined;
  /** Default `unix`, on Windows `tcp` (loopback, the first free port of the host's range). */
  readonly network?: "unix" | "tcp" | undefined;
  /** Bounds on messages, calls, connections and memory. Default: those of each limit. */
  readonly limits?: PluginLimits | undefined;
  /**
   * Where the program's own stdout output goes while it serves. `host`, the default, as in Go: byte for byte to the
   * host while the host reads go-plugin's stdio (Grafana reads and discards it). `stderr`: where hosts read logs.
   */
  readonly stdout?: "host" | "stderr" | undefined;
  /** Connect interceptors around every call of the plugin's own services; the first one is the outermost. Default: none. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /**
   * The gRPC implementation for the socket. Default `grpcTransport`; `./transport` also has `connectNodeTransport`, which
   * uses node:http2.
   */
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
  readonly ownsProcess: boolean;
  readonly debug: boolean;
  readonly standalone: StandaloneOptions | undefined;
  readonly buildInfo: BuildInfo | undefined;
  readonly network: "unix" | "tcp";
  readonly limits: { readonly [K in Exclude<keyof PluginLimits, "maxDecodedBytes">]-?: number } & Pick<
    PluginLimits,
    "maxDecodedBytes"
  >;
  readonly stdout: "host" | "stderr";
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
  checkRuntime();
  checkMajors(majors);
  objectOption("the options of servePlugin", options, "an object");
  const network = networkOption(options.network ?? undefined, platform);
  const stdout = options.stdout ?? "host";
  if (stdout !== "host" && stdout !== "stderr") {
    throw invalidOption("stdout", '"host" or "stderr"', stdout);
  }
  const signal = options.signal ?? undefined;
  const typeNames = majors.flatMap((major) => major.services.map(({ service }) => service.typeName));
  return {
    signal: signal === undefined ? undefined : signalOption("signal", signal),
    ownsProcess: booleanOption("ownsProcess", options.ownsProcess ?? true),
    debug: booleanOption("debug", options.debug ?? false),
    standalone: standaloneOption(options.standalone ?? undefined),
    buildInfo: buildInfoOption(options.buildInfo ?? undefined),
    network,
    limits: limitsOption(objectOption("limits", options.limits ?? {}, "an object")),
    stdout,
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

function networkOption(given: unknown, platform: NodeJS.Platform): "unix" | "tcp" {
  const network = given ?? (platform === "win32" ? "tcp" : "unix");
  if (network !== "unix" && network !== "tcp") {
    throw invalidOption("network", '"unix" or "tcp"', network);
  }
  if (network === "unix" && platform === "win32") {
    throw new PluginError(
      "invalid_option",
      'network must be "tcp" on Windows, where Node has no unix sockets',
    );
  }
  return network;
}

function limitsOption(limits: PluginLimits): ResolvedServeOptions["limits"] {
  const read = (name: keyof PluginLimits, byDefault: number, min?: number): number =>
    wholeNumberOption(`limits.${name}`, limits[name] ?? byDefault, min);
  return {
    ...commonLimits(limits, read, { maxReceiveBytes: 16 << 20, maxSendBytes: maxInt32 }),
    maxStdioBacklogBytes: read("maxStdioBacklogBytes", 16 << 20),
    maxConnections: read("maxConnections", defaultMaxConnections),
  };
}

function checkMajors(majors: readonly ImplementedMajor[]): void {
  listOption("the majors of servePlugin", majors, "a list, such as [implement(v2, { … })]", checkMajor);
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
}

function checkMajor(name: string, major: ImplementedMajor): void {
  const { version, services, close } = objectOption(
    name,
    major,
    "what implement() gives, such as implement(v2, { … })",
  );
  if (!Array.isArray(services) && typeof services === "object") {
    throw new PluginError(
      "invalid_option",
      `${name} must be what implement() gives, got a major itself: pass implement(major, { … }) with its handlers`,
    );
  }
  wholeNumberOption(`the version of a major (${name})`, version);
  if (close !== undefined) functionOption(`${name}.close`, close);
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
