import { setTimeout as delay } from "node:timers/promises";
import type { Interceptor } from "@connectrpc/connect";
import { PluginError } from "../errors.ts";
import { agreeOnMajor } from "../goplugin/agree-on-major.ts";
import { formatHostEnvironment, unixSocketDirName } from "../goplugin/environment.ts";
import { type HandshakeLine, parseHandshakeLine } from "../goplugin/handshake-line.ts";
import type { PluginClient, ProtocolMajor } from "../protocol.ts";
import type { TransportConnection } from "../transport/socket-transport.ts";
import { createPluginClient } from "./create-plugin-client.ts";
import { describeStartFailure } from "./describe-start-failure.ts";
import { failWithProcess } from "./fail-with-process.ts";
import { findExecutable } from "./find-executable.ts";
import { forwardStdio } from "./forward-stdio.ts";
import { givenEnvironment } from "./given-environment.ts";
import { type LaunchOptions, type ResolvedLaunchOptions, resolveLaunchOptions } from "./launch-options.ts";
import { describeExit, type ExitStatus, type PluginProcess, startProcess } from "./plugin-process.ts";
import { formatSocketAddress, toSocketAddress } from "./socket-address.ts";
import { prepareSocketFiles, type SocketFiles } from "./socket-files.ts";
import { createStartDeadline } from "./start-deadline.ts";
import { stopPlugin } from "./stop-plugin.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

/** A running plugin: its typed client, its process, and how to end it. */
export type LaunchedPlugin<M extends ProtocolMajor> = PluginClient<M> &
  AsyncDisposable & {
    readonly process: {
      readonly pid: number;
      /** Resolves, and never rejects, when the process has ended, whoever ended it. */
      readonly exited: Promise<ExitStatus>;
    };
    /**
     * Ends the plugin: asks it to shut down, waits `graceMs` (default 2000, as go-plugin) for the
     * answer and as long again for the process, then kills its process group. Removes the socket.
     * Resolves when all of it is gone; never rejects; safe to call twice.
     */
    close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  };

/**
 * Starts a plugin, agrees on a protocol major with it and connects.
 *
 * The plugin runs in a process group of its own. It ends with `close()`, and at the latest with
 * this process, also when that is killed. A running plugin keeps the event loop alive.
 *
 * A call whose plugin dies rejects with `ConnectError` of code `Unavailable`, whose `cause` is the
 * `PluginError` with code `exited` (or `closed`, when it was `close()`).
 *
 * @throws PluginError `invalid_option`, `executable_not_found`, `executable_not_permitted`,
 *   `executable_wrong_platform`, `spawn_failed`, `exited`, `start_timeout`, `aborted`,
 *   `handshake_invalid`, `core_version_mismatch`, `network_unsupported`, `rpc_protocol_unsupported`,
 *   `protocol_version_mismatch`, `tls_unsupported`, `dial_failed`. Then nothing is left running.
 */
export async function launchPlugin<const P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  options: LaunchOptions<P>,
): Promise<LaunchedPlugin<P[number]>> {
  const settings = resolveLaunchOptions(options);
  if (settings.signal?.aborted) {
    const message = `the start of "${settings.command}" was aborted before it began`;
    throw new PluginError("aborted", message, { cause: settings.signal.reason });
  }
  const executable = await findExecutable(settings.command, settings.cwd);
  const given = givenEnvironment(settings);
  const sockets = await prepareSocketFiles(given[unixSocketDirName]);
  const env = {
    ...given,
    ...formatHostEnvironment(settings.cookie, {
      protocolVersions: settings.protocols.map((major) => major.version),
      unixSocketDir: sockets.directory,
    }),
  };
  const child = await startProcess(executable, env, settings).catch(async (error: unknown) => {
    await sockets.remove();
    throw error;
  });
  const watchdog = startWatchdog(child.pid, sockets.directory);
  const cleared = child.exited.then(async () => {
    await watchdog.release();
    await sockets.remove();
  });
  const deadline = createStartDeadline(settings.startTimeoutMs, settings.signal);
  try {
    const line = parseHandshakeLine(await child.readHandshakeLine(deadline.signal));
    rememberSocket(line, sockets, watchdog);
    const major = agreeOnMajor(line.protocolVersion, settings.protocols);
    let isClosing = false;
    const gone = child.exited.then((status) => describeEnd(child, status, settings.command, isClosing));
    const connection = await connect(line, settings, failWithProcess(gone), deadline.signal);
    forwardStdio(connection.transport, settings.onLog, settings.limits.maxLogLineBytes);
    // Answers that came before the end may still have to be read.
    void child.exited.then(() => delay(isClosing ? 0 : 100)).then(() => connection.close());
    let closed: Promise<void> | undefined;
    const close = ({ graceMs = 2000 }: { readonly graceMs?: number | undefined } = {}): Promise<void> => {
      isClosing = true;
      closed ??= stopPlugin(child, connection.transport, graceMs).then(() => cleared);
      return closed;
    };
    return {
      ...createPluginClient(major as P[number], connection.transport),
      process: { pid: child.pid, exited: child.exited },
      close,
      [Symbol.asyncDispose]: () => close(),
    };
  } catch (error) {
    const described = await describeStartFailure(error, child, deadline.givenUp(), settings);
    child.kill();
    await cleared;
    throw described;
  } finally {
    deadline.clear();
  }
}

async function connect(
  line: HandshakeLine,
  settings: ResolvedLaunchOptions,
  guard: Interceptor,
  signal: AbortSignal,
): Promise<TransportConnection> {
  if (line.serverCertificate !== undefined) {
    throw new PluginError(
      "tls_unsupported",
      "the plugin's handshake line has a certificate, but this host did not ask for TLS: " +
        "remove PLUGIN_CLIENT_CERT from the plugin's environment",
    );
  }
  const address = toSocketAddress(line);
  try {
    return await settings.transport.dial({
      address,
      maxReceiveBytes: settings.limits.maxReceiveBytes,
      maxSendBytes: settings.limits.maxSendBytes,
      interceptors: [...settings.interceptors.map(exceptGoPlugin), guard],
      signal,
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError(
      "dial_failed",
      `cannot reach the plugin at ${formatSocketAddress(address)}: ${message}`,
      { cause },
    );
  }
}

/** The caller's interceptors are for the plugin's services, not for go-plugin's housekeeping. */
function exceptGoPlugin(interceptor: Interceptor): Interceptor {
  return (next) => {
    const intercepted = interceptor(next);
    return (request) =>
      request.service.typeName.startsWith("plugin.") ? next(request) : intercepted(request);
  };
}

function rememberSocket(line: HandshakeLine, sockets: SocketFiles, watchdog: Watchdog): void {
  if (line.network !== "unix") return;
  sockets.add(line.address);
  watchdog.announce(line.address);
}

function describeEnd(
  child: PluginProcess,
  status: ExitStatus,
  command: string,
  isClosing: boolean,
): PluginError {
  const who = `"${command}" (pid ${child.pid})`;
  return isClosing
    ? child.error("closed", `the plugin ${who} was ended by close()`)
    : child.error("exited", `the plugin ${who} ${describeExit(status)}: launch it again`);
}
