import { open } from "node:fs/promises";
import { messageOf, PluginError } from "../../errors.ts";
import { quoteText } from "../../option-checks.ts";
import type { ResolvedLaunchOptions } from "../launch-options.ts";
import { waitAtMost } from "../wait-at-most.ts";
import { describeSpawnFailure, readShebang } from "./describe-spawn-failure.ts";
import { describeExit, type PluginProcess } from "./plugin-process.ts";
import type { StartGivenUp } from "./start-deadline.ts";

/** How long a plugin that fails its start may take to exit by itself, so that the error can include its exit status. */
const ownEndMs = 100;

/** The options that error texts name. */
type Named = Pick<ResolvedLaunchOptions, "command" | "startTimeoutMs">;

/** Turns the failure of a start into one error that carries the last output of the process, if there was one. */
export async function describeStartFailure(
  error: unknown,
  child: PluginProcess | undefined,
  givenUp: StartGivenUp | undefined,
  executable: string | undefined,
  settings: Named,
): Promise<PluginError> {
  if (child === undefined) return describeEarlyFailure(error, givenUp, executable, settings);
  const status =
    child.status() ?? (givenUp === undefined ? await waitAtMost(child.exited, ownEndMs) : undefined);
  const who = `"${settings.command}" (pid ${child.pid})`;
  const { printed, unfinished, quoteStderr } = child.startOutput;
  const tail = quoteStderr();
  if (givenUp?.why === "aborted") {
    return child.error("aborted", `the start of ${who} was aborted`, givenUp.cause);
  }
  if (givenUp?.why === "timeout") {
    const isDialling = error instanceof PluginError && isConnecting(error);
    const missing = isDialling ? `connection to ${who}: ${error.message}` : `handshake line from ${who}`;
    const seen =
      isDialling || unfinished() === ""
        ? ""
        : `; it printed ${quoteText(unfinished(), 200)} to stdout, without a line end`;
    return child.error(
      "start_timeout",
      `no ${missing} within ${settings.startTimeoutMs} ms${seen}${tail}`,
      error,
    );
  }
  if (!(error instanceof PluginError))
    return child.error("spawn_failed", `cannot start ${who}: ${messageOf(error)}`, error);
  if (error.code === "exited") {
    const hint = await windowsLineEnds(executable, error.exitCode);
    return hint === undefined ? error : child.error("exited", `${error.message}: ${hint}`, error.cause);
  }
  if (isConnecting(error) && status !== undefined) {
    return child.error(
      "exited",
      `${who} ${describeExit(status)} right after its handshake line${tail}`,
      error,
    );
  }
  const message =
    error.code === "handshake_invalid" ? explainPrints(error.message, printed()) : error.message;
  return child.error(error.code, `${message} (${who}${tail})`, error.cause);
}

/** Describes a failure before the process was started. */
async function describeEarlyFailure(
  error: unknown,
  givenUp: StartGivenUp | undefined,
  executable: string | undefined,
  settings: Named,
): Promise<PluginError> {
  const { command, startTimeoutMs } = settings;
  if (givenUp?.why === "aborted") {
    return new PluginError("aborted", `the start of "${command}" was aborted`, { cause: givenUp.cause });
  }
  if (givenUp?.why === "timeout") {
    const message = `no handshake line from "${command}" within ${startTimeoutMs} ms: ${messageOf(error)}`;
    return new PluginError("start_timeout", message, { cause: error });
  }
  if (error instanceof PluginError) return error;
  return describeSpawnFailure(executable ?? command, undefined, error);
}

/** A plugin may have printed a line before its handshake line: then the next step is a different one. */
function explainPrints(message: string, printed: readonly string[]): string {
  const [first = "", ...later] = printed;
  const line = later.find((each) => /^\s*1\|\d+\|(unix|tcp)\|/.test(each));
  if (line === undefined) return message;
  return (
    `the plugin printed ${quoteText(first, 200)} to stdout before its handshake line ${quoteText(line, 200)}, ` +
    "which has to be the first: log to stderr (console.error, log.Println), or print after servePlugin"
  );
}

/** `env` and shells exit with these codes when they cannot find a program whose name ends in a carriage return. */
async function windowsLineEnds(
  executable: string | undefined,
  exitCode: number | null | undefined,
): Promise<string | undefined> {
  if (executable === undefined || (exitCode !== 126 && exitCode !== 127)) return undefined;
  const file = await open(executable).catch(() => undefined);
  try {
    const line = file && (await readShebang(file));
    return line?.endsWith("\r")
      ? "the first line of the script ends in a carriage return: save it with the line ends of Unix (LF)"
      : undefined;
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

/** Whether the start reached dialling. A TLS failure before it, because of the certificate, has no cause. */
function isConnecting({ code, cause }: PluginError): boolean {
  return code === "dial_failed" || (code === "tls_failed" && cause !== undefined);
}
