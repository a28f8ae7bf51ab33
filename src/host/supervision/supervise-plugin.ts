import { resolve } from "node:path";
import { PluginError } from "../../errors.ts";
import type { AttachInfo } from "../../go-plugin/attach-info.ts";
import { listServices } from "../../go-plugin/services/list-services.ts";
import { pingPlugin } from "../../go-plugin/services/ping-plugin.ts";
import type { PluginClient, ProtocolMajor } from "../../protocol.ts";
import type { ConnectedPlugin } from "../client/connected-plugin.ts";
import { createPluginClient } from "../client/create-plugin-client.ts";
import { graceOption } from "../grace-option.ts";
import type { RunningProcess } from "../launch-plugin.ts";
import { findExecutable } from "../process/executable/find-executable.ts";
import { filesOfCommand, filesOfProcess } from "./files-of-process.ts";
import { createInterrupts } from "./interrupts.ts";
import { keepRunning } from "./keep-running.ts";
import type { PluginState } from "./plugin-state.ts";
import { type Session, startSession } from "./start-session.ts";
import {
  type ResolvedSuperviseOptions,
  resolveSuperviseOptions,
  type SuperviseOptions,
} from "./supervise-options.ts";
import { createSwitchingTransport } from "./switching-transport.ts";
import { type FileWatch, watchFiles } from "./watch-files.ts";

/** A plugin that is kept running: its typed client, which outlives its processes, its state, and how to end it. */
export type SupervisedPlugin<M extends ProtocolMajor> = PluginClient<M> &
  Pick<ConnectedPlugin, "health" | "services"> &
  AsyncDisposable & {
    /** The current state. A copy of the plugin object, such as a spread, keeps the state of that moment, and the process. */
    readonly state: PluginState;
    /** The process that is ready; `undefined` while there is none. */
    readonly process: RunningProcess | undefined;
    /** With this another host can `attachPlugin` to {@link process}. Absent without a process, and with TLS. */
    readonly attachInfo: AttachInfo | undefined;
    /**
     * Resolves, and never rejects, when supervision has ended for good and no process and file is left: with code
     * `closed` after `close()`, `aborted` after the signal. Restarts do not end it, nor does the state `failed`.
     */
    readonly closed: Promise<PluginError>;
    /**
     * Ends the plugin in any state, for good: waiting calls fail at once, a start or a delay is aborted, and a process
     * gets `graceMs` (default 2000) as with `launchPlugin`. Resolves when process and files are gone; rejects only for
     * invalid options; safe to call twice.
     */
    close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  };

/**
 * Starts a plugin as `launchPlugin` does, and restarts it when it crashes, when it hangs and, with `reload`, when its
 * executable is replaced. Resolves after the first start; if that fails, it rejects and leaves no process and no file.
 *
 * - A call goes to the process that is ready when it is made. It is never sent twice: when its process ends, it rejects
 *   with `ConnectError` of code `Unavailable`, whose `cause` is a `PluginError` with code `exited`, `hung`, `reloaded`,
 *   `closed` or `aborted`, and the caller decides whether to retry. The same holds for streams.
 * - A call that is made while no process is ready waits for the next one, within the bounds of `callsWhileDown`.
 * - There is one process at a time: the next one is started after the old one and its socket are gone.
 * - The major of the first start stays. A new build without it leads to state `failed` with code `major_changed`.
 *
 * @throws PluginError as `launchPlugin`.
 */
export async function supervisePlugin<const P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  options: SuperviseOptions<P>,
): Promise<SupervisedPlugin<P[number]>> {
  const settings = resolveSuperviseOptions(options);
  const { launch, onState } = settings;
  const who = `the plugin "${launch.command}"`;
  let state: PluginState = { status: "starting", attempt: 1, restarts: 0, reason: undefined };
  const publish = (next: PluginState): void => {
    state = next;
    // An exception of the callback must not reach our own control flow.
    queueMicrotask(() => onState(next));
  };
  const interrupts = createInterrupts();
  const onReload = (): void => {
    interrupts.raiseReload(new PluginError("reloaded", `${who} was replaced on disk, and the old one ended`));
  };

  publish(state);
  const { first, files } = await startFirst<P[number]>(settings, onReload).catch((error: PluginError) => {
    publish({ status: error.code === "aborted" ? "stopped" : "failed", restarts: 0, reason: error });
    throw error;
  });
  const calls = createSwitchingTransport(settings.callsWhileDown, first.transport);
  let graceMs = 2000;
  const end = (reason: PluginError): void => {
    calls.close(reason);
    interrupts.raiseEnd(reason);
  };
  const onAbort = (): void => {
    end(new PluginError("aborted", `${who} was ended by the signal`, { cause: launch.signal?.reason }));
  };
  launch.signal?.addEventListener("abort", onAbort, { once: true });
  if (launch.signal?.aborted) onAbort();
  files?.start();
  let current = first;
  const closed = keepRunning({
    options: settings,
    first,
    calls,
    interrupts,
    publish,
    onStarting: () => files?.accept(),
    onStarted: (session) => {
      current = session;
      files?.follow(filesOfProcess(session.process.pid));
    },
    graceMs: () => graceMs,
  }).finally(() => {
    files?.stop();
    launch.signal?.removeEventListener("abort", onAbort);
  });
  const close = async (wanted: { readonly graceMs?: number | undefined } = {}): Promise<void> => {
    graceMs = graceOption(wanted, graceMs);
    end(new PluginError("closed", `${who} was ended by close()`));
    await closed;
  };
  const plugin: SupervisedPlugin<P[number]> = {
    ...createPluginClient(first.major, calls.transport),
    health: (each) => pingPlugin(calls.transport, each),
    services: (each) => listServices(calls.transport, each),
    state,
    process: first.process,
    attachInfo: first.attachInfo,
    closed,
    close,
    [Symbol.asyncDispose]: () => close(),
  };
  const ready = (): Session<P[number]> | undefined => (state.status === "ready" ? current : undefined);
  return Object.defineProperties(plugin, {
    state: { get: () => state },
    process: { get: () => ready()?.process },
    attachInfo: { get: () => ready()?.attachInfo },
  });
}

/** First start. The file watcher takes its baseline before it, so a replacement during the start is noticed. */
async function startFirst<M extends ProtocolMajor>(
  { launch, health, reload }: ResolvedSuperviseOptions,
  onReload: () => void,
): Promise<{ readonly first: Session<M>; readonly files: FileWatch | undefined }> {
  if (reload === undefined) return { first: await startSession<M>(launch, health), files: undefined };
  const executable = await findExecutable(launch.command, launch.cwd);
  const others = reload.map((path) => resolve(launch.cwd ?? "", path));
  const scripts = filesOfCommand(executable, launch.args, resolve(launch.cwd ?? ""));
  const files = watchFiles([executable, ...others, ...scripts], onReload);
  const first = await startSession<M>(launch, health);
  files.follow(filesOfProcess(first.process.pid));
  return { first, files };
}
