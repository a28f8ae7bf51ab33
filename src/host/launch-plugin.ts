import type { Transport } from "@connectrpc/connect";
import { PluginError } from "../errors.ts";
import type { AttachInfo } from "../go-plugin/attach-info.ts";
import { formatHostEnvironment, unixSocketDirName } from "../go-plugin/handshake/environment.ts";
import { findChosenMajor } from "../go-plugin/handshake/find-chosen-major.ts";
import { type HandshakeLine, parseHandshakeLine } from "../go-plugin/handshake/handshake-line.ts";
import { processStartTime } from "../go-plugin/read-process.ts";
import type { OwnCertificate } from "../go-plugin/tls/build-certificate.ts";
import { makeCertificate } from "../go-plugin/tls/make-certificate.ts";
import { resolveHostTls } from "../go-plugin/tls/resolve-host-tls.ts";
import type { PluginClient, ProtocolMajor } from "../protocol.ts";
import { pause } from "../timer.ts";
import type { CallGuard } from "../transport/call-guard.ts";
import type { SocketAddress } from "../transport/socket-transport.ts";
import { assemblePlugin } from "./client/assemble-plugin.ts";
import { checkPeer, isWithin, type PeerRules } from "./client/check-peer.ts";
import { connectPlugin } from "./client/connect-plugin.ts";
import type { ConnectedPlugin } from "./client/connected-plugin.ts";
import { failWithProcess } from "./client/fail-with-process.ts";
import { toSocketAddress } from "./client/socket-address.ts";
import { graceOption } from "./grace-option.ts";
import { type LaunchOptions, type ResolvedLaunchOptions, resolveLaunchOptions } from "./launch-options.ts";
import { checkWorkingDirectory } from "./process/check-working-directory.ts";
import { type CleanUps, createCleanUps } from "./process/clean-ups.ts";
import { describeStartFailure } from "./process/describe-start-failure.ts";
import { findExecutable } from "./process/executable/find-executable.ts";
import { verifyChecksum } from "./process/executable/verify-checksum.ts";
import { givenEnvironment } from "./process/given-environment.ts";
import { describeExit, type ExitStatus, type PluginProcess, startProcess } from "./process/plugin-process.ts";
import { prepareSocketFiles, type SocketFiles } from "./process/socket-files.ts";
import { createStartDeadline, type StartDeadline } from "./process/start-deadline.ts";
import { stopPlugin } from "./process/stop-plugin.ts";
import { startWatchdog, type Watchdog } from "./process/watchdog/watchdog.ts";
import { waitAtMost } from "./wait-at-most.ts";

/** How long a plugin whose connection was lost for good may take to exit by itself. */
const lostMs = 2000;

/** The process of a plugin, with its descendants in a process group of its own. */
export interface RunningProcess {
  readonly pid: number;
  /** Resolves, and never rejects, when the process has ended for any reason. */
  readonly exited: Promise<ExitStatus>;
}

/** A running plugin: its typed client, its process, and how to end it. */
export type LaunchedPlugin<M extends ProtocolMajor> = PluginClient<M> &
  ConnectedPlugin &
  AsyncDisposable & {
    readonly process: RunningProcess;
    /**
     * With this another host can `attachPlugin`, for as long as this host keeps the plugin running. Absent with TLS:
     * only this host has the key.
     */
    readonly attachInfo: AttachInfo | undefined;
    /**
     * Resolves, and never rejects, when the plugin's process and files are gone: with code `exited`, or `closed` after
     * `close()`.
     */
    readonly closed: Promise<PluginError>;
    /**
     * Ends the plugin: asks it to shut down, waits `graceMs` (default 2000, as go-plugin) for the answer and as long
     * again for the process, then kills its process group; 0 kills at once, `Infinity` waits. Removes the socket.
     * Resolves when process and files are gone; rejects only for invalid options; safe to call twice.
     */
    close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  };

/**
 * Starts a plugin, agrees on a protocol major with it and connects.
 *
 * The plugin runs in its own process group. It ends with `close()`, and at the latest with this process, even if that
 * is killed. A running plugin keeps the event loop alive.
 *
 * A call whose plugin dies rejects with `ConnectError` of code `Unavailable`, whose `cause` is the
 * `PluginError` with code `exited` (or `closed`, when it was `close()`).
 *
 * @throws PluginError `invalid_option`, `unsupported_runtime`, `executable_not_found`, `executable_not_permitted`,
 *   `executable_wrong_platform`, `checksum_mismatch`, `spawn_failed`, `exited`, `start_timeout`, `aborted`,
 *   `handshake_invalid`, `core_version_mismatch`, `network_unsupported`, `rpc_protocol_unsupported`,
 *   `protocol_version_mismatch`, `tls_unsupported`, `tls_failed`, `untrusted_socket`, `dial_failed`. Then no process
 *   and no file is left. All errors are `PluginError`s.
 */
