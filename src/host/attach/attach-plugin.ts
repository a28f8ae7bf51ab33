import { GRPCController } from "../../../gen/es/go-plugin/plugin/grpc_controller_pb.js";
import { messageOf, PluginError } from "../../errors.ts";
import type { AttachInfo } from "../../go-plugin/attach-info.ts";
import { findChosenMajor } from "../../go-plugin/handshake/find-chosen-major.ts";
import { requestShutdown } from "../../go-plugin/services/controller.ts";
import { booleanOption } from "../../option-checks.ts";
import type { PluginClient, ProtocolMajor } from "../../protocol.ts";
import type { SocketAddress, TransportConnection } from "../../transport/socket-transport.ts";
import { assemblePlugin } from "../client/assemble-plugin.ts";
import { checkPeer } from "../client/check-peer.ts";
import { connectPlugin } from "../client/connect-plugin.ts";
import type { ConnectedPlugin } from "../client/connected-plugin.ts";
import { createServiceClient } from "../client/create-plugin-client.ts";
import { failWithProcess } from "../client/fail-with-process.ts";
import { isReachable } from "../client/is-reachable.ts";
import { formatSocketAddress, toSocketAddress } from "../client/socket-address.ts";
import { graceOption } from "../grace-option.ts";
import { createStartDeadline, type StartGivenUp } from "../process/start-deadline.ts";
import { type AttachOptions, type ResolvedAttachOptions, resolveAttachOptions } from "./attach-options.ts";
import { describeEnded, watchAttached } from "./watch-attached.ts";

export interface AttachedCloseOptions {
  /** Asks the plugin to exit. Default `false`: it keeps running. */
  readonly shutdown?: boolean | undefined;
  /** Milliseconds that the plugin gets to exit; `Infinity` waits until it has exited. Default 2000, as go-plugin. */
  readonly graceMs?: number | undefined;
}

/** A running plugin that this process did not start: its typed client, and how to detach from it. */
export type AttachedPlugin<M extends ProtocolMajor> = PluginClient<M> &
  ConnectedPlugin &
  AsyncDisposable & {
    /** The attach info by which the plugin was found. */
    readonly attachInfo: AttachInfo;
    /**
     * Resolves, and never rejects, when this client can no longer be used: with code `attach_gone` when the plugin has
     * exited or the connection was lost, with `closed` after `close()`. A lost connection is never dialled again,
     * because by then another server may listen there: attach again with the line that the plugin prints then.
     */
    readonly closed: Promise<PluginError>;
    /**
     * Detaches from the plugin, which keeps running unless `shutdown` asks it to exit. The plugin is never sent a
     * signal: its process id may belong to another process by now. Rejects only for invalid options; safe to call
     * twice.
     */
    close(options?: AttachedCloseOptions): Promise<void>;
  };

/**
 * Connects to a plugin that already runs, for example under a debugger, in standalone mode or started by another
 * host: no executable, no handshake, no TLS.
 *
 * A call whose plugin has ended rejects with `ConnectError` of code `Unavailable`, whose `cause` is the
 * `PluginError` that `closed` resolves with.
 *
 * @throws PluginError `invalid_option`, `unsupported_runtime`, `protocol_version_mismatch`, `attach_gone` (nothing
 *   answers, or the process is another one), `untrusted_socket` (another user's or another process's socket),
 *   `dial_failed` (what listens there does not speak gRPC), `start_timeout`, `aborted`.
 */
export async function attachPlugin<const P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  options: AttachOptions<P>,
): Promise<AttachedPlugin<P[number]>> {
  const settings = resolveAttachOptions(options);
  const { attachInfo } = settings;
  const major = findChosenMajor(attachInfo.protocolVersion, settings.protocols);
  const address = toSocketAddress(attachInfo);
  const { pid, startTime } = attachInfo;
  const check = (peer: SocketAddress): void => {
    const ended = pid === undefined ? undefined : describeEnded(pid, startTime);
    if (ended !== undefined) throw goneError(attachInfo, address, ended);
    checkPeer(peer, { pid, trustedUsers: settings.trustedUsers, isTcpChecked: true });
  };
  check(address);
  const watch = watchAttached(pid, startTime);
  let onEnd = (_reason: PluginError): void => {};
  const closed = new Promise<PluginError>((resolve) => {
    onEnd = resolve;
  });
  let isClosing = false;
  const closedError = new PluginError(
    "closed",
    `close() let go of the plugin at ${formatSocketAddress(address)}`,
  );
  void watch.gone.then((how) => onEnd(isClosing ? closedError : goneError(attachInfo, address, how)));
  const deadline = createStartDeadline(settings.startTimeoutMs, settings.signal);
  const guards = [failWithProcess(closed, { onUnavailable: watch.look })];
  let connection: TransportConnection;
  try {
    const { onLost } = watch;
    connection = await connectPlugin(address, { ...settings, onLost, check }, guards, deadline.signal);
  } catch (error) {
    watch.stop();
    throw await describeFailure(error, address, deadline.givenUp(), settings);
  } finally {
    deadline.clear();
  }
  void closed.then(() => {
    watch.stop();
    connection.close();
  });
  const { members, released } = await assemblePlugin(major as P[number], connection, settings, {
    gone: closed,
    guards,
    check,
  });
  const close = async (given: AttachedCloseOptions = {}): Promise<void> => {
    const graceMs = graceOption(given, 2000);
    const shutdown = booleanOption("shutdown", given?.shutdown ?? false);
    isClosing = true;
    if (shutdown) {
      await requestShutdown(createServiceClient(GRPCController, connection.transport), graceMs);
      await watch.untilGone(graceMs);
    }
    onEnd(closedError);
    await released;
  };
  return {
    ...members,
    attachInfo,
    closed,
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

function goneError(info: AttachInfo, address: SocketAddress, how: string): PluginError {
  return new PluginError(
    "attach_gone",
    `the plugin at ${formatSocketAddress(address)} is gone: ${how}: start it again and attach with the line that it prints`,
    { pid: info.pid },
  );
}

async function describeFailure(
  error: unknown,
  address: SocketAddress,
  givenUp: StartGivenUp | undefined,
  { attachInfo, startTimeoutMs }: ResolvedAttachOptions,
): Promise<unknown> {
  const { pid } = attachInfo;
  const where = formatSocketAddress(address);
  if (givenUp?.why === "aborted") {
    return new PluginError("aborted", `attaching to ${where} was aborted`, { pid, cause: givenUp.cause });
  }
  if (givenUp?.why === "timeout") {
    const message = `no connection to ${where} within ${startTimeoutMs} ms: check that a gRPC server listens there`;
    return new PluginError("start_timeout", message, { pid, cause: error });
  }
  if (error instanceof PluginError && error.code !== "dial_failed") return error;
  if (await isReachable(address)) return error;
  return goneError(attachInfo, address, messageOf(error));
}
