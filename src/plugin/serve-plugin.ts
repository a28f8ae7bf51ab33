import { writeSync } from "node:fs";
import { PluginError } from "../errors.ts";
import { createBroker } from "../go-plugin/broker/broker.ts";
import { createBrokerService } from "../go-plugin/broker/broker-stream.ts";
import { magicCookieExitCode, magicCookieText } from "../go-plugin/handshake/magic-cookie.ts";
import { removeOwnSocket } from "../go-plugin/socket/own-directory.ts";
import { limitCalls } from "../transport/limit-calls.ts";
import type { TransportServer } from "../transport/socket-transport.ts";
import { aroundHandlers } from "./around-handlers.ts";
import { createBrokerSockets } from "./broker-sockets.ts";
import { type BuildInfo, describeBuild } from "./build-info.ts";
import { closeMajors } from "./close-majors.ts";
import { connectionLimits } from "./connection-limits.ts";
import { countHandlers } from "./count-handlers.ts";
import { createLatch } from "./create-latch.ts";
import type { ImplementedMajor } from "./implement.ts";
import { limitGoPluginStreams } from "./limit-go-plugin-streams.ts";
import { debugMode } from "./mode/debug-mode.ts";
import { findStandalone } from "./mode/find-standalone.ts";
import { hostMode } from "./mode/host-mode.ts";
import { locateStandalone } from "./mode/locate-standalone.ts";
import type { ServingMode } from "./mode/serving-mode.ts";
import { standaloneMode } from "./mode/standalone-mode.ts";
import { noBroker } from "./no-broker.ts";
import type { PluginServer } from "./plugin-server.ts";
import { claimProcess } from "./process/claim-process.ts";
import { exitCleanly } from "./process/exit-cleanly.ts";
import { logToHost } from "./process/log-to-host.ts";
import { ownProcess } from "./process/own-process.ts";
import { redirectStdout } from "./process/redirect-stdout.ts";
import { reportHandlerErrors } from "./report-handler-errors.ts";
import { type ResolvedServeOptions, resolveServeOptions, type ServeOptions } from "./serve-options.ts";

/** Time that handlers get to finish at `close()`, whether their calls are running or were cancelled before. */
const graceMs = 500;
/**
 * Time that `close()` of what is served gets after the handlers. go-plugin's hosts kill a plugin 2 seconds after they
 * have asked it to end.
 */
const closeMs = 1000;

/**
 * Serves a plugin to the host that started this process: checks the magic cookie, chooses the highest major that both
 * sides support (its own lowest for a host that offers none of them), listens, and prints the handshake line. From this
 * call on, all other output to stdout goes to the host through go-plugin's stdio while the host reads that, otherwise
 * to stderr.
 *
 * The plugin ends when the host asks for it, on SIGTERM, when `signal` is aborted, and when the host's process is gone.
 * It ignores SIGINT, so that after Ctrl-C in the host's terminal the host decides the order of shutdown. At each of these
 * ends, when the handlers have ended, it calls `close()` of the majors that have one, such as what `dataSource` of
 * `./sdk` returns, and waits for them for up to a second.
 *
 * The options `debug` and `standalone` serve without a host, for development; then SIGINT ends the plugin, and the
 * parent is not watched.
 *
 * One process serves one plugin at a time. With `ownsProcess: false` it may serve another one when `closed` has resolved.
 *
 * @throws PluginError `invalid_option`, `unsupported_runtime`, `already_serving`; and with `ownsProcess: false` also `not_launched_by_host`,
 *   `listen_failed`, `tls_unsupported`, `tls_failed`, where the process would otherwise exit with 1.
 */
