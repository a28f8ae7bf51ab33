import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ReadLine, readLine } from "./read-line.ts";
import { until } from "./until.ts";

/** How a plugin is started, where that is not as a host does it. */
export interface StartOptions {
  /** The value of PLUGIN_PROTOCOL_VERSIONS; `null` leaves it out. Default `1,2`. */
  readonly versions?: string | null;
  /** The value of the magic cookie; `null` leaves it out. */
  readonly cookie?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  /** Put before the command, as a program that starts it. */
  readonly launcher?: readonly string[];
}

/** A started plugin. */
export interface PluginProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  /** The directory that it was given for sockets, and that for other temporary files. */
  readonly socketDirectory: string;
  readonly temporaryDirectory: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** How it ended; `undefined` while it runs. */
  readonly exit: () => Exit | undefined;
  /** Waits for the handshake line; `undefined` if it does not come in time or the process ends. */
  readonly line: (withinMs: number) => Promise<ReadLine | undefined>;
  /** Waits for the end of the process and of its output. */
  readonly ended: (withinMs: number) => Promise<Exit | undefined>;
  /** Kills its process group. */
  readonly kill: () => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const protocolNames =
  /^(PLUGIN_(PROTOCOL_VERSIONS|MIN_PORT|MAX_PORT|UNIX_SOCKET_DIR|UNIX_SOCKET_GROUP|CLIENT_CERT|MULTIPLEX_GRPC)|grafana_plugin_type)$/;

/**
 * Starts a plugin as a Go host does, in a process group of its own and with directories of its own below `folder`.
 *
 * @returns the process, or the error of the start
 */
export function startProcess(
  command: readonly string[],
  folder: string,
  { versions = "1,2", cookie = "datasource", env = {}, launcher = [] }: StartOptions = {},
): Promise<PluginProcess | Error> {
  const socketDirectory = join(folder, "s");
  const temporaryDirectory = join(folder, "t");
  for (const path of [socketDirectory, temporaryDirectory]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
  const inherited = Object.entries(process.env).filter(([name]) => !protocolNames.test(name));
  const [file = "", ...args] = [...launcher, ...command];
  const child = spawn(file, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...Object.fromEntries(inherited),
      TMPDIR: temporaryDirectory,
      PLUGIN_UNIX_SOCKET_DIR: socketDirectory,
      PLUGIN_MIN_PORT: "10000",
      PLUGIN_MAX_PORT: "25000",
      ...(cookie === null ? {} : { grafana_plugin_type: cookie }),
      ...(versions === null ? {} : { PLUGIN_PROTOCOL_VERSIONS: versions }),
      ...env,
    },
  });
  return new Promise((resolve) => {
    child.once("error", resolve);
    child.once("spawn", () => resolve(watch(child, socketDirectory, temporaryDirectory)));
  });
}

function watch(child: ChildProcess, socketDirectory: string, temporaryDirectory: string): PluginProcess {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  let exit: Exit | undefined;
  let isClosed = false;
  child.once("exit", (code, signal) => {
    exit = { code, signal };
  });
  child.once("close", () => {
    isClosed = true;
  });
  const pid = child.pid ?? 0;
  return {
    pid,
    child,
    socketDirectory,
    temporaryDirectory,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    exit: () => exit,
    line: async (withinMs) => {
      await until(withinMs, () => readLine(output.stdout) !== undefined || isClosed);
      return readLine(output.stdout);
    },
    ended: async (withinMs) => {
      await until(withinMs, () => exit !== undefined);
      // A process that it left behind may keep its pipes open.
      if (exit !== undefined) await until(drainMs, () => isClosed);
      return exit;
    },
    kill: () => {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // Nobody is left in the group.
      }
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
  };
}

const drainMs = 200;
