import { type ChildProcess, spawn } from "node:child_process";
import { errorCode, PluginError, type PluginErrorCode, type PluginErrorDetails } from "../../errors.ts";
import { createLogLineParser } from "../../go-plugin/log/parse-log-line.ts";
import { readProcess } from "../../go-plugin/read-process.ts";
import { quoteText } from "../../option-checks.ts";
import { pause } from "../../timer.ts";
import type { ResolvedLaunchOptions } from "../launch-options.ts";
import { createLineSplitter } from "../split-lines.ts";
import { waitAtMost } from "../wait-at-most.ts";
import { checkDescriptors } from "./check-descriptors.ts";
import { describeSpawnFailure } from "./describe-spawn-failure.ts";
import { readableLogLine } from "./readable-log-line.ts";
import { createTellingLines, isTelling } from "./telling-lines.ts";

/** How a process ended: by itself with a code, or by a signal. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The output of a plugin during its start, for error texts. */
interface StartOutput {
  /** The first lines of stdout; long lines are cut. */
  readonly printed: () => readonly string[];
  /** The unfinished last line of stdout, cut. */
  readonly unfinished: () => string;
  /** The lines of stderr that matter, quoted, for the end of a message. */
  readonly quoteStderr: () => string;
}

/** A started plugin, before and after its handshake. */
export interface PluginProcess {
  readonly pid: number;
  /** Resolves when the process has ended and its last output was read. */
  readonly exited: Promise<ExitStatus>;
  /** Set as soon as the system reports the end. */
  readonly status: () => ExitStatus | undefined;
  /** Rejects with PluginError `exited`, `handshake_invalid`, or the signal's reason. */
  readonly readHandshakeLine: (signal: AbortSignal) => Promise<string>;
  /** Whether the process has ended, even if the system has not reported it yet. */
  readonly hasEnded: () => boolean;
  /** The output until `endStart`. */
  readonly startOutput: StartOutput;
  /** Stops collecting output for the error of a failed start. */
  readonly endStart: () => void;
  /** Kills the plugin and its descendants in its process group. */
  readonly kill: () => void;
  /** Makes an error with all details of this process. */
  readonly error: (code: PluginErrorCode, message: string, cause?: unknown) => PluginError;
}

/** Lines of stderr that an error carries, and the characters of each. */
const tailLines = 20;
const tailLineChars = 4096;
/** Characters of a line that an error text quotes. */
const quotedChars = 300;
/** Lines of stdout that are searched for the handshake line if the first line is not it. */
const printedLines = 100;
/** How long output that was written before the exit may take to arrive if a descendant holds the pipe open. */
const lastOutputMs = 100;

/** Retries while the executable is still open for writing; each delay is twice the one before, 1.3 s in total. */
const firstBusyMs = 10;
const lastBusyMs = 640;

/**
 * Starts the executable as the leader of a process group of its own, so that its descendants can be ended with it, and
 * reads its output until it exits: a full pipe would block it.
 *
 * If the file is still being written (ETXTBSY), the start is retried for about a second: a build or a copy is about to
 * finish, or another thread started a process while this one had the file open.
 *
 * @param onPid called in the turn in which the process was started
 * @throws PluginError `spawn_failed`, for example when the interpreter of a script is missing.
 */
export async function startProcess(
  executable: string,
  env: Readonly<Record<string, string>>,
  options: Pick<ResolvedLaunchOptions, "args" | "command" | "cwd" | "limits" | "onLog">,
  signal: AbortSignal,
  onPid: (pid: number) => void,
): Promise<PluginProcess> {
  for (let busyMs = firstBusyMs; ; busyMs *= 2) {
    try {
      return superviseProcess(await spawnProcess(executable, env, options, onPid), options);
    } catch (cause) {
      if (errorCode(cause) !== "ETXTBSY" || busyMs > lastBusyMs || signal.aborted) {
        throw await describeSpawnFailure(executable, options.cwd, cause);
      }
    }
    await pause(busyMs, { signal });
  }
}

