import { type ChildProcess, spawn } from "node:child_process";
import { PluginError, type PluginErrorCode, type PluginErrorDetails } from "../../errors.ts";
import { createLogLineParser } from "../../goplugin/log/parse-log-line.ts";
import type { ResolvedLaunchOptions } from "../launch-options.ts";
import { waitAtMost } from "../wait-at-most.ts";
import { createLineSplitter } from "./split-lines.ts";

/** How a process ended: by itself with a code, or by a signal. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A started plugin, before and after its handshake. */
export interface PluginProcess {
  readonly pid: number;
  /** Resolves when the process has ended and its last output was read. */
  readonly exited: Promise<ExitStatus>;
  /** Set as soon as the system reported the end. */
  readonly status: () => ExitStatus | undefined;
  /** Rejects with PluginError `exited`, `handshake_invalid`, or the signal's reason. */
  readonly readHandshakeLine: (signal: AbortSignal) => Promise<string>;
  /** Kills the plugin and its descendants, as far as they are in its process group. */
  readonly kill: () => void;
  /** An error that carries all that is known of this process. */
  readonly error: (code: PluginErrorCode, message: string, cause?: unknown) => PluginError;
}

/** Lines of stderr that an error carries, and how much of each. */
const tailLines = 20;
const tailLineChars = 4096;
/** How long output that was written before the end may take to arrive, when a descendant holds the pipe open. */
const lastOutputMs = 100;

/**
 * Starts the executable as the leader of a process group of its own, so that ending the plugin can
 * end what it started, and reads its output for as long as it lives: a full pipe would block it.
 *
 * @param onPid called before anything else can happen in this process
 * @throws PluginError `spawn_failed`, for example when the interpreter of a script is missing.
 */
export async function startProcess(
  executable: string,
  env: Readonly<Record<string, string>>,
  options: Pick<ResolvedLaunchOptions, "args" | "command" | "cwd" | "limits" | "onLog">,
  onPid: (pid: number) => void,
): Promise<PluginProcess> {
  const child = spawn(executable, options.args, {
    cwd: options.cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  if (child.pid !== undefined) onPid(child.pid);
  await spawned(child, executable);
  return superviseProcess(child, options);
}

function spawned(child: ChildProcess, executable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) => {
      const hint = "check its working directory and, of a script, the interpreter in its first line";
      reject(
        new PluginError("spawn_failed", `cannot start "${executable}": ${cause.message}: ${hint}`, { cause }),
      );
    });
  });
}

function superviseProcess(
  child: ChildProcess,
  options: Pick<ResolvedLaunchOptions, "command" | "limits" | "onLog">,
): PluginProcess {
  // A child that was spawned has a pid.
  const pid = child.pid as number;
  const tail: string[] = [];
  let status: ExitStatus | undefined;

  const kill = (): void => {
    // Once the group was ended with its leader, the system may give its id to another one.
    if (status !== undefined) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // The group is empty: all of it has ended.
    }
  };
  const details = (cause?: unknown): PluginErrorDetails => ({
    pid,
    exitCode: status?.code,
    signal: status?.signal,
    stderrTail: [...tail],
    cause,
  });

  const parseLogLine = createLogLineParser();
  readLines(child.stderr, options.limits.maxLogLineBytes, (line) => {
    tail.push(cutLine(line));
    if (tail.length > tailLines) tail.shift();
    options.onLog({ ...parseLogLine(line), source: "stderr" });
  });
  const firstLine = readStdout(child, options);

  const outputEnded = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once("exit", (code, signal) => {
      // Whatever the plugin left running must not outlive it.
      kill();
      status = { code, signal };
      void waitAtMost(outputEnded, lastOutputMs).then(() => resolve({ code, signal }));
    });
  });

  return {
    pid,
    exited,
    status: () => status,
    kill,
    error: (code, message, cause) => new PluginError(code, message, details(cause)),
    readHandshakeLine: (signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => reject(signal.reason);
        signal.addEventListener("abort", onAbort, { once: true });
        if (signal.aborted) onAbort();
        firstLine.then(resolve, (reason: Error) => {
          reject(new PluginError("handshake_invalid", reason.message, details(reason)));
        });
        void exited.then((how) => {
          const message = `"${options.command}" (pid ${pid}) ${describeExit(how)} before its handshake line${quoteTail(tail)}`;
          reject(new PluginError("exited", message, details()));
        });
      }),
  };
}

/** Resolves with the first line; later ones become log records. Rejects when the first has no end. */
function readStdout(
  child: ChildProcess,
  { limits, onLog }: Pick<ResolvedLaunchOptions, "limits" | "onLog">,
): Promise<string> {
  const { maxHandshakeLineBytes, maxLogLineBytes } = limits;
  return new Promise((resolve, reject) => {
    const toLog = (message: string): void => onLog({ level: "debug", message, fields: {}, source: "stdout" });
    let isFirst = true;
    const readLine = (line: string): void => {
      if (!isFirst) toLog(line);
      else if (Buffer.byteLength(line) < maxHandshakeLineBytes) resolve(line);
      else
        reject(
          new Error(
            `expected a handshake line on stdout, got ${maxHandshakeLineBytes} bytes without a line end`,
          ),
        );
      isFirst = false;
    };
    readLines(child.stdout, () => (isFirst ? maxHandshakeLineBytes : maxLogLineBytes), readLine);
  });
}

/** A line that is no part of a longer text in memory, either. */
function cutLine(line: string): string {
  return line.length <= tailLineChars ? line : Buffer.from(`${line.slice(0, tailLineChars)}…`).toString();
}

function readLines(
  stream: ChildProcess["stdout"],
  maxBytes: number | (() => number),
  onLine: (line: string) => void,
): void {
  const lines = createLineSplitter(maxBytes, onLine);
  stream?.on("data", (bytes: Uint8Array) => lines.push(bytes));
  stream?.once("end", () => lines.end());
  // A pipe that breaks is a process that ends, which is reported as such.
  stream?.on("error", () => {});
}

/** Words for how a process ended, such as `exited with code 1` or `was killed by SIGKILL`. */
export function describeExit(status: ExitStatus): string {
  return status.signal === null ? `exited with code ${status.code}` : `was killed by ${status.signal}`;
}

/** The last lines of stderr for the end of a message; says so when there are none. */
export function quoteTail(tail: readonly string[]): string {
  if (tail.length === 0) return "; it wrote nothing to stderr";
  const lines = tail.slice(-3).map((line) => (line.length > 300 ? `${line.slice(0, 300)}…` : line));
  return `; last stderr lines: ${lines.map((line) => JSON.stringify(line)).join(", ")}`;
}
