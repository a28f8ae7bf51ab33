import { PluginError } from "../../errors.ts";
import type { ProtocolMajor } from "../../protocol.ts";
import { pause } from "../../timer.ts";
import type { Interrupts } from "./interrupts.ts";
import type { PluginState } from "./plugin-state.ts";
import { createRestartPolicy } from "./restart-policy.ts";
import { type Session, startSession } from "./start-session.ts";
import type { ResolvedSuperviseOptions } from "./supervise-options.ts";
import type { SwitchingTransport } from "./switching-transport.ts";

/** Inputs of the loop of a supervised plugin. */
interface Keeping<M extends ProtocolMajor> {
  readonly options: ResolvedSuperviseOptions;
  readonly first: Session<M>;
  readonly calls: SwitchingTransport;
  readonly interrupts: Interrupts;
  readonly publish: (state: PluginState) => void;
  /** Called right before the executable is started again. */
  readonly onStarting: () => void;
  /** Called when the plugin runs again. */
  readonly onStarted: (session: Session<M>) => void;
  /** Milliseconds that the process gets to exit. */
  readonly graceMs: () => number;
}

/**
 * Runs a supervised plugin after its first start: one process at a time, until the final interrupt. Resolves when no
 * process and no file is left, with the final interrupt; the last state is `stopped`.
 */
export async function keepRunning<M extends ProtocolMajor>(keeping: Keeping<M>): Promise<PluginError> {
  const { options, first, calls, interrupts, publish, onStarting, onStarted, graceMs } = keeping;
  const { launch, health } = options;
  const policy = createRestartPolicy(options.restart);
  let restarts = 0;
  let reason: PluginError | undefined;

  const live = async (session: Session<M>): Promise<PluginError> => {
    const signal = interrupts.signal();
    const readyAt = performance.now();
    if (!signal.aborted) {
      calls.switchTo(session.transport);
      publish({ status: "ready", pid: session.process.pid, restarts, reason });
    }
    void session.ending.then(calls.hold);
    const onInterrupt = (): void => {
      const why = interrupts.reason();
      if (why !== undefined) session.end(why, graceMs());
    };
    signal.addEventListener("abort", onInterrupt, { once: true });
    onInterrupt();
    const end = await session.ended;
    signal.removeEventListener("abort", onInterrupt);
    policy.lived(performance.now() - readyAt);
    return end;
  };

  const startAgain = async (end: PluginError): Promise<Session<M> | undefined> => {
    reason = end;
    while (interrupts.endReason() === undefined) {
      const reload = interrupts.takeReload();
      if (reload !== undefined) policy.reset();
      reason = reload ?? reason;
      const signal = interrupts.signal();
      const plan = reload === undefined ? policy.next(performance.now()) : { attempt: 1, delayMs: 0 };
      if (plan === undefined || reason.code === "major_changed") {
        reason = plan === undefined ? tooMany(reason, options.restart) : reason;
        calls.fail(reason);
        publish({ status: "failed", restarts, reason });
        // A plugin that stays down does not keep its host alive.
        await pause(Number.POSITIVE_INFINITY, { signal, ref: false });
        continue;
      }
      const { attempt, delayMs } = plan;
      calls.hold(reason);
      if (delayMs > 0) {
        const nextTryAt = new Date(Date.now() + delayMs);
        publish({ status: "backing-off", attempt, nextTryAt, restarts, reason });
        await pause(delayMs, { signal });
        if (signal.aborted) continue;
      }
      publish({ status: "starting", attempt, restarts, reason });
      onStarting();
      try {
        const again = { ...launch, protocols: [first.major], signal };
        const session = await startSession<M>(again, health);
        restarts++;
        onStarted(session);
        return session;
      } catch (error) {
        if (signal.aborted) continue;
        reason = startFailure(error, first.major);
      }
    }
    return undefined;
  };

  for (let session: Session<M> | undefined = first; session !== undefined; ) {
    session = await startAgain(await live(session));
  }
  // The loop ends only for this reason.
  const last = interrupts.endReason() as PluginError;
  publish({ status: "stopped", restarts, reason: last });
  return last;
}

function startFailure(error: unknown, { version }: ProtocolMajor): PluginError {
  // Callers' code may throw anything; ours throws PluginError.
  if (!(error instanceof PluginError)) {
    return new PluginError("spawn_failed", `the plugin could not be started: ${String(error)}`, {
      cause: error,
    });
  }
  if (error.code !== "protocol_version_mismatch") return error;
  const { pid, exitCode, signal, stderrTail } = error;
  const message =
    `the plugin no longer speaks protocol ${version}, for which its clients were made: ` +
    `${error.message}: install a build that does, or call supervisePlugin again`;
  return new PluginError("major_changed", message, { pid, exitCode, signal, stderrTail, cause: error });
}

function tooMany(
  last: PluginError,
  { maxRestarts, windowMs }: ResolvedSuperviseOptions["restart"],
): PluginError {
  const { pid, exitCode, signal, stderrTail } = last;
  const message =
    `${maxRestarts} restarts within ${windowMs} ms did not help: ${last.message}: ` +
    "fix the plugin and call supervisePlugin again, or raise restart.maxRestarts";
  return new PluginError("restart_limit", message, { pid, exitCode, signal, stderrTail, cause: last });
}
