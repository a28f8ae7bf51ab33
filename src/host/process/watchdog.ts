import { spawn } from "node:child_process";
import { once } from "node:events";
import { unixSocketDirName } from "../../goplugin/handshake/environment.ts";
import { ownSocketGlob } from "../../goplugin/socket/own-directory.ts";
import { checkDescriptors } from "./check-descriptors.ts";

/** Ends a plugin whose host died without a chance to do it itself. */
export interface Watchdog {
  /** Tells it the directory to remove after the plugin, made for this plugin alone. */
  clean(directory: string): void;
  /** Tells it the process group to end. */
  guard(pgid: number): void;
  /** Tells it the socket file to remove after the plugin. */
  announce(socketPath: string): void;
  /** Tells it that the group has ended, and that its number may be another one's by now. Files are still to be removed. */
  unguard(): void;
  /** Ends the watchdog, and nothing else. Resolves when its process has ended. */
  release(): Promise<void>;
}

/**
 * Reads lines until the pipe breaks, which it does when the host is gone, however it went. They tell
 * the plugin's directory, process group and socket; `done` is the orderly end.
 *
 * Paths come byte by byte in octal digits, so that no character of theirs means anything on the way. The full stop keeps
 * line feeds at the end, which the shell would drop.
 *
 * A host that was killed right after it started the plugin could not tell the group. The pipe broke when the
 * plugin's executable ran, not before, so that then the plugin shows in /proc with the variable that is its alone. (A
 * line feed in its value would be two patterns for grep, and the second one might fit anybody.)
 *
 * What is killed may still finish what it was at, such as making a file where this one removes them. A socket in a
 * directory of its own (own-directory.ts) takes that along, when nothing else is in it.
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
    unguard) group= hunts= ;;
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
 * Starts a small shell that waits on a pipe from this process, and kills the process group of the plugin
 * and removes its socket when the pipe breaks. A descendant that left the group is out of its reach.
 *
 * It is started before there is anything to end or to remove, and told of each thing as soon as it is there. What
 * remains is the millisecond in which the system starts the plugin: without /proc, or in a socket directory that is not
 * the plugin's alone, a host that is killed right then leaves a plugin that nobody ends, unless it looks after itself,
 * as ours do.
 *
 * Throws the system's error when it cannot start a process at all. Not on Windows, which has neither: there it does nothing.
 */
export function startWatchdog(): Watchdog {
  const nothing = (): void => {};
  if (process.platform === "win32") {
    return { clean: nothing, guard: nothing, unguard: nothing, announce: nothing, release: async () => {} };
  }
  checkDescriptors();
  const shell = spawn("/bin/sh", ["-c", script], {
    // In a session of its own: Ctrl-C in the host's terminal has to reach the host alone.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
  });
  const ended = once(shell, "exit").catch(() => {});
  // Without a shell the plugin runs on unwatched; a broken pipe means that the shell is gone.
  shell.on("error", () => {});
  // Node makes no pipe when there is no descriptor for it, whatever its type says.
  const stdin = shell.stdin as typeof shell.stdin | undefined;
  stdin?.on("error", () => {});
  const tell = (line: string): void => {
    stdin?.write(`${line}\n`);
  };
  shell.unref();
  return {
    clean: (directory) => tell(`directory ${octal(directory)}`),
    guard: (pgid) => tell(`group ${octal(String(pgid))}`),
    unguard: () => tell("unguard"),
    announce: (socketPath) => tell(`socket ${octal(socketPath)}`),
    release: async () => {
      shell.ref();
      stdin?.end("done\n");
      if (shell.pid !== undefined) await ended;
    },
  };
}

/** Every byte as printf of any shell reads it: `\0057` is a slash. */
function octal(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `\\0${byte.toString(8).padStart(3, "0")}`).join("");
}
