import type { LogLevel } from "../go-plugin/log/log-record.ts";

/** Logs a line at one level. */
export type LogFunction = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/**
 * The functions of a logger, one for each level. A class, because a plugin makes a logger for each call. The functions may
 * be taken out: `const { info } = log`.
 */
export abstract class LevelFunctions {
  protected abstract logAt(level: LogLevel): LogFunction;

  get trace(): LogFunction {
    return this.logAt("trace");
  }

  get debug(): LogFunction {
    return this.logAt("debug");
  }

  get info(): LogFunction {
    return this.logAt("info");
  }

  get warn(): LogFunction {
    return this.logAt("warn");
  }

  get error(): LogFunction {
    return this.logAt("error");
  }
}
