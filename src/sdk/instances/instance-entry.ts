import type { PluginContext } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { nowMs } from "../../clock.ts";
import type { Logger } from "../../plugin/create-logger.ts";
import { createConfigCheck } from "./create-config-check.ts";

/** What was created. */
export interface Made<Instance, Settings> {
  readonly instance: Instance;
  readonly settings: Settings;
}

/** A creation that has not ended. */
export interface Creation {
  readonly ended: Promise<void>;
  /** Ends it with this error, if it has not ended yet. */
  readonly cancel: (reason: unknown) => void;
}

/** An instance, from the call that needs it first to its end. */
export interface Entry<Instance, Settings> {
  readonly key: string;
  readonly lastUpdatedMS: bigint;
  readonly hasConfig: (config: Readonly<Record<string, string>>) => boolean;
  readonly log: () => Logger;
  /** `undefined` until it is created. */
  made: Made<Instance, Settings> | undefined;
  /** `undefined` for a creation that ended at once. */
  creation: Creation | undefined;
  /** The error of a creation that failed, until `retryAt`. */
  error: unknown;
  retryAt: number;
  /** Calls that have it, and calls that wait for it. */
  uses: number;
  /** In milliseconds of `nowMs`. */
  lastUsed: number;
  /** It gets no more calls, and ends with the last one. */
  isRetired: boolean;
}

/** Makes the entry of an instance that is not created yet. */
export function newEntry<Instance, Settings>(
  key: string,
  stored: { readonly lastUpdatedMS: bigint },
  { grafanaConfig }: PluginContext,
  log: () => Logger,
): Entry<Instance, Settings> {
  return {
    key,
    lastUpdatedMS: stored.lastUpdatedMS,
    hasConfig: createConfigCheck(grafanaConfig),
    log,
    made: undefined,
    creation: undefined,
    error: undefined,
    retryAt: 0,
    uses: 0,
    lastUsed: nowMs(),
    isRetired: false,
  };
}

/** Whether an entry is for the settings and configuration that the host sends now, and not a failure to try again. */
export function isCurrent(
  entry: Entry<unknown, unknown>,
  stored: { readonly lastUpdatedMS: bigint },
  { grafanaConfig }: PluginContext,
): boolean {
  return (
    entry.lastUpdatedMS === stored.lastUpdatedMS &&
    entry.hasConfig(grafanaConfig) &&
    (entry.error === undefined || nowMs() < entry.retryAt)
  );
}
