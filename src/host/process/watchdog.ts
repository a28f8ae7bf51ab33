import { spawn } from "node:child_process";
import { once } from "node:events";
import { unixSocketDirName } from "../../go-plugin/handshake/environment.ts";
import { ownSocketGlob } from "../../go-plugin/socket/own-directory.ts";
import { checkDescriptors } from "./check-descriptors.ts";

/** Ends a plugin whose host was killed. */
export interface Watchdog {
  /** Passes on the directory to remove after the plugin, which was made for this plugin only. */
  clean(directory: string): void;
  /** Passes on the process group to kill. */
  watchGroup(pgid: number): void;
  /** Passes on the socket file to remove after the plugin. */
  announce(socketPath: string): void;
  /** Reports that the group has ended and its id may be reused. Files are still to be removed. */
  unwatchGroup(): void;
  /** Ends the watchdog only. Resolves when its process has ended. */
  release(): Promise<void>;
}

/**
 * The shell reads lines until the pipe breaks, which happens when the host is gone for any reason. The lines hold the
 * plugin's directory, process group and socket; `done` ends the watchdog in order.
 *
 * Paths are sent byte by byte in octal digits, so that none of their characters has a meaning for the shell. The full
 * stop keeps line feeds at the end, which the shell would drop.
 *
 * A host that is killed right after it started the plugin cannot pass on the group. The pipe breaks when the plugin's
 * executable runs, not before, so the plugin is then in /proc with a variable that only it has. (A line feed in its
 * value would make two patterns for grep, and the second one might match any process.)
 *
 * A killed process may still finish a system call, such as making a file where the shell removes them. The directory of
 * a socket (own-directory.ts) is removed with the socket if nothing else is in it.
 */
const script = `
directory=
group=
socket=
hunts=yes
while IFS= read -r line; do
  value=$(printf '%b.' "\${line#* }")
  value=\${value%.}
  case $line in
    done) exit 0 ;;
    unwatch) group= hunts= ;;
    "directory "*) directory=$value ;;
    "group "*) group=$value ;;
    "socket "*) socket=$value ;;
  esac
done
case $directory in
  /*) ;;
  *) directory= hunts= ;;
esac
case $directory in
  *"
"*) hunts= ;;
esac
if [ -n "$group" ]; then
  kill -KILL -"$group"
elif [ -n "$hunts" ]; then
  for file in $(grep -lsF "${unixSocketDirName}=$directory" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    kill -KILL -"\${pid%/environ}"
  done
fi
case $socket in
  /*)
    if [ -S "$socket" ]; then
      rm -f -- "$socket"
      case $socket in
        */${ownSocketGlob}) rmdir -- "\${socket%/*}" ;;
      esac
    fi
    ;;
esac
if [ -n "$directory" ]; then rm -rf -- "$directory" || { sleep 1; rm -rf -- "$directory"; }; fi
`;

/**
 * Starts a small shell that waits on a pipe from this process. When the pipe breaks, the shell kills the plugin's
 * process group and removes its socket. It does not reach descendants that left the group.
 *
 * It is started before everything that it has to end or remove, and gets each of these as soon as it exists. A gap
 * remains: without /proc, or in a shared socket directory, a host that is killed in the millisecond in which the system
 * starts the plugin leaves the plugin running, unless the plugin watches its parent, as ours do.
 *
 * Throws the system's error if the system cannot start a process. On Windows, which has no process groups and no such
 * shell, it does nothing.
 */
export function startWatchdog(): Watchdog {
  const nothing = (): void => {};
  if (process.platform === "win32") {
    return {
      clean: nothing,
      watchGroup: nothing,
      unwatchGroup: nothing,
      announce: nothing,
      release: async () => {},
    };
  }
  checkDescriptors();
  const shell = spawn("/bin/sh", ["-c", script], {
    // In its own session: Ctrl-C in the host's terminal must reach the host only.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
  });
  const ended = once(shell, "exit").catch(() => {});
  // Without a shell the plugin runs unwatched; a broken pipe means that the shell is gone.
  shell.on("error", () => {});
  // Without a free descriptor Node makes no pipe, although the type says so.
  const stdin = shell.stdin as typeof shell.stdin | undefined;
  stdin?.on("error", () => {});
  const tell = (line: string): void => {
    stdin?.write(`${line}\n`);
  };
  shell.unref();
  return {
    clean: (directory) => tell(`directory ${octal(directory)}`),
    watchGroup: (pgid) => tell(`group ${octal(String(pgid))}`),
    unwatchGroup: () => tell("unwatch"),
    announce: (socketPath) => tell(`socket ${octal(socketPath)}`),
    release: async () => {
      shell.ref();
      stdin?.end("done\n");
      if (shell.pid !== undefined) await ended;
    },
  };
}

/** Writes every byte in octal for the shell's printf: `\0057` is a slash. */
function octal(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `\\0${byte.toString(8).padStart(3, "0")}`).join("");
}
