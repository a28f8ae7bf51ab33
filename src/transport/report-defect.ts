import { textOfThrown } from "./thrown.ts";

/**
 * The last line of defence: reports an exception that is a bug of this package, and keeps the process running. One
 * connection or call is lost; an uncaught exception would end all of them. It is emitted as a warning of the process
 * (`process.on("warning")`; by default Node prints it to stderr), with the stack.
 *
 * @param lost what is lost because of it
 */
export function reportDefect(lost: string, reason: unknown): void {
  const warning = new Error(
    `${lost}, because of a defect of grafana-plugin-protocol: ${textOfThrown(reason)}`,
    {
      cause: reason,
    },
  );
  warning.name = "TransportDefect";
  if (reason instanceof Error && reason.stack !== undefined)
    warning.stack = `${warning.name}: ${warning.message}\n${reason.stack}`;
  process.emitWarning(warning);
}