/** Rejects with the system's error, including errors that `spawn` throws. */
function spawnProcess(
  executable: string,
  env: Readonly<Record<string, string>>,
  { args, cwd }: Pick<ResolvedLaunchOptions, "args" | "cwd">,
  onPid: (pid: number) => void,
): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    checkDescriptors();
    const child = spawn(executable, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    if (child.pid !== undefined) onPid(child.pid);
    child.once("spawn", () => resolve(child));
    child.once("error", reject);
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
    // After the group has ended, the system may reuse its id.
    if (status !== undefined) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // The group is empty: all its processes have ended.
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
  const telling = createTellingLines();
  let isStarting = true;
  readLines(child.stderr, options.limits.maxLogLineBytes, (line, isPiece) => {
    tail.push(cutLine(line));
    if (tail.length > tailLines) tail.shift();
    if (isStarting) telling.push(line.slice(0, quotedChars + 1));
    // A piece of a longer line is plain text for a Go host too, whatever it begins with.
    const record = isPiece ? ({ level: "debug", message: line, fields: {} } as const) : parseLogLine(line);
    options.onLog({ ...record, source: "stderr" });
  });
  const { firstLine, printed, unfinished } = readStdout(child, options);
  const quoteStderr = (): string => quoteLines(tail, telling.lines());

  const outputEnded = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once("exit", (code, signal) => {
      // Processes that the plugin left running must not outlive it.
      kill();
      status = { code, signal };
      void waitAtMost(outputEnded, lastOutputMs).then(() => resolve({ code, signal }));
    });
  });

  return {
    pid,
    exited,
    status: () => status,
    hasEnded: () => status !== undefined || readProcess(pid)?.state === "Z",
    startOutput: { printed: () => printed, unfinished, quoteStderr },
    endStart: () => {
      isStarting = false;
    },
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
          const message = `"${options.command}" (pid ${pid}) ${describeExit(how)} before its handshake line${quoteStderr()}`;
          reject(new PluginError("exited", message, details()));
        });
      }),
  };
}

/** Resolves with the first line, rejects if it has no end; later lines become log records. */
function readStdout(
  child: ChildProcess,
  { limits, onLog }: Pick<ResolvedLaunchOptions, "limits" | "onLog">,
): {
  readonly firstLine: Promise<string>;
  readonly printed: readonly string[];
  readonly unfinished: () => string;
} {
  const { maxHandshakeLineBytes, maxLogLineBytes } = limits;
  const printed: string[] = [];
  let unfinished = "";
  const firstLine = new Promise<string>((resolve, reject) => {
    const toLog = (message: string): void => onLog({ level: "debug", message, fields: {}, source: "stdout" });
    let isFirst = true;
    const readLine = (line: string, isPiece: boolean): void => {
      if (printed.length < printedLines) printed.push(line.slice(0, quotedChars + 1));
      if (!isFirst) toLog(line);
      else if (!isPiece && Buffer.byteLength(line) < maxHandshakeLineBytes) resolve(line);
      else
        reject(
          new Error(
            `expected a handshake line on stdout, got ${maxHandshakeLineBytes} bytes without a line end`,
          ),
        );
      isFirst = false;
    };
    child.stdout?.on("data", (bytes: Buffer) => {
      if (isFirst && unfinished.length <= quotedChars) unfinished += bytes.toString("utf8", 0, quotedChars);
    });
    readLines(child.stdout, () => (isFirst ? maxHandshakeLineBytes : maxLogLineBytes), readLine);
  });
  return { firstLine, printed, unfinished: () => unfinished.slice(0, quotedChars + 1) };
}

/** Copies the line, so that keeping it does not keep the chunk that it was cut from. */
function cutLine(line: string): string {
  return line.length <= tailLineChars ? line : Buffer.from(`${line.slice(0, tailLineChars)}…`).toString();
}

function readLines(
  stream: ChildProcess["stdout"],
  maxBytes: number | (() => number),
  onLine: (line: string, isPiece: boolean) => void,
): void {
  const lines = createLineSplitter(maxBytes, onLine);
  stream?.on("data", (bytes: Uint8Array) => lines.push(bytes));
  stream?.once("end", () => lines.end());
  // A broken pipe means that the process ends, which is reported elsewhere.
  stream?.on("error", () => {});
}

/** Says how a process ended, such as `exited with code 1` or `was killed by SIGKILL`. */
export function describeExit(status: ExitStatus): string {
  return status.signal === null ? `exited with code ${status.code}` : `was killed by ${status.signal}`;
}

/**
 * Quotes stderr for the end of an error text: the lines of a crash, else the last lines that are not noise; says so if
 * there are none.
 */
function quoteLines(tail: readonly string[], telling: readonly string[]): string {
  if (tail.length === 0) return "; it wrote nothing to stderr";
  const quote = (lines: readonly string[]): string =>
    lines.map((line) => quoteText(line, quotedChars)).join(", ");
  if (telling.length > 0) return `; stderr says: ${quote(telling)}`;
  const some = tail.filter(isTelling);
  const readable = (some.length > 0 ? some : tail).map(readableLogLine);
  const relevant = readable.filter(({ isDetail }) => !isDetail);
  const last = (relevant.length > 0 ? relevant : readable).slice(-3).map(({ text }) => text);
  return `; last stderr lines: ${quote(last)}`;
}
