import type { MagicCookie } from "./magic-cookie.ts";

const names = {
  protocolVersions: "PLUGIN_PROTOCOL_VERSIONS",
  minPort: "PLUGIN_MIN_PORT",
  maxPort: "PLUGIN_MAX_PORT",
  unixSocketDir: "PLUGIN_UNIX_SOCKET_DIR",
  unixSocketGroup: "PLUGIN_UNIX_SOCKET_GROUP",
  clientCertificate: "PLUGIN_CLIENT_CERT",
  multiplexing: "PLUGIN_MULTIPLEX_GRPC",
} as const;

/** The variable that names the directory for sockets. */
export const unixSocketDirName: string = names.unixSocketDir;

/** Every variable that a go-plugin host sets for a plugin, except the magic cookie. */
export const hostEnvironmentNames: readonly string[] = Object.values(names);

/** The values that a host passes to the plugin in the environment. */
export interface HostEnvironment {
  /** Handshake versions that the host accepts; absent for hosts before go-plugin 1.0. */
  readonly protocolVersions?: readonly number[] | undefined;
  /** Ports for a plugin that listens on TCP, inclusive; both or none. */
  readonly minPort?: number | undefined;
  readonly maxPort?: number | undefined;
  /** Directory in which the plugin makes its socket; absent means the system's temporary directory. */
  readonly unixSocketDir?: string | undefined;
  /** Group (name or id) that may use the socket. */
  readonly unixSocketGroup?: string | undefined;
  /** The host's certificate (PEM), if the host asks for mutual TLS. */
  readonly clientCertificate?: string | undefined;
  /** The host asks for a multiplexed broker. */
  readonly multiplexing?: boolean | undefined;
}

/**
 * The variables that a host sets for a plugin. The ports are go-plugin's defaults (10000 to 25000) unless given; they
 * are always set, because some plugins in other languages require them.
 */
export function formatHostEnvironment(cookie: MagicCookie, host: HostEnvironment): Record<string, string> {
  const env: Record<string, string> = {
    [cookie.key]: cookie.values[0],
    [names.minPort]: String(host.minPort ?? 10_000),
    [names.maxPort]: String(host.maxPort ?? 25_000),
  };
  if (host.protocolVersions !== undefined) env[names.protocolVersions] = host.protocolVersions.join(",");
  if (host.unixSocketDir !== undefined) env[names.unixSocketDir] = host.unixSocketDir;
  if (host.unixSocketGroup !== undefined) env[names.unixSocketGroup] = host.unixSocketGroup;
  if (host.clientCertificate !== undefined) env[names.clientCertificate] = host.clientCertificate;
  if (host.multiplexing === true) env[names.multiplexing] = "true";
  return env;
}

/**
 * Reads the variables that the host set. Entries of the version list that are not whole numbers are left out, as
 * go-plugin does; an empty variable counts as absent.
 */
export function parseHostEnvironment(env: Readonly<Record<string, string | undefined>>): HostEnvironment {
  const text = (name: string): string | undefined => (env[name] === "" ? undefined : env[name]);
  return {
    protocolVersions: text(names.protocolVersions)
      ?.split(",")
      .map((entry) => parseWholeNumber(entry.trim()))
      .filter((version) => version !== undefined),
    minPort: parseWholeNumber(text(names.minPort)),
    maxPort: parseWholeNumber(text(names.maxPort)),
    unixSocketDir: text(names.unixSocketDir),
    unixSocketGroup: text(names.unixSocketGroup),
    clientCertificate: text(names.clientCertificate),
    // Any value turns it on, "false" too: go-plugin only checks that there is one.
    multiplexing: text(names.multiplexing) !== undefined,
  };
}

function parseWholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
