import { startWatchdogShell, type WatchdogShell } from "./watchdog-shell.ts";

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
  /** Ends the watch on this plugin only. For the last plugin it resolves when the watchdog's process has ended. */
  release(): Promise<void>;
}

/** What the plugins of this process share. */
interface SharedShell {
  /** Absent when it has ended unasked and could not be replaced. */
  shell: WatchdogShell | undefined;
  /** By the number of a plugin, the lines that the shell was sent for it. */
  readonly plugins: Map<number, string[]>;
  /** False once a shell was replaced, until the next plugin: one that cannot live is not started again and again. */
  mayReplace: boolean;
}

/**
 * A property of the process: plugins that know nothing of each other share one shell, which would otherwise cost each
 * of them 4 ms and a descriptor. Not `Symbol.for`: two copies of this package may differ in what they send.
 */
const sharedShell: unique symbol = Symbol("grafana-plugin-protocol.watchdog");

/**
 * Registers a plugin with a small shell that waits on a pipe from this process. When the pipe breaks, the shell kills
 * the plugin's process group and removes its socket. It does not reach descendants that left the group. The shell is
 * started with the first plugin and ends with the release of the last one; if something else ends it, a new one takes
 * over.
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
  const shared = findShared() ?? { shell: undefined, plugins: new Map(), mayReplace: true };
  shared.mayReplace = true;
  shared.shell ??= startShell(shared);
  Object.defineProperty(process, sharedShell, { value: shared, configurable: true });
  const { plugins } = shared;
  // The lowest number that is free: at the end the shell counts up to the highest.
  let plugin = 0;
  while (plugins.has(plugin)) plugin++;
  const lines: string[] = [];
  plugins.set(plugin, lines);
  const send = (word: string, value = ""): void => {
    const line = `${word} ${plugin} ${value}`;
    lines.push(line);
    shared.shell?.send(line);
  };
  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    plugins.delete(plugin);
    if (plugins.size > 0) {
      shared.shell?.send(`release ${plugin}`);
      return;
    }
    // A plugin that starts from now on gets a new shell.
    Reflect.deleteProperty(process, sharedShell);
    const { shell } = shared;
    shared.shell = undefined;
    shell?.end();
    await shell?.ended;
  };
  return {
    clean: (directory) => send("directory", octal(directory)),
    watchGroup: (pgid) => send("group", `${pgid}`),
    unwatchGroup: () => send("unwatch"),
    announce: (socketPath) => send("socket", octal(socketPath)),
    release: () => {
      released ??= release();
      return released;
    },
  };
}

function findShared(): SharedShell | undefined {
  return Reflect.get(process, sharedShell);
}

/** Starts a shell with all that the one before was sent. Throws when no descriptor is free. */
function startShell(shared: SharedShell): WatchdogShell {
  const shell = startWatchdogShell();
  for (const line of [...shared.plugins.values()].flat()) shell.send(line);
  void shell.ended.then(() => {
    if (shared.shell !== shell) return;
    // A user ended it, or the system when memory was short: the other plugins must not be left without one.
    shared.shell = undefined;
    if (!shared.mayReplace) return;
    shared.mayReplace = false;
    try {
      shared.shell = startShell(shared);
    } catch {
      // The next plugin tries again.
    }
  });
  return shell;
}

/**
 * Writes bytes in octal for the shell's printf: `\0012` is a line feed. Those that mean nothing to any shell stay, since
 * the shell reads byte by byte.
 */
function octal(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w/.]/.test(character) ? character : `\\0${byte.toString(8).padStart(3, "0")}`;
  }).join("");
}
