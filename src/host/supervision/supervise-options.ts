import { PluginError } from "../../errors.ts";
import type { ProtocolMajor } from "../../protocol.ts";
import { wholeNumberOption } from "../../whole-number-option.ts";
import { type LaunchOptions, type ResolvedLaunchOptions, resolveLaunchOptions } from "../launch-options.ts";
import type { PluginState } from "./plugin-state.ts";

/** When and how often a plugin that ended is started again. */
export interface RestartOptions {
  /**
   * The n-th restart in a row waits a random time up to `firstDelayMs · 2^(n-1)`: several hosts that lost their plugins
   * at once do not all come back at once. Default 200.
   */
  readonly firstDelayMs?: number | undefined;
  /** The longest wait. Default 30000. */
  readonly maxDelayMs?: number | undefined;
  /** A plugin that ran for this long has no failures in a row any more. Default 60000. */
  readonly stableMs?: number | undefined;
  /** So many restarts within `windowMs` are too many: the state is `failed`. Default 10. */
  readonly maxRestarts?: number | undefined;
  /** Default 600000, ten minutes. */
  readonly windowMs?: number | undefined;
}

/** What becomes of a call that is made while no plugin is ready. None was sent then, so none is sent twice. */
export interface CallsWhileDownOptions {
  /**
   * How long it waits for the next process before it fails with `Unavailable`; 0 is not at all. Its own deadline and
   * signal end the wait too. Default 10000.
   */
  readonly waitMs?: number | undefined;
  /** Calls that wait at the same time; one more fails at once. Default 1000. */
  readonly maxWaiting?: number | undefined;
}

/** How a plugin that hangs is noticed. Any answer counts as life, also that there is no health service. */
export interface HealthCheckOptions {
  /** Time between two checks. Default 15000. */
  readonly intervalMs?: number | undefined;
  /**
   * A plugin that answers nothing for so long, neither the check nor any call, is killed and started again. Default
   * 60000: a plugin in one thread, as in Node, answers nothing while it computes.
   */
  readonly timeoutMs?: number | undefined;
}

export interface SuperviseOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>
  extends LaunchOptions<P> {
  /** Ends the plugin at any time, as `close()` does. During the first start the promise rejects with code `aborted`. */
  readonly signal?: AbortSignal | undefined;
  readonly restart?: RestartOptions | undefined;
  readonly callsWhileDown?: CallsWhileDownOptions | undefined;
  /** `false` turns it off, for example to debug the plugin with breakpoints. Default on. */
  readonly health?: HealthCheckOptions | false | undefined;
  /**
   * For development: a new executable ends the plugin and starts it again. A list names further files to look at,
   * relative to `cwd`, such as the script that the executable interprets. Default `false`.
   */
  readonly reload?: boolean | readonly string[] | undefined;
  /** Called for each state in order, the first start included. What it throws is an uncaught exception of the host. */
  readonly onState?: ((state: PluginState) => void) | undefined;
}

/** The options with every default filled in. */
export interface ResolvedSuperviseOptions {
  readonly launch: ResolvedLaunchOptions;
  readonly restart: { readonly [K in keyof RestartOptions]-?: number };
  readonly callsWhileDown: { readonly [K in keyof CallsWhileDownOptions]-?: number };
  readonly health: { readonly [K in keyof HealthCheckOptions]-?: number } | undefined;
  /** Files beside the executable; `undefined` when nothing is looked at. */
  readonly reload: readonly string[] | undefined;
  readonly onState: (state: PluginState) => void;
}

/**
 * Fills in the defaults.
 *
 * @throws PluginError `invalid_option` naming the option, what was expected and what was given.
 */
export function resolveSuperviseOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  options: SuperviseOptions<P>,
): ResolvedSuperviseOptions {
  const { restart = {}, callsWhileDown = {}, health = {}, reload = false } = options;
  const waitMs = callsWhileDown.waitMs ?? 10_000;
  if (reload !== true && reload !== false && !Array.isArray(reload)) {
    const got = JSON.stringify(reload);
    throw new PluginError("invalid_option", `reload must be true, false or a list of files, got ${got}`);
  }
  return {
    launch: resolveLaunchOptions<P>(options),
    restart: {
      firstDelayMs: wholeNumberOption("restart.firstDelayMs", restart.firstDelayMs ?? 200),
      maxDelayMs: wholeNumberOption("restart.maxDelayMs", restart.maxDelayMs ?? 30_000),
      stableMs: wholeNumberOption("restart.stableMs", restart.stableMs ?? 60_000),
      maxRestarts: wholeNumberOption("restart.maxRestarts", restart.maxRestarts ?? 10),
      windowMs: wholeNumberOption("restart.windowMs", restart.windowMs ?? 600_000),
    },
    callsWhileDown: {
      waitMs: waitMs === 0 ? 0 : wholeNumberOption("callsWhileDown.waitMs", waitMs),
      maxWaiting: wholeNumberOption("callsWhileDown.maxWaiting", callsWhileDown.maxWaiting ?? 1000),
    },
    health:
      health === false
        ? undefined
        : {
            intervalMs: wholeNumberOption("health.intervalMs", health.intervalMs ?? 15_000),
            timeoutMs: wholeNumberOption("health.timeoutMs", health.timeoutMs ?? 60_000),
          },
    reload: typeof reload === "boolean" ? (reload ? [] : undefined) : reload,
    onState: options.onState ?? (() => {}),
  };
}
