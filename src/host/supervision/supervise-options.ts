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

/** When and how often a plugin that ended is restarted. */
export interface RestartOptions {
  /**
   * The n-th restart in a row waits a random time up to `firstDelayMs · 2^(n-1)`, so that several hosts that lost their
   * plugins together do not restart them together. Default 200.
   */
  readonly firstDelayMs?: number | undefined;
  /** The longest delay. Default 30000. */
  readonly maxDelayMs?: number | undefined;
  /** After running for this long the count of restarts in a row starts again. Default 60000. */
  readonly stableMs?: number | undefined;
  /** Restarts allowed within `windowMs`; one more gives the state `failed`. Default 10. */
  readonly maxRestarts?: number | undefined;
  /** Default 600000, ten minutes. */
  readonly windowMs?: number | undefined;
}

/** Treatment of calls that are made while no plugin is ready. They have not been sent, so none is sent twice. */
export interface CallsWhileDownOptions {
  /**
   * How long a call waits for the next process before it fails with `Unavailable`; 0 does not wait. Its own deadline
   * and signal end the wait too. Default 10000.
   */
  readonly waitMs?: number | undefined;
  /** Calls that wait at the same time; one more fails at once. Default 1000. */
  readonly maxWaiting?: number | undefined;
}

/** How a hung plugin is detected. Any answer counts as alive, including one that there is no health service. */
export interface HealthCheckOptions {
  /** Time between two checks. Default 15000. */
  readonly intervalMs?: number | undefined;
  /**
   * A plugin that answers neither checks nor calls for this long is killed and restarted. Default 60000: a
   * single-threaded plugin, as in Node, does not answer while it computes.
   */
  readonly timeoutMs?: number | undefined;
}

export interface SuperviseOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>
  extends LaunchOptions<P> {
  /** Ends the plugin at any time, as `close()` does. During the first start the promise rejects with code `aborted`. */
  readonly signal?: AbortSignal | undefined;
  readonly restart?: RestartOptions | undefined;
  readonly callsWhileDown?: CallsWhileDownOptions | undefined;
  /** `false` turns health checks off, for example to debug the plugin with breakpoints. Default on. */
  readonly health?: HealthCheckOptions | false | undefined;
  /**
   * For development: restarts the plugin when its executable changes, or its script, or another file that a launcher
   * started according to the command lines of the plugin's processes (found by `/proc`, so on Linux; elsewhere the
   * script among `args`). Files that a script imports are not watched: a list names further files, relative to `cwd`.
   * Default `false`.
   */
  readonly reload?: boolean | readonly string[] | undefined;
  /**
   * Called for each state in order, including the first start. An exception or rejection of the callback becomes an
   * uncaught exception of the host.
   */
  readonly onState?: ((state: PluginState) => void) | undefined;
}

/** The options with every default filled in. */
export interface ResolvedSuperviseOptions {
  readonly launch: ResolvedLaunchOptions;
  readonly restart: { readonly [K in keyof RestartOptions]-?: number };
  readonly callsWhileDown: { readonly [K in keyof CallsWhileDownOptions]-?: number };
  readonly health: { readonly [K in keyof HealthCheckOptions]-?: number } | undefined;
  /** Files to watch in addition to the executable; `undefined` without `reload`. */
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

/** The files to watch in addition to the executable; `undefined` without `reload`. */
function reloadOption(reload: boolean | readonly string[]): readonly string[] | undefined {
  if (reload === false) return undefined;
  if (reload === true) return [];
  if (!Array.isArray(reload)) throw invalidOption("reload", "true, false or a list of files", reload);
  return listOption("reload", reload, "a list of files", (name, path) => {
    systemTextOption(name, path);
  });
}
