import { formatLogLine } from "../../go-plugin/log/format-log-line.ts";
import type { LogRecord } from "../../go-plugin/log/log-record.ts";

/** Logs to stderr, where hosts read logs. A broken stderr does not end the process. */
export function logToHost(record: LogRecord): void {
  const { stderr } = process;
  stderr.write(`${formatLogLine(record)}\n`, (error) => {
    // Node emits it right after this callback, and an `error` event without a listener ends the process.
    if (error && stderr.listenerCount("error") === 0) stderr.once("error", () => {});
  });
}
