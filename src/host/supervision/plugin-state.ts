import type { PluginError } from "../../errors.ts";

/**
 * State of a supervised plugin, for display. Each state is a new object, so it can be kept and compared.
 *
 * `restarts` counts successful restarts. `reason` says why the previous process ended, or why it could not be started;
 * absent on the first start.
 */
export type PluginState =
  | {
      readonly status: "starting";
      /** 1 for the first attempt, also after a stable period or a reload. */
      readonly attempt: number;
      readonly restarts: number;
      readonly reason: PluginError | undefined;
    }
  | {
      readonly status: "ready";
      readonly pid: number;
      readonly restarts: number;
      readonly reason: PluginError | undefined;
    }
  | {
      readonly status: "backing-off";
      /** The number of the next attempt. */
      readonly attempt: number;
      readonly nextTryAt: Date;
      readonly restarts: number;
      readonly reason: PluginError;
    }
  | {
      /**
       * Supervision has given up: `restart_limit` or `major_changed`, or the reason why the first start failed. No
       * process runs. With `reload`, a new executable is still tried.
       */
      readonly status: "failed";
      readonly restarts: number;
      readonly reason: PluginError;
    }
  | {
      /** Ended by `close()` (code `closed`) or by the signal (code `aborted`). For good. */
      readonly status: "stopped";
      readonly restarts: number;
      readonly reason: PluginError;
    };
