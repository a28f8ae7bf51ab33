import { spawn } from "node:child_process";
import { once } from "node:events";

/** Ends a plugin whose host died without a chance to do it itself. */
export interface Watchdog {
  /** Tells it the socket file to remove after the plugin. */
  announce(socketPath: string): void;
  /** Ends the watchdog, and nothing else. Resolves when its process has ended. */
  release(): Promise<void>;
}

/**
 * Reads lines until the pipe breaks, which it does when the host is gone, however it went. A line
 * is the path of the plugin's socket, `done` is the orderly end.
 */
const script = `
socket=
while IFS= read -r line; do
  if [ "$line" = done ]; then exit 0; fi
  socket=$line
done
kill -KILL -"$1"
if [ -S "$socket" ]; then rm -f -- "$socket"; fi
if [ -n "$2" ]; then rm -rf -- "$2"; fi
`;

/**
 * Starts a small shell that waits on a pipe from this process, and kills the process group `pgid` and
 * removes its socket when the pipe breaks. A descendant that left the group is out of its reach.
 *
 * Not on Windows, which has neither: there it does nothing.
 */
export function startWatchdog(pgid: number, socketDirectory: string | undefined): Watchdog {
  if (process.platform === "win32") return { announce: () => {}, release: async () => {} };
  const shell = spawn("/bin/sh", ["-c", script, "sh", String(pgid), socketDirectory ?? ""], {
    // In a session of its own: Ctrl-C in the host's terminal has to reach the host alone.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
  });
  const ended = once(shell, "exit").catch(() => {});
  // Without a shell the plugin runs on unwatched; a broken pipe means that the shell is gone.
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  return {
    announce: (socketPath) => {
      shell.stdin.write(`${socketPath}\n`);
    },
    release: async () => {
      shell.ref();
      shell.stdin.end("done\n");
      if (shell.pid !== undefined) await ended;
    },
  };
}
