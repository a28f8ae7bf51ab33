import { type LogLevel, type LogRecord, logLevels } from "./log-record.ts";

const levelPrefix = /^\[(TRACE|DEBUG|INFO|WARN|ERROR)\]\s*/;
const panicPrefix = /^(panic: |fatal error: )/;
/** With the blanks that JSON allows. */
const objectStart = /^[ \t\r\n]*\{/;
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Makes a parser for the lines that one plugin writes to stderr, in order.
 *
 * A JSON object with a known `@level`, blanks before it or not, is a record of hclog. A line that begins with a level in
 * brackets (`[WARN]`) has that level. From a Go panic on, all plain lines are errors. Any other
 * line is a record of level debug with the line as its message. Never throws.
 *
 * Two differences from go-plugin, both on the kind side: a timestamp may have any number of
 * fractional digits (a Go host takes only six), and a key of the wrong type makes a plain line
 * (a Go host crashes).
 *
 * @see hashicorp/go-plugin client.go, logStderr (v1.8.0)
 */
export function createLogLineParser(): (line: string) => LogRecord {
  let inPanic = false;
  return (line) => {
    const structured = objectStart.test(line) ? parseHclog(line) : undefined;
    if (structured !== undefined) return structured;
    if (panicPrefix.test(line)) inPanic = true;
    const prefix = levelPrefix.exec(line)?.[1];
    if (prefix !== undefined) {
      return { level: toLevel(prefix) ?? "debug", message: line.replace(levelPrefix, ""), fields: {} };
    }
    return { level: inPanic ? "error" : "debug", message: line, fields: {} };
  };
}

function parseHclog(line: string): LogRecord | undefined {
  const value = parseObject(line);
  if (value === undefined) return undefined;
  const {
    "@level": levelName,
    "@message": message = "",
    "@timestamp": timestamp,
    "@module": module,
    "@caller": caller,
    ...fields
  } = value;
  const level = typeof levelName === "string" ? toLevel(levelName) : undefined;
  if (level === undefined || typeof message !== "string") return undefined;
  if (timestamp !== undefined && !isTimestamp(timestamp)) return undefined;
  return {
    level,
    message,
    time: timestamp === undefined ? undefined : new Date(timestamp),
    module: typeof module === "string" ? module : undefined,
    caller: typeof caller === "string" ? caller : undefined,
    fields,
  };
}

function isTimestamp(value: unknown): value is string {
  return typeof value === "string" && rfc3339.test(value) && !Number.isNaN(Date.parse(value));
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    // A line that starts with "{" and parses is an object.
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function toLevel(name: string): LogLevel | undefined {
  const lower = name.trim().toLowerCase();
  return logLevels.find((level) => level === lower);
}
