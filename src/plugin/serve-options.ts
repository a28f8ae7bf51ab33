import type { Interceptor } from "@connectrpc/connect";
import { PluginError } from "../errors.ts";
import type { MagicCookie } from "../goplugin/magic-cookie.ts";
import { grafanaCookie } from "../protocol.ts";
import { connectNodeTransport } from "../transport/connect-node/connect-node-transport.ts";
import type { SocketTransport } from "../transport/socket-transport.ts";
import { maxOption, wholeNumberOption } from "../whole-number-option.ts";
import type { ImplementedMajor } from "./implement.ts";

/** Bounds on what host and plugin exchange. */
export interface PluginLimits {
  /** Largest message taken from the host. Default 16 MiB, as the Go SDK. */
  readonly maxReceiveBytes?: number | undefined;
  /** Largest message sent to it. Default 2^31-1, as the Go SDK. */
  readonly maxSendBytes?: number | undefined;
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
  /** Default `unix`, on Windows `tcp` (loopback, the first free port of the host's range). */
  readonly network?: "unix" | "tcp" | undefined;
  readonly limits?: PluginLimits | undefined;
  /** Connect interceptors around every call of the plugin's own services. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** How to speak gRPC over the socket. */
  readonly transport?: SocketTransport | undefined;
  /** The magic cookie that the host sends. Default Grafana's. */
  readonly cookie?: MagicCookie | undefined;
}

/** The options with every default filled in. */
export interface ResolvedServeOptions {
  readonly signal: AbortSignal | undefined;
  readonly exit: boolean;
  readonly network: "unix" | "tcp";
  readonly limits: { readonly [K in keyof PluginLimits]-?: number };
  readonly interceptors: readonly Interceptor[];
  readonly transport: SocketTransport;
  readonly cookie: MagicCookie;
}

/**
 * Fills in the defaults.
 *
 * @throws PluginError `invalid_option` naming the option, what was expected and what was given.
 */
export function resolveServeOptions(
  majors: readonly ImplementedMajor[],
  options: ServeOptions,
): ResolvedServeOptions {
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
  const network = options.network ?? (process.platform === "win32" ? "tcp" : "unix");
  if (network !== "unix" && network !== "tcp") {
    throw new PluginError(
      "invalid_option",
      `network must be "unix" or "tcp", got ${JSON.stringify(network)}`,
    );
  }
  const typeNames = majors.flatMap((major) => major.services.map(({ service }) => service.typeName));
  return {
    signal: options.signal,
    exit: options.exit ?? true,
    network,
    limits: {
      maxReceiveBytes: wholeNumberOption(
        "limits.maxReceiveBytes",
        options.limits?.maxReceiveBytes ?? 16 << 20,
      ),
      maxSendBytes: wholeNumberOption("limits.maxSendBytes", options.limits?.maxSendBytes ?? maxOption),
    },
    interceptors: options.interceptors ?? [],
    transport: options.transport ?? connectNodeTransport,
    cookie: options.cookie ?? grafanaCookie(typeNames),
  };
}
