import type { Transport } from "@connectrpc/connect";
import { PluginError } from "../../errors.ts";
import type { AttachInfo } from "../../go-plugin/attach-info.ts";
import type { ProtocolMajor } from "../../protocol.ts";
import type { ResolvedLaunchOptions } from "../launch-options.ts";
import { type RunningProcess, startPlugin } from "../launch-plugin.ts";
import { describeExit } from "../process/plugin-process.ts";
import { observeCalls } from "./observe-calls.ts";
import type { ResolvedSuperviseOptions } from "./supervise-options.ts";
import { watchHealth } from "./watch-health.ts";

/** One process of a supervised plugin, from ready until it is removed. */
export interface Session<M extends ProtocolMajor> {
  readonly major: M;
  readonly transport: Transport;
  readonly process: RunningProcess;
  readonly attachInfo: AttachInfo | undefined;
  /** Resolves with the reason as soon as the end begins: from then on no call should be sent to it. */
  readonly ending: Promise<PluginError>;
  /** Resolves with the reason when process and files are gone. */
  readonly ended: Promise<PluginError>;
  /** Ends the process; the first reason counts. */
  readonly end: (reason: PluginError, graceMs: number) => void;
}

/**
 * Starts the plugin once, and kills it when it hangs.
 *
 * @throws PluginError as `launchPlugin`
 */
export async function startSession<M extends ProtocolMajor>(
  launch: ResolvedLaunchOptions,
  health: ResolvedSuperviseOptions["health"],
): Promise<Session<M>> {
  const { command } = launch;
  let heardAt = 0;
  /** Why supervision ends this process. */
  let endReason: PluginError | undefined;
  let explained: PluginError | undefined;
  const explain = (gone: PluginError): PluginError => {
    explained ??= withProcessOf(gone, endReason, command);
    return explained;
  };
  const observe = observeCalls(() => {
    heardAt = performance.now();
  }, explain);
  const { plugin, major, transport, gone, kill } = await startPlugin<M>(launch, [observe]);
  const { pid } = plugin.process;

  let onEnding = (_reason: PluginError): void => {};
  const ending = new Promise<PluginError>((resolve) => {
    onEnding = resolve;
  });
  const endFor = (reason: PluginError): void => {
    endReason ??= reason;
    onEnding(endReason);
  };
  const onHung = (): void => {
    const message =
      `the plugin "${command}" (pid ${pid}) answered nothing for ${health?.timeoutMs} ms and was killed: ` +
      "see what kept it busy, or raise health.timeoutMs";
    endFor(new PluginError("hung", message, { pid }));
    kill();
  };
  const stopHealth = health && watchHealth(transport, health, () => heardAt, onHung);
  return {
    major,
    transport,
    process: plugin.process,
    attachInfo: plugin.attachInfo,
    ending,
    ended: gone.then(async (how) => {
      stopHealth?.();
      const reason = explain(how);
      onEnding(reason);
      // Waits until the socket and the watchdog are gone too.
      await plugin.close();
      return reason;
    }),
    end: (reason, graceMs) => {
      stopHealth?.();
      endFor(reason);
      void plugin.close({ graceMs });
    },
  };
}

/** The supervision's reason with the details of the process; without one, how the process ended. */
function withProcessOf(gone: PluginError, endReason: PluginError | undefined, command: string): PluginError {
  const { pid, exitCode, signal, stderrTail } = gone;
  const how = describeExit({ code: exitCode ?? null, signal: (signal ?? null) as NodeJS.Signals | null });
  return new PluginError(
    endReason?.code ?? gone.code,
    endReason?.message ?? `the plugin "${command}" (pid ${pid}) ${how}`,
    { pid, exitCode, signal, stderrTail, cause: endReason?.cause },
  );
}
