import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the attacked process says of itself, after a collection. */
export interface Report {
  readonly rss: number;
  /** Heap and buffers. */
  readonly used: number;
  /** The longest time that its event loop was held up since the last report. */
  readonly lagMs: number;
}

/** A host or a plugin with a heap of 256 MiB. */
export interface AttackedProcess {
  readonly pid: number;
  /** The path at which it listens, if it is a plugin. */
  readonly path: string;
  /** Rejects when the process has ended. */
  report(): Promise<Report>;
  /** How often each outcome was that of a host's calls. */
  readonly outcomes: Promise<Readonly<Record<string, number>>>;
  /** The largest resident set that was seen. */
  readonly peakBytes: () => number;
  kill(): Promise<void>;
}

export async function startAttacked(
  role: "plugin" | "served plugin" | "host" | "attached host",
  path: string,
  calls = 1,
): Promise<AttackedProcess> {
  const child = fork(join(import.meta.dirname, "attacked.ts"), [role, path, String(calls)], {
    execArgv: ["--max-old-space-size=256", "--expose-gc", "--conditions=grafana-plugin-protocol-source"],
    // A plugin under a debugger prints how to attach.
    stdio: ["ignore", role === "served plugin" ? "ignore" : "inherit", "pipe", "ipc"],
    env: { ...process.env, TMPDIR: dirname(path) },
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`the attacked ${role} has ended: ${signal ?? `exit code ${code}`} ${stderr}`);
  });
  ended.catch(() => {});
  const nextMessage = async (): Promise<unknown> => (await Promise.race([once(child, "message"), ended]))[0];
  const outcomes = Promise.withResolvers<Readonly<Record<string, number>>>();
  outcomes.promise.catch(() => {});
  ended.catch(outcomes.reject);
  child.on("message", (message) => {
    if (typeof message === "object" && message !== null && "outcomes" in message)
      outcomes.resolve(message.outcomes as Record<string, number>);
  });
  const ready = await nextMessage();
  return {
    path: String(ready),
    pid: child.pid ?? 0,
    outcomes: outcomes.promise,
    report: async () => {
      child.send("report");
      for (;;) {
        const message = await nextMessage();
        if (typeof message === "object" && message !== null && "rss" in message) return message as Report;
      }
    },
    peakBytes: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024;
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
  };
}
