import { unlinkSync } from "node:fs";
import { PluginError } from "../errors.ts";
import { parseHostEnvironment } from "../goplugin/environment.ts";
import { formatLogLine } from "../goplugin/format-log-line.ts";
import { formatHandshakeLine } from "../goplugin/handshake-line.ts";
import type { LogRecord } from "../goplugin/log-record.ts";
import { hasMagicCookie, magicCookieExitCode, magicCookieText } from "../goplugin/magic-cookie.ts";
import { negotiateMajor } from "../goplugin/negotiate.ts";
import { createPluginServices } from "../goplugin/plugin-services.ts";
import type { SocketAddress, TransportServer } from "../transport/socket-transport.ts";
import { guardStdout } from "./guard-stdout.ts";
import type { ImplementedMajor } from "./implement.ts";
import { listenForHost } from "./listen-for-host.ts";
import { onlyForServices } from "./only-for-services.ts";
import { ownProcess } from "./own-process.ts";
import { reportHandlerErrors } from "./report-handler-errors.ts";
import { type ResolvedServeOptions, resolveServeOptions, type ServeOptions } from "./serve-options.ts";

/** A plugin that serves a host. */
export interface PluginServer extends AsyncDisposable {
  /** The major that host and plugin agreed on. */
  readonly protocolVersion: number;
  /** Where it listens. */
  readonly address: SocketAddress;
  /** Resolves after the end, whoever asked for it; with `exit: true` the process exits right after. */
  readonly closed: Promise<void>;
  /** Aborts the signals of running handlers, answers what ends within half a second, removes the socket. Safe twice. */
  close(): Promise<void>;
}

/**
 * Serves a plugin to the host that started this process: checks the magic cookie, takes the highest
 * major that both sides have (the lowest of its own for a host that offers none of them), listens,
 * and prints the handshake line. From the call on, everything else written to stdout goes to stderr.
 *
 * The plugin ends when the host asks for it, on SIGTERM, when `signal` is aborted, and when the
 * host's process has gone. It ignores SIGINT, so that Ctrl-C in the host's terminal leaves the order of
 * ending to the host.
 *
 * @throws PluginError `invalid_option`; and with `exit: false` also `not_launched_by_host`,
 *   `listen_failed`, `tls_unsupported`, where the process would exit 1 otherwise.
 */
export async function servePlugin(
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  options: ServeOptions = {},
): Promise<PluginServer> {
  const settings = resolveServeOptions(majors, options);
  try {
    return await serve(majors, settings);
  } catch (error) {
    if (!settings.exit || !(error instanceof PluginError)) throw error;
    if (error.code === "not_launched_by_host") process.stderr.write(magicCookieText);
    else
      log({
        level: "error",
        message: "plugin cannot start",
        fields: { code: error.code, error: error.message },
      });
    process.exit(magicCookieExitCode);
  }
}

async function serve(
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  settings: ResolvedServeOptions,
): Promise<PluginServer> {
  if (!hasMagicCookie(settings.cookie, process.env)) {
    const { key, values } = settings.cookie;
    throw new PluginError(
      "not_launched_by_host",
      `expected ${key}=${values.join(" or ")} in the environment: let a host start this plugin`,
    );
  }
  const host = parseHostEnvironment(process.env);
  if (host.clientCertificate !== undefined) {
    throw new PluginError(
      "tls_unsupported",
      "the host asks for TLS (PLUGIN_CLIENT_CERT), which this plugin cannot do: turn AutoMTLS off in the host",
    );
  }
  const [first, ...others] = majors.map((major) => major.version);
  const protocolVersion = negotiateMajor([first as number, ...others], host.protocolVersions);
  const services = majors.find((major) => major.version === protocolVersion)?.services ?? [];
  const own = services.map(({ service }) => service);
  const stdout = guardStdout();
  let requestEnd = (): void => {};
  let server: TransportServer;
  try {
    server = await listenForHost(settings.transport, settings.network, host, {
      services: [...services, ...createPluginServices({ services: own, onShutdown: () => requestEnd() })],
      ...settings.limits,
      interceptors: [
        reportHandlerErrors(log),
        ...settings.interceptors.map((interceptor) => onlyForServices(own, interceptor)),
      ],
    });
  } catch (error) {
    stdout.restore();
    throw error;
  }
  const release = ownProcess({
    signal: settings.signal,
    requestEnd: () => requestEnd(),
    onExit: () => removeSocket(server.address),
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= server.close().then(() => {
      // Until its end the process is a plugin, whose stdout and signals are its host's.
      if (settings.exit) return;
      release();
      stdout.restore();
    });
    return closing;
  };
  const closed = new Promise<void>((resolve) => {
    requestEnd = () => {
      void close().then(resolve);
    };
  });
  if (settings.exit) void closed.then(exitCleanly);
  stdout.print(formatHandshakeLine({ protocolVersion, ...printable(server.address) }));
  if (settings.signal?.aborted) requestEnd();
  const end = async (): Promise<void> => {
    requestEnd();
    await closed;
  };
  return { protocolVersion, address: server.address, closed, close: end, [Symbol.asyncDispose]: end };
}

function printable(address: SocketAddress): { network: "unix" | "tcp"; address: string } {
  return address.network === "unix"
    ? { network: "unix", address: address.path }
    : { network: "tcp", address: `${address.host}:${address.port}` };
}

function removeSocket(address: SocketAddress): void {
  if (address.network !== "unix") return;
  try {
    unlinkSync(address.path);
  } catch {
    // It went with the listener.
  }
}

/** Open handles of the plugin's author do not keep it; what was logged before still goes out. */
function exitCleanly(): void {
  setImmediate(() => process.stderr.write("", () => process.exit(0)));
}

function log(record: LogRecord): void {
  process.stderr.write(`${formatLogLine(record)}\n`);
}
