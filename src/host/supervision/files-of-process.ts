import { readFileSync, readlinkSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { processIds, readProcess } from "../../go-plugin/read-process.ts";

/** Programs that run a file named in their arguments. */
const interpreter =
  /^(node|nodejs|deno|bun|python|pypy|ruby|perl|php|java|dotnet|sh|bash|dash|ash|zsh|busybox|tsx)[\d.]*$/;

/** Options of Node whose value is the next argument, which is not the script. */
const preload = /^(-r|--require|--import|--loader|--experimental-loader)$/;
const joinedPreload = /^(?:--require|--import|--loader|--experimental-loader)=(.+)$/s;

/**
 * The files that a running plugin was started from, according to the command lines of its processes: the script of an
 * interpreter, or the executable that a launcher started. Files that a script imports are not included. Empty without
 * `/proc`.
 *
 * @param pid the leader of the plugin's process group
 */
export function filesOfProcess(pid: number): readonly string[] {
  return processesOf(pid).flatMap((each) => {
    try {
      const executable = readlinkSync(`/proc/${each}/exe`);
      const [, ...args] = readFileSync(`/proc/${each}/cmdline`, "utf8").split("\0");
      return interpreter.test(basename(executable))
        ? scriptsOf(args, readlinkSync(`/proc/${each}/cwd`))
        : [executable];
    } catch {
      // The process has ended.
      return [];
    }
  });
}

/** The files that a command runs in addition to its executable: empty unless that is an interpreter. */
export function filesOfCommand(executable: string, args: readonly string[], cwd: string): readonly string[] {
  return interpreter.test(basename(executable, ".exe")) ? scriptsOf(args, cwd) : [];
}

/** Up to the script: later arguments are for the script, and may name files that it writes to. */
function scriptsOf(args: readonly string[], cwd: string): readonly string[] {
  const files: string[] = [];
  for (const [index, arg] of args.entries()) {
    const joined = joinedPreload.exec(arg)?.[1];
    const path = resolve(cwd, joined ?? arg);
    if (!isFile(path)) continue;
    files.push(path);
    if (joined === undefined && !preload.test(args[index - 1] ?? "")) break;
  }
  return files;
}

function processesOf(group: number): readonly number[] {
  return processIds().filter((pid) => readProcess(pid)?.group === group);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
