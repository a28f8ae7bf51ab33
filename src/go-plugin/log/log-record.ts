/** Levels of hclog, HashiCorp's logger, lowest first. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** All levels, lowest first. */
export const logLevels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];

/** One line that a plugin logged. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  /** When the plugin logged it, in milliseconds precision; absent if the line has no time. */
  readonly time?: Date | undefined;
  /** Name of the logger, hclog's `@module`. */
  readonly module?: string | undefined;
  /** File and line, hclog's `@caller`. */
  readonly caller?: string | undefined;
  /** The other keys of the line, as JSON values. */
  readonly fields: Readonly<Record<string, unknown>>;
}
