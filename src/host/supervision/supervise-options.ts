import {
  callbackOption,
  invalidOption,
  listOption,
  millisecondsOption,
  objectOption,
  systemTextOption,
} from "../../option-checks.ts";
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
   * For development: a new executable ends the plugin and starts it again, and so does a new script, or what else the
   * command lines of its processes show that a launcher started (found by `/proc`, so on Linux; elsewhere the script
   * among `args`). What a script imports is not looked at: a list names further files, relative to `cwd`. Default `false`.
   */
  readonly reload?: boolean | readonly string[] | undefined;
  /** Called for each state in order, the first start included. What it throws, or rejects with, is an uncaught exception of the host. */
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
  const launch = resolveLaunchOptions<P>(options);
  const restart = objectOption("restart", options.restart ?? {}, "an object");
  const callsWhileDown = objectOption("callsWhileDown", options.callsWhileDown ?? {}, "an object");
  const health =
    options.health === false ? undefined : objectOption("health", options.health ?? {}, "an object or false");
  const isZeroAllowed = true;
  return {
    launch,
    restart: {
      firstDelayMs: wholeNumberOption("restart.firstDelayMs", restart.firstDelayMs ?? 200),
      maxDelayMs: wholeNumberOption("restart.maxDelayMs", restart.maxDelayMs ?? 30_000),
      stableMs: millisecondsOption("restart.stableMs", restart.stableMs ?? 60_000),
      maxRestarts: wholeNumberOption("restart.maxRestarts", restart.maxRestarts ?? 10),
      windowMs: millisecondsOption("restart.windowMs", restart.windowMs ?? 600_000),
    },
    callsWhileDown: {
      waitMs: millisecondsOption("callsWhileDown.waitMs", callsWhileDown.waitMs ?? 10_000, { isZeroAllowed }),
      maxWaiting: wholeNumberOption("callsWhileDown.maxWaiting", callsWhileDown.maxWaiting ?? 1000),
    },
    health: health && {
      intervalMs: millisecondsOption("health.intervalMs", health.intervalMs ?? 15_000),
      timeoutMs: millisecondsOption("health.timeoutMs", health.timeoutMs ?? 60_000),
    },
    reload: reloadOption(options.reload ?? false),
    onState: callbackOption("onState", options.onState) ?? (() => {}),
  };
}

/** The files beside the executable; `undefined` when nothing is looked at. */
function reloadOption(reload: boolean | readonly string[]): readonly string[] | undefined {
  if (reload === false) return undefined;
  if (reload === true) return [];
  if (!Array.isArray(reload)) throw invalidOption("reload", "true, false or a list of files", reload);
  return listOption("reload", reload, "a list of files", (name, path) => {
    systemTextOption(name, path);
  });
}
