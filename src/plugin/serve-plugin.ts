import { writeSync } from "node:fs";
import { PluginError } from "../errors.ts";
import { type Broker, createBroker } from "../goplugin/broker/broker.ts";
import { createBrokerService } from "../goplugin/broker/broker-stream.ts";
import { magicCookieExitCode, magicCookieText } from "../goplugin/handshake/magic-cookie.ts";
import type { AttachInfo } from "../goplugin/reattach.ts";
import { removeOwnSocket } from "../goplugin/socket/own-directory.ts";
import { limitCalls } from "../transport/limit-calls.ts";
import type { SocketAddress, TransportServer } from "../transport/socket-transport.ts";
import { createBrokerSockets } from "./broker-sockets.ts";
import { type BuildInfo, describeBuild } from "./build-info.ts";
import { connectionLimits } from "./connection-limits.ts";
import { countHandlers } from "./count-handlers.ts";
import type { ImplementedMajor } from "./implement.ts";
import { limitGoPluginStreams } from "./limit-go-plugin-streams.ts";
import { debugMode } from "./mode/debug-mode.ts";
import { findStandalone } from "./mode/find-standalone.ts";
import { hostMode } from "./mode/host-mode.ts";
import { locateStandalone } from "./mode/locate-standalone.ts";
import type { ServingMode } from "./mode/serving-mode.ts";
import { standaloneMode } from "./mode/standalone-mode.ts";
import { noBroker } from "./no-broker.ts";
import { onlyForServices } from "./only-for-services.ts";
import { claimProcess } from "./process/claim-process.ts";
import { exitCleanly } from "./process/exit-cleanly.ts";
import { guardStdout } from "./process/guard-stdout.ts";
import { logToHost } from "./process/log-to-host.ts";
import { ownProcess } from "./process/own-process.ts";
import { reportHandlerErrors } from "./report-handler-errors.ts";
import { type ResolvedServeOptions, resolveServeOptions, type ServeOptions } from "./serve-options.ts";

/** Time that handlers get to finish at `close()`, whether their calls are running or were cancelled before. */
const graceMs = 500;

/** A plugin that serves a host. */
export interface PluginServer extends AsyncDisposable {
  /** The major that host and plugin agreed on. */
  readonly protocolVersion: number;
  /** Address at which the plugin listens. */
  readonly address: SocketAddress;
  /** Resolves when the plugin is closed, for any reason; with `exit: true` the process exits right after. */
  readonly closed: Promise<void>;
  /**
   * Further connections: servers of the plugin that its host dials, and servers of the host that the plugin dials.
   * Handlers may use it, because no call arrives before this object exists.
   */
  readonly broker: Broker;
  /** How a host attaches; only with `debug: true`. */
  readonly attachInfo?: AttachInfo | undefined;
  /**
   * Aborts the signals of running handlers, answers calls whose handlers end within half a second, removes the socket.
   * Handlers of calls that were cancelled before get the same half second for their `finally` blocks. Safe to call
   * twice.
   */
  close(): Promise<void>;
}

/**
 * Serves a plugin to the host that started this process: checks the magic cookie, chooses the highest major that both
 * sides support (its own lowest for a host that offers none of them), listens, and prints the handshake line. From this
 * call on, all other output to stdout goes to the host through go-plugin's stdio while the host reads that, otherwise
 * to stderr.
 *
 * The plugin ends when the host asks for it, on SIGTERM, when `signal` is aborted, and when the host's process is gone.
 * It ignores SIGINT, so that after Ctrl-C in the host's terminal the host decides the order of shutdown.
 *
 * The options `debug` and `standalone` serve without a host, for development; then SIGINT ends the plugin, and the
 * parent is not watched.
 *
 * One process serves one plugin at a time. With `exit: false` it may serve another one when `closed` has resolved.
 *
 * @throws PluginError `invalid_option`, `already_serving`; and with `exit: false` also `not_launched_by_host`,
 *   `listen_failed`, `tls_unsupported`, `tls_failed`, where the process would otherwise exit with 1.
 */
