import { spawn } from "node:child_process";
import { once } from "node:events";
import { checkDescriptors } from "../check-descriptors.ts";
import { watchdogScript } from "./watchdog-script.ts";

/** The process that ends and removes plugins when this process is gone. */
export interface WatchdogShell {
  /** Sends a line of the language of {@link watchdogScript}. */
  readonly send: (line: string) => void;
  /** Resolves when the process has ended for any reason; at once when the system could not start it. */
  readonly ended: Promise<void>;
  /** Ends the process and nothing else. */
  readonly end: () => void;
}

/**
 * Starts the shell. It does not keep the event loop alive until `end` is called.
 *
 * Throws the system's error if there are no descriptors left. Other failures, such as a missing `/bin/sh`, are not
 * reported: then plugins run unwatched.
 */
export function startWatchdogShell(): WatchdogShell {
  checkDescriptors();
  const shell = spawn("/bin/sh", ["-c", watchdogScript], {
    // In its own session: Ctrl-C in the host's terminal must reach the host only.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
  });
  const isStarted = shell.pid !== undefined;
  const exited = once(shell, "exit").then(
    () => {},
    () => {},
  );
  // A broken pipe means that the shell is gone.
  shell.on("error", () => {});
  // Without a free descriptor Node makes no pipe, although the type says so.
  const stdin = shell.stdin as typeof shell.stdin | undefined;
  stdin?.on("error", () => {});
  shell.unref();
  return {
    send: (line) => {
      stdin?.write(`${line}\n`);
    },
    ended: isStarted ? exited : Promise.resolve(),
    end: () => {
      shell.ref();
      // It has nothing to do any more. A line that says so would wait for those before it.
      shell.kill("SIGKILL");
    },
  };
}
