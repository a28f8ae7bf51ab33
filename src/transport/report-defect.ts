import { textOfThrown } from "./thrown.ts";

/**
 * The last line of defence: tells the process of an exception that no code of this package is meant to throw, and lets it
 * live. One connection or one call is lost; thrown on, the exception would end all of them. It comes as a warning of the process
 * (`process.on("warning")`; by default Node prints it to stderr), with the stack.
 *
 * @param lost what is given up because of it
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
