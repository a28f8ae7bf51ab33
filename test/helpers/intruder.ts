import type { TestContext } from "node:test";
import { type Program, runProgram } from "./run-program.ts";

/** Why a test with an intruder is skipped; `false` where it runs. */
export const needsRoot: string | false =
  process.getuid?.() === 0 ? false : "only root may start a process of another user";

/** A user that has nothing on this machine, and another one. */
export const intruderIds: readonly [number, number] = [65_534, 4343];

/**
 * Starts a program of another user: `script` is JavaScript that has `fs`, `net`, `path` and `tried(name, action)`, which
 * prints the name and what came of the action: `ok`, or the code of its error.
 */
export function runIntruder(t: TestContext, script: string, user: number, group: number = user): Program {
  return runProgram(t, process.execPath, [
    "-e",
    `process.setgroups([]); process.setgid(${group}); process.setuid(${user});
     const tried = (name, action) => {
       try { action(); console.log(name + ": ok"); } catch (error) { console.log(name + ": " + error.code); }
     };
     const connected = (name, where) => new Promise((resolve) => {
       const socket = net.connect(where, () => { console.log(name + ": ok"); socket.destroy(); resolve(); });
       socket.on("error", (error) => { console.log(name + ": " + error.code); resolve(); });
     });
     (async () => { ${script} })();`,
  ]);
}
