import { createLogLineParser } from "../../go-plugin/log/parse-log-line.ts";

/** A line of stderr for an error text. */
interface ReadableLogLine {
  readonly text: string;
  /** A record of hclog below `info`, such as go-plugin's own: it says what worked. */
  readonly isDetail: boolean;
}

/**
 * Writes a record of hclog as its message with its fields, first the error: Go plugins log the reason of a failed start so.
 * Any other line stays as it is.
 */
export function readableLogLine(line: string): ReadableLogLine {
  // A parser of its own for each line: what one remembers of a panic does not matter here.
  const { level, message, fields } = createLogLineParser()(line);
  if (message === line) return { text: line, isDetail: false };
  const { error, err = error, ...others } = fields;
  const parts = [
    ...(err === undefined ? [] : [`: ${textOf(err)}`]),
    ...Object.entries(others).map(([name, value]) => ` ${name}=${textOf(value)}`),
  ];
  return { text: `${message}${parts.join("")}`, isDetail: level === "trace" || level === "debug" };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