export async function servePlugin(
  majors: readonly [ImplementedMajor, ...ImplementedMajor[]],
  options: ServeOptions = {},
): Promise<PluginServer> {
  const settings = resolveServeOptions(majors, options);
  if (settings.ownsProcess && settings.buildInfo !== undefined) {
    printBuildInfo(settings.buildInfo);
  }
  const release = claimProcess();
  try {
    const server = await serveInMode(majors, settings);
    void server.closed.then(release);
    return server;
  } catch (error) {
    release();
    if (!settings.ownsProcess || !(error instanceof PluginError)) throw error;
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
  if (debug) return serve(debugMode(majors, settings), majors, settings);
  if (standalone === undefined) return serve(hostMode(majors, settings), majors, settings);
  const flags = process.argv.slice(2).map((argument) => argument.replace(/^--/, "-"));
  if (flags.includes("-standalone"))
    return serve(standaloneMode(majors, settings, standalone), majors, settings);
  const running = findStandalone(standalone, process.env);
  if (running !== undefined) return locateStandalone(majors, settings, running);
  return serve(hostMode(majors, settings), majors, settings);
}

async function serve(
  mode: ServingMode,
  majors: readonly ImplementedMajor[],
  settings: ResolvedServeOptions,
): Promise<PluginServer> {
  const { limits, interceptors, ownsProcess } = settings;
  const end = createLatch();
  const services = mode.services.map(({ service }) => service);
  const report = reportHandlerErrors(logToHost);
  const handlers = countHandlers();
  const guards = [handlers.guard, limitCalls(limits.maxConcurrentCalls, "handler")];
  let checkHost = (): void => {};
  const stdout = redirectStdout({
    target: settings.stdout,
    maxBacklogBytes: limits.maxStdioBacklogBytes,
    onUnread: () => checkHost(),
  });
  const sockets = createBrokerSockets(mode, settings, { guards: [report, ...guards], interceptors });
  const brokering = mode.hasBroker ? createBroker(sockets) : noBroker();
  const streams = { stdio: stdout.stdio, broker: createBrokerService(brokering) };
  let server: TransportServer;
  try {
    server = await mode.listen({
      ...connectionLimits(limits),
      ...aroundHandlers(
        services,
        [report, ...limitGoPluginStreams(limits.maxConnections)],
        guards,
        interceptors,
      ),
      services: [...mode.services, ...mode.goPluginServices(services, end.request, streams)],
    });
  } catch (error) {
    stdout.restore();
    throw error;
  }
  const { address } = server;
  let isCleanedUp = false;
  const cleanUp = (): void => {
    // At the exit of the process it is called once more.
    if (isCleanedUp) return;
    isCleanedUp = true;
    mode.cleanUp?.();
    stdout.flush();
    sockets.removeSockets();
    if (address.network === "unix") removeOwnSocket(address.path);
  };
  const owned = ownProcess({
    signal: settings.signal,
    requestEnd: end.request,
    hasHost: mode.hasHost,
    cookieKey: settings.cookie.key,
    isHostReading: stdout.isRead,
    onExit: cleanUp,
  });
  checkHost = owned.checkHost;
  /**
   * Whether the process can exit as it is: no handler runs, and everything was sent. To end the open streams, which are
   * those of go-plugin then, takes longer than the exit.
   */
  const isDone = async (): Promise<boolean> => {
    // All promises of this turn: one of them may take what was printed in it, for the host.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    return !handlers.isAnyRunning() && !sockets.hasSockets() && server.leave?.() === true;
  };
  const closed = end.requested.then(async () => {
    if (!(ownsProcess && (await isDone()))) {
      const reason = new PluginError("closed", "the plugin is shutting down");
      await Promise.all([server.close(), brokering.close(reason), handlers.ended(graceMs)]);
    }
    await closeMajors(majors, closeMs);
    cleanUp();
    // Until it is closed the process is a plugin, and its stdout and signals belong to the host.
    if (ownsProcess) return;
    owned.release();
    stdout.restore();
  });
  if (ownsProcess) void closed.then(exitCleanly);
  mode.announce(server, stdout.print);
  if (settings.signal?.aborted) end.request();
  const close = async (): Promise<void> => {
    end.request();
    await closed;
  };
  return {
    protocolVersion: mode.protocolVersion,
    address,
    broker: brokering.broker,
    attachInfo: mode.attachInfo?.(address),
    closed,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Exits if this plugin owns its process. */
function printBuildInfo(info: BuildInfo): void {
  const text = describeBuild(info, process.argv.slice(2));
  if (text === undefined) return;
  writeSync(1, `${text}\n`);
  process.exit(0);
}
