import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Options } from "../options.ts";
import { isRunning } from "../process/group-members.ts";
import type { Exit } from "../process/start-process.ts";
import { until } from "../process/until.ts";
import { type Act, isOwnService, type WatchEvent } from "./acts.ts";

/** One start of the host, and what the plugin saw. */
export interface Performance {
  readonly events: readonly WatchEvent[];
  /** How the host ended; `undefined` if it did not in time after SIGTERM. */
  readonly exit: Exit | undefined;
  /** Whether the host was sent SIGTERM, because nothing happened any more. */
  readonly isStopped: boolean;
  /** The plugins that still ran when the host had ended. */
  readonly left: readonly number[];
  readonly stderr: string;
}

/** What checks of a host have in hand. */
export interface HostWorld {
  readonly options: Options;
  /** The performance of an act; each runs once. */
  readonly perform: (act: Act) => Promise<Performance>;
  readonly end: () => void;
}

const placeholder = "{plugin}";
const settleMs = 2000;

/** Makes the world of one run. `folder` is removed when it ends. */
export function createHostWorld(options: Options, folder: string): HostWorld {
  const performances = new Map<Act, Promise<Performance>>();
  const running = new Set<() => void>();
  return {
    options,
    perform: (act) => {
      const known = performances.get(act) ?? perform(act, options, join(folder, act), running);
      performances.set(act, known);
      return known;
    },
    end: () => {
      for (const kill of running) kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function perform(
  act: Act,
  options: Options,
  folder: string,
  running: Set<() => void>,
): Promise<Performance> {
  mkdirSync(join(folder, "t"), { recursive: true, mode: 0o700 });
  const plugin = writeLauncher(act, folder);
  const [file, ...args] = options.command.map((part) => part.replaceAll(placeholder, plugin));
  const child = spawn(file ?? "", args, {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, TMPDIR: join(folder, "t"), CONFORMANCE_PLUGIN: plugin },
  });
  let exit: Exit | undefined;
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.once("error", (error) => {
    stderr += error.message;
    exit = { code: null, signal: null };
  });
  child.once("exit", (code, signal) => {
    exit = { code, signal };
  });
  const events = (): readonly WatchEvent[] => readEvents(folder);
  const kill = (): void => {
    for (const pid of child.pid === undefined ? [] : [-child.pid, ...pidsOf(events())]) killOne(pid);
  };
  running.add(kill);
  const { isStopped } = await waitForEnd();
  const left = await leftOf();
  const seen = events();
  kill();
  running.delete(kill);
  return { events: seen, exit, isStopped, left, stderr };

  async function waitForEnd(): Promise<{ readonly isStopped: boolean }> {
    if (act === "orphan") {
      await untilQuiet(() => events().some((event) => event.kind === "call" && !isOwnService(event.path)));
      child.kill("SIGKILL");
      await until(options.stopWithinMs, () => exit !== undefined);
      return { isStopped: false };
    }
    await untilQuiet(() => false);
    if (exit !== undefined) return { isStopped: false };
    child.kill("SIGTERM");
    await until(options.stopWithinMs, () => exit !== undefined);
    return { isStopped: true };
  }

  /** Waits until the host has ended, or `isOver`, or nothing has happened for as long as an end may take. */
  async function untilQuiet(isOver: () => boolean): Promise<void> {
    let count = -1;
    let since = Date.now();
    await until(hostBoundMs, () => {
      const now = events().length;
      if (now !== count) {
        count = now;
        since = Date.now();
      }
      const patienceMs = count === 0 ? options.withinMs : options.stopWithinMs;
      return exit !== undefined || isOver() || Date.now() - since > patienceMs;
    });
  }

  async function leftOf(): Promise<readonly number[]> {
    const alive = (): readonly number[] => pidsOf(events()).filter((pid) => isRunning(pid));
    const patienceMs = act === "orphan" ? options.stopWithinMs : settleMs;
    await until(patienceMs, () => alive().length === 0);
    return alive();
  }
}

/** An end for hosts that call for ever. */
const hostBoundMs = 120_000;

function pidsOf(events: readonly WatchEvent[]): readonly number[] {
  return [...new Set(events.map(({ pid }) => pid))];
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

function readEvents(folder: string): readonly WatchEvent[] {
  const file = join(folder, "events.jsonl");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as WatchEvent);
}

/** A script, because hosts start a file without arguments, and may not pass on the environment. */
function writeLauncher(act: Act, folder: string): string {
  const file = join(folder, "plugin");
  const own = fileURLToPath(import.meta.url);
  const program = join(own, "..", `watching-plugin${extname(own)}`);
  const flags = process.execArgv.filter((flag) => flag.startsWith("--conditions"));
  const words = [process.execPath, ...flags, program, folder, act].map(
    (word) => `'${word.replaceAll("'", "'\\''")}'`,
  );
  writeFileSync(file, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`, { mode: 0o755 });
  return file;
}
