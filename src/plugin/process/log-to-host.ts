import { formatLogLine } from "../../go-plugin/log/format-log-line.ts";
import type { LogRecord } from "../../go-plugin/log/log-record.ts";

/** Bytes that wait for a host that does not read stderr. Node would store lines without a bound. */
const maxBacklogBytes = 4 << 20;

/** Lines that were dropped since stderr was full. State of the module, because a process has one stderr. */
let dropped = 0;

/**
 * Logs to stderr, where hosts read logs. Never waits: while 4 MiB wait for the host, lines are dropped, and one warning
 * says how many as soon as the host has read the rest. A broken stderr does not end the process.
 */
export function logToHost(record: LogRecord): void {
  const { stderr } = process;
  if (dropped > 0 || stderr.writableLength > maxBacklogBytes) {
    // One warning for each time that the host did not read, not one for each gap between two lines.
    if (dropped++ === 0) stderr.once("drain", reportDropped);
    return;
  }
  stderr.write(`${formatLogLine(record)}\n`, (error) => {
    // Node emits it right after this callback, and an `error` event without a listener ends the process.
    if (error && stderr.listenerCount("error") === 0) stderr.once("error", () => {});
  });
}

function reportDropped(): void {
  const lines = dropped;
  dropped = 0;
  const message = "lines of the log were dropped: the host did not read stderr fast enough";
  logToHost({ level: "warn", message, fields: { lines } });
}
