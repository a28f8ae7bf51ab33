import { isError, messageOf, PluginError } from "../errors.ts";
import { type LogLevel, logLevels } from "../go-plugin/log/log-record.ts";
import { stackOf } from "../handlers/stack-of.ts";
import { logToHost } from "./process/log-to-host.ts";

/**
 * Fields of a line in addition to its message. Values that JSON cannot represent become text; an error becomes its
 * stack, with its causes.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** One function for each level of hclog, HashiCorp's logger. None of them throws. */
type LogByLevel = { readonly [Level in LogLevel]: (message: string, fields?: LogFields) => void };

/** A plugin's log. Hosts show each line with its level and fields. */
export interface Logger extends LogByLevel {
  /** Lines of a lower level are dropped. */
  readonly level: LogLevel;
  /** The same log, with these fields in each line. Fields of a single line override them. */
  with(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** The lowest level that is written. Default `debug`, as in the Go SDK; the host filters again. */
  readonly level?: LogLevel | undefined;
  /** Name of the logger, hclog's `@module`. Default: none; hosts then show the plugin's name. */
  readonly name?: string | undefined;
  /** Fields in each line. Default: none. */
  readonly fields?: LogFields | undefined;
}

/**
 * Makes a logger that writes to stderr, as lines of hclog JSON, which hosts read as the log of the plugin. It works
 * before, during, after and without `servePlugin`. A line has at most 65535 bytes: longer texts are cut.
 *
 * @throws PluginError `invalid_option` for an unknown level.
 */
export function createLogger({ level = "debug", name, fields = {} }: LoggerOptions = {}): Logger {
  const lowest = logLevels.indexOf(level);
  if (lowest === -1) {
    throw new PluginError(
      "invalid_option",
      `level must be one of ${logLevels.join(", ")}, got ${JSON.stringify(level) ?? String(level)}`,
    );
  }
  const common = toFields(fields);
  const log = (of: LogLevel) => {
    if (logLevels.indexOf(of) < lowest) return () => {};
    return (message: string, own?: LogFields): void =>
      logToHost({
        level: of,
        message: messageOf(message),
        module: name,
        fields: { ...common, ...toFields(own) },
      });
  };
  return {
    level,
    trace: log("trace"),
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    with: (more) => createLogger({ level, name, fields: { ...common, ...toFields(more) } }),
  };
}

/** A caller without types may pass an error, or anything else. */
function toFields(given: unknown): LogFields {
  const fields: Record<string, unknown> = {};
  try {
    if (given === undefined || given === null) return {};
    if (isError(given)) return { error: stackOf(given) };
    if (typeof given !== "object") return { value: given };
    for (const key of Object.keys(given)) {
      const value = read(given, key);
      if (value !== undefined) set(fields, key, isError(value) ? stackOf(value) : value);
    }
  } catch (reason) {
    // A proxy may refuse even to say what it is.
    return { ...fields, value: unreadable(reason) };
  }
  return fields;
}

function read(from: object, key: string): unknown {
  try {
    return (from as LogFields)[key];
  } catch (reason) {
    return unreadable(reason);
  }
}

function unreadable(reason: unknown): string {
  return `it cannot be read: ${messageOf(reason)}`;
}

/** Sets a key, even `__proto__`. */
function set(fields: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
}