export async function servePlugin(
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  options: ServeOptions = {},
): Promise<PluginServer> {
  const settings = resolveServeOptions(majors, options);
  if (settings.exit && settings.buildInfo !== undefined) {
    printBuildInfo(settings.buildInfo);
  }
  const release = claimProcess();
  try {
    const server = await serveInMode(majors, settings);
    void server.closed.then(release);
    return server;
  } catch (error) {
    release();
    if (!settings.exit || !(error instanceof PluginError)) throw error;
    if (error.code === "not_launched_by_host") process.stderr.write(magicCookieText);
    else
      logToHost({
        level: "error",
        message: "plugin cannot start",
        fields: { code: error.code, error: error.message },
      });
    process.exit(magicCookieExitCode);
  }
}

async function serveInMode(
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  settings: ResolvedServeOptions,
): Promise<PluginServer> {
  const { debug, standalone } = settings;
  if (debug) return serve(debugMode(majors, settings), settings);
  if (standalone === undefined) return serve(hostMode(majors, settings), settings);
  const flags = process.argv.slice(2).map((argument) => argument.replace(/^--/, "-"));
  if (flags.includes("-standalone")) return serve(standaloneMode(majors, settings, standalone), settings);
  const running = findStandalone(standalone, process.env);
  if (running !== undefined) return locateStandalone(majors, settings, running);
  return serve(hostMode(majors, settings), settings);
}

async function serve(mode: ServingMode, settings: ResolvedServeOptions): Promise<PluginServer> {
  const { protocolVersion } = mode;
  const own = mode.services.map(({ service }) => service);
  const report = reportHandlerErrors(logToHost);
  const handlers = countHandlers();
  const limit = limitCalls(settings.limits.maxConcurrentCalls, "handler");
  const inner = [handlers.interceptor, limit, ...settings.interceptors];
  const stdout = guardStdout({
    prints: settings.prints,
    maxBacklogBytes: settings.limits.maxStdioBacklogBytes,
  });
  const sockets = createBrokerSockets(mode, settings, [report, ...inner]);
  const brokering = mode.hasBroker ? createBroker(sockets) : noBroker();
  let requestEnd = (): void => {};
  let server: TransportServer;
  try {
    server = await mode.listen({
      services: [
        ...mode.services,
        ...mode.housekeeping(own, () => requestEnd(), {
          stdio: stdout.stdio,
          broker: createBrokerService(brokering),
        }),
      ],
      ...connectionLimits(settings.limits),
      interceptors: [
        report,
        limitGoPluginStreams(settings.limits.maxConnections),
        ...inner.map((interceptor) => onlyForServices(own, interceptor)),
      ],
    });
  } catch (error) {
    stdout.restore();
    throw error;
  }
  const cleanUp = (): void => {
    mode.cleanUp?.();
    stdout.flush();
    sockets.removeSockets();
    if (server.address.network === "unix") removeOwnSocket(server.address.path);
  };
  const release = ownProcess({
    signal: settings.signal,
    requestEnd: () => requestEnd(),
    hasHost: mode.hasHost,
    cookieKey: settings.cookie.key,
    onExit: cleanUp,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    const ended = new PluginError("closed", "the plugin is shutting down");
    closing ??= Promise.all([server.close(), brokering.close(ended), handlers.ended(graceMs)]).then(() => {
      cleanUp();
      // Until it is closed the process is a plugin, and its stdout and signals belong to the host.
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
  mode.announce(server, stdout.print);
  if (settings.signal?.aborted) requestEnd();
  const end = async (): Promise<void> => {
    requestEnd();
    await closed;
  };
  return {
    protocolVersion,
    address: server.address,
    broker: brokering.broker,
    attachInfo: mode.attachInfo?.(server.address),
    closed,
    close: end,
    [Symbol.asyncDispose]: end,
  };
}

/** Exits if the option `exit` is set. */
function printBuildInfo(info: BuildInfo): void {
  const text = describeBuild(info, process.argv.slice(2));
  if (text === undefined) return;
  writeSync(1, `${text}\n`);
  process.exit(0);
}