export async function launchPlugin<const P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  options: LaunchOptions<P>,
): Promise<LaunchedPlugin<P[number]>> {
  const { plugin } = await startPlugin<P[number]>(resolveLaunchOptions(options));
  return plugin;
}

/** A launched plugin with what supervision needs in addition. */
interface StartedPlugin<M extends ProtocolMajor> {
  readonly plugin: LaunchedPlugin<M>;
  readonly major: M;
  readonly transport: Transport;
  /** Resolves with code `exited`, or `closed` after `close()`, when the process has ended. Files may still be there. */
  readonly gone: Promise<PluginError>;
  /** Kills the plugin and its descendants in its process group. */
  readonly kill: () => void;
}

/**
 * {@link launchPlugin} for use in this folder; `M` is the union of the majors in the options.
 *
 * If a step fails, everything that was made until then is removed in reverse order, and the error is a `PluginError`.
 *
 * @param outerGuards around the guard that fails calls with the process
 */
export async function startPlugin<M extends ProtocolMajor>(
  settings: ResolvedLaunchOptions,
  outerGuards: readonly CallGuard[] = [],
): Promise<StartedPlugin<M>> {
  if (settings.signal?.aborted) {
    const message = `the start of "${settings.command}" was aborted before it began`;
    throw new PluginError("aborted", message, { cause: settings.signal.reason });
  }
  const start: Start = {
    settings,
    outerGuards,
    cleanUps: createCleanUps(),
    deadline: createStartDeadline(settings.startTimeoutMs, settings.signal),
    executable: undefined,
    child: undefined,
  };
  const { cleanUps, deadline } = start;
  try {
    return await connectStarted<M>(start, await startExecutable(start));
  } catch (error) {
    const described = await describeStartFailure(
      error,
      start.child,
      deadline.givenUp(),
      start.executable,
      settings,
    );
    await cleanUps.run();
    throw described;
  } finally {
    deadline.clear();
    start.child?.endStart();
  }
}

/** A start in progress, with the details for the error if it fails. */
interface Start {
  readonly settings: ResolvedLaunchOptions;
  readonly outerGuards: readonly CallGuard[];
  readonly cleanUps: CleanUps;
  readonly deadline: StartDeadline;
  executable: string | undefined;
  child: PluginProcess | undefined;
}

/** A plugin's process with the resources that were prepared for it. */
interface StartedProcess {
  readonly child: PluginProcess;
  readonly watchdog: Watchdog;
  readonly sockets: SocketFiles;
  readonly certificate: OwnCertificate | undefined;
  /** Decides which sockets are accepted as the plugin's. */
  readonly rules: PeerRules;
  /** Where the host makes its sockets for the broker. */
  readonly socketDirectory: string | undefined;
}

async function startExecutable(start: Start): Promise<StartedProcess> {
  const { settings, cleanUps, deadline } = start;
  const { socketDirectory, socketGroup, ports, cwd } = settings;
  await checkWorkingDirectory(cwd);
  const executable = await findExecutable(settings.command, cwd);
  start.executable = executable;
  const given = givenEnvironment(settings);
  const certificate = settings.tls === "auto" ? await makeCertificate("P-256") : undefined;
  deadline.signal.throwIfAborted();
  // Started first: if this process is killed from here on, the watchdog kills the plugin and removes its directory.
  const watchdog = startWatchdog();
  cleanUps.add(() => watchdog.release());
  const sockets = await prepareSocketFiles({
    given: given[unixSocketDirName],
    parent: socketDirectory,
    group: socketGroup,
    onMade: watchdog.clean,
  });
  cleanUps.add(() => sockets.remove());
  const env = {
    ...given,
    ...formatHostEnvironment(settings.cookie, {
      protocolVersions: settings.protocols.map((major) => major.version),
      unixSocketDir: sockets.directory,
      unixSocketGroup: socketGroup,
      minPort: ports?.min,
      maxPort: ports?.max,
      clientCertificate: certificate?.certificate,
    }),
  };
  // Last, to keep the time between check and start short.
  if (settings.checksum !== undefined) await verifyChecksum(executable, settings.checksum);
  const startedMs = Date.now();
  const child = await startProcess(executable, env, settings, deadline.signal, watchdog.watchGroup);
  start.child = child;
  cleanUps.add(async () => {
    child.kill();
    await child.exited;
    watchdog.unwatchGroup();
  });
  return {
    child,
    watchdog,
    sockets,
    certificate,
    rules: {
      pid: child.pid,
      startedMs,
      directories: [sockets.directory, given[unixSocketDirName]],
      trustedUsers: [],
      isTcpChecked: false,
    },
    socketDirectory: sockets.directory ?? given[unixSocketDirName],
  };
}

