import { type LogLevel, type LogRecord, logLevels } from "./log-record.ts";

const levelPrefix = /^\[(TRACE|DEBUG|INFO|WARN|ERROR)\]\s*/;
const panicPrefix = /^(panic: |fatal error: )/;
/** Leading blanks that JSON allows, then an object. */
const objectStart = /^[ \t\r\n]*\{/;
/** As deep as messages of protobuf go; JSON.stringify and structured clone fail at a few thousand levels. */
const maxDepth = 100;
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Makes a parser for the lines that one plugin writes to stderr, in order.
 *
 * A JSON object with a known `@level`, with or without leading blanks, is a record of hclog. A line that begins with a
 * level in brackets (`[WARN]`) has that level. After a Go panic all plain lines are errors. Any other line is a record
 * of level debug with the line as its message. So is a line that nests deeper than 100 levels, which could make the
 * caller's own `JSON.stringify` throw. Never throws.
 *
 * Texts are unchanged: use `printableText` before you print them to a terminal.
 *
 * Two differences from go-plugin, both more tolerant: a timestamp may have any number of fractional digits (a Go host
 * takes only six), and a key of the wrong type makes a plain line (a Go host crashes).
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
  if (isDeeper(line, maxDepth)) return undefined;
  try {
    // A line that starts with "{" and parses is an object.
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Whether brackets outside of strings nest deeper than the limit, in one pass. */
function isDeeper(line: string, limit: number): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < line.length; at++) {
    const character = line.charCodeAt(at);
    if (isText) {
      if (character === backslash) at++;
      else if (character === quote) isText = false;
    } else if (character === quote) isText = true;
    else if (character === openBrace || character === openBracket) {
      if (++depth > limit) return true;
    } else if (character === closeBrace || character === closeBracket) depth--;
  }
  return false;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function toLevel(name: string): LogLevel | undefined {
  const lower = name.trim().toLowerCase();
  return logLevels.find((level) => level === lower);
}
