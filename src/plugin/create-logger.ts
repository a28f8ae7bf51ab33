import { isError, messageOf, PluginError } from "../errors.ts";
import { type LogLevel, type LogRecord, logLevels } from "../go-plugin/log/log-record.ts";
import { stackOf } from "../handlers/stack-of.ts";
import { LevelFunctions, type LogFunction } from "./level-functions.ts";
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
  /**
   * The lowest level that is written, or a function that returns it, which is asked for each line: for a level that
   * changes while the plugin runs. Default `debug`, as in the Go SDK; the host filters again.
   */
  readonly level?: LogLevel | (() => LogLevel) | undefined;
  /** Name of the logger, hclog's `@module`. Default: none; hosts then show the plugin's name. */
  readonly name?: string | undefined;
  /** Fields in each line. Default: none. */
  readonly fields?: LogFields | undefined;
  /** Receives each line instead of stderr, for a test or another log. */
  readonly write?: ((record: LogRecord) => void) | undefined;
}

/**
 * Makes a logger that writes to stderr, as lines of hclog JSON, which hosts read as the log of the plugin. It works
 * before, during, after and without `servePlugin`. A line has at most 65535 bytes: longer texts are cut.
 *
 * It never waits for the host: while 4 MiB of lines wait to be read, further ones are dropped, and a warning says how
 * many.
 *
 * @throws PluginError `invalid_option` for an unknown level. Later values of a `level` function that are not a level
 *   count as `debug`.
 */
export function createLogger({
  level = "debug",
  name,
  fields = {},
  write = logToHost,
}: LoggerOptions = {}): Logger {
  const readLevel = typeof level === "function" ? level : (): LogLevel => level;
  const first = readLevel();
  if (!logLevels.includes(first)) {
    throw new PluginError(
      "invalid_option",
      `level must be one of ${logLevels.join(", ")}, got ${JSON.stringify(first) ?? String(first)}`,
    );
  }
  return new LeveledLogger(name, toFields(fields), readLevel, write);
}

class LeveledLogger extends LevelFunctions implements Logger {
  readonly #name: string | undefined;
  readonly #fields: LogFields;
  readonly #readLevel: () => LogLevel;
  readonly #write: (record: LogRecord) => void;

  constructor(
    name: string | undefined,
    fields: LogFields,
    readLevel: () => LogLevel,
    write: (record: LogRecord) => void,
  ) {
    super();
    this.#name = name;
    this.#fields = fields;
    this.#readLevel = readLevel;
    this.#write = write;
  }

  get level(): LogLevel {
    const level = attempt(this.#readLevel);
    return level !== undefined && logLevels.includes(level) ? level : "debug";
  }

  get with(): Logger["with"] {
    return (fields) =>
      new LeveledLogger(this.#name, { ...this.#fields, ...toFields(fields) }, this.#readLevel, this.#write);
  }

  protected override logAt(level: LogLevel): LogFunction {
    return (message, fields) => {
      if (logLevels.indexOf(level) < logLevels.indexOf(this.level)) return;
      const record = {
        level,
        message: messageOf(message),
        module: this.#name,
        fields: { ...this.#fields, ...toFields(fields) },
      };
      attempt(() => this.#write(record));
    };
  }
}

/** A logger does not throw, whatever its owner's functions do. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
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
      if (value !== undefined)
        set(fields, key, typeof value === "object" && isError(value) ? stackOf(value) : value);
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
  if (key !== "__proto__") fields[key] = value;
  else Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
}
