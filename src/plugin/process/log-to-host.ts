import { formatLogLine } from "../../go-plugin/log/format-log-line.ts";
import type { LogRecord } from "../../go-plugin/log/log-record.ts";

/** Bytes that wait for a host that does not read stderr. Node would store lines without a bound. */
const maxBacklogBytes = 4 << 20;

/** Lines that were dropped since stderr was full. State of the module, because a process has one stderr. */
let dropped = 0;

/** The stderr that has a listener of this module. */
let guarded: NodeJS.WriteStream | undefined;

/**
 * Logs to stderr, where hosts read logs. Never waits: while 4 MiB wait for the host, lines are dropped, and one warning
 * says how many as soon as the host has read the rest. A broken stderr does not end the process.
 *
 * Each line is handed to the system at once. Lines of one turn that were joined would cost the host less, but a process
 * that is killed, or crashes outside of JavaScript, would lose those that say why; and they would be out of order with
 * what else is written to stderr.
 */
export function logToHost(record: LogRecord): void {
  const { stderr } = process;
  if (dropped > 0 || stderr.writableLength > maxBacklogBytes) {
    // One warning for each time that the host did not read, not one for each gap between two lines.
    if (dropped++ === 0) stderr.once("drain", reportDropped);
    return;
  }
  if (guarded !== stderr) {
    guarded = stderr;
    // An `error` event without a listener ends the process. A callback for each line would cost a third of the write.
    stderr.on("error", () => {});
  }
  stderr.write(`${formatLogLine(record)}\n`);
}

function reportDropped(): void {
  const lines = dropped;
  dropped = 0;
  const message = "lines of the log were dropped: the host did not read stderr fast enough";
  logToHost({ level: "warn", message, fields: { lines } });
}