async function connectStarted<M extends ProtocolMajor>(
  { settings, outerGuards, cleanUps, deadline }: Start,
  { child, watchdog, sockets, certificate, rules, socketDirectory }: StartedProcess,
): Promise<StartedPlugin<M>> {
  const line = parseHandshakeLine(await child.readHandshakeLine(deadline.signal));
  const check = (peer: SocketAddress): void => {
    if (!settings.allowForeignSocket) checkPeer(peer, rules);
  };
  rememberSocket(line, rules, sockets, watchdog);
  // `protocols` holds exactly the majors of M; TypeScript cannot see that the one found is among them.
  const major = findChosenMajor(line.protocolVersion, settings.protocols) as M;
  let isClosing = false;
  let isLost = false;
  const gone = child.exited.then((status) =>
    describeEnd(child, status, settings.command, isClosing ? "closed" : isLost ? "lost" : "exited"),
  );
  const address = addressOf(line);
  check(address);
  const tls = resolveHostTls(certificate, line.serverCertificate);
  const guards = [
    ...outerGuards,
    failWithProcess(gone, { hasEnded: child.hasEnded, isClosing: () => isClosing }),
  ];
  const onLost = async (): Promise<void> => {
    // A plugin that ends closes its connections first.
    if (isClosing || (await waitAtMost(child.exited, lostMs)) !== undefined) return;
    isLost = true;
    child.kill();
  };
  const isSafe =
    tls !== undefined || (address.network === "unix" && isWithin(address.path, [sockets.directory]));
  const connection = await connectPlugin(
    address,
    // In another directory another server may listen there by now, so the plugin cannot be reached safely again.
    { ...settings, tls, check, onLost: isSafe ? undefined : () => void onLost() },
    guards,
    deadline.signal,
  );
  // Answers that arrived before the end may still be unread.
  void child.exited.then(() => pause(isClosing ? 0 : 100)).then(() => connection.close());
  const { members, released } = await assemblePlugin(major, connection, settings, {
    gone,
    guards,
    check,
    socketDirectory,
    socketGroup: settings.socketGroup,
    tls,
  });
  const cleaned = child.exited.then(cleanUps.run);
  const closed = Promise.all([gone, cleaned, released]).then(([reason]) => reason);
  let stopped: Promise<void> | undefined;
  const close = async (options: { readonly graceMs?: number | undefined } = {}): Promise<void> => {
    const graceMs = graceOption(options, 2000);
    isClosing = true;
    stopped ??= stopPlugin(child, connection.transport, graceMs);
    await stopped;
    await closed;
  };
  const plugin = {
    ...members,
    process: { pid: child.pid, exited: child.exited },
    attachInfo: attachInfoOf(line, child.pid),
    closed,
    close,
    [Symbol.asyncDispose]: () => close(),
  };
  return { plugin, major, transport: connection.transport, gone, kill: child.kill };
}

function addressOf(line: HandshakeLine): SocketAddress {
  if (line.multiplexing === true) {
    throw new PluginError(
      "rpc_protocol_unsupported",
      "the plugin's handshake line asks for a multiplexed broker, which this host does not speak: " +
        "remove PLUGIN_MULTIPLEX_GRPC from the plugin's environment",
    );
  }
  return toSocketAddress(line);
}

function attachInfoOf(line: HandshakeLine, pid: number): AttachInfo | undefined {
  if (line.serverCertificate !== undefined) return undefined;
  const { protocolVersion, network, address } = line;
  const startTime = processStartTime(pid);
  return { protocolVersion, network, address, pid, ...(startTime === undefined ? {} : { startTime }) };
}

/** Notes the socket for removal only if it is in the plugin's directories or held by its processes. */
function rememberSocket(
  { network, address: path }: HandshakeLine,
  rules: PeerRules,
  sockets: SocketFiles,
  watchdog: Watchdog,
): void {
  if (network !== "unix" || isWithin(path, [sockets.directory])) return;
  try {
    checkPeer({ network, path }, rules);
  } catch {
    return;
  }
  sockets.add(path);
  if (isWithin(path, rules.directories ?? [])) watchdog.announce(path);
}

function describeEnd(
  child: PluginProcess,
  status: ExitStatus,
  command: string,
  how: "closed" | "exited" | "lost",
): PluginError {
  const who = `"${command}" (pid ${child.pid})`;
  switch (how) {
    case "closed":
      return child.error("closed", `the plugin ${who} was ended by close()`);
    case "lost":
      return child.error(
        "exited",
        `the plugin ${who} was ended because its connection was lost and another server may listen at its address now: ` +
          'launch it again, over a unix socket or with tls "auto"',
      );
    case "exited":
      return child.error("exited", `the plugin ${who} ${describeExit(status)}: launch it again`);
  }
}
