import { formatLogLine } from "../../goplugin/log/format-log-line.ts";
import type { LogRecord } from "../../goplugin/log/log-record.ts";

/** Logs where hosts read logs. */
export function logToHost(record: LogRecord): void {
  process.stderr.write(`${formatLogLine(record)}\n`);
}
