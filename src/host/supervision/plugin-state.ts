import type { PluginError } from "../../errors.ts";

/**
 * How a supervised plugin is, for people to look at. Each state is a new object, so that it can be kept and compared.
 *
 * `restarts` counts how often it was started again with success. `reason` is why the process before this one ended, or
 * why it could not be started; the first start has none.
 */
export type PluginState =
  | {
      readonly status: "starting";
      /** 1 for the first try, also after a stable period or a reload. */
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
      /** The number of the next try. */
      readonly attempt: number;
      readonly nextTryAt: Date;
      readonly restarts: number;
      readonly reason: PluginError;
    }
  | {
      /**
       * Given up: `restart_limit`, or `major_changed`; or why the first start failed. Nothing runs. With `reload`, a new
       * executable is tried all the same.
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
