import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fixturePlugin } from "../../helpers/launch.ts";
import { untilGone } from "../../helpers/processes.ts";
import { compileCache, sourceProgram } from "../../helpers/run-program.ts";
import type { Fault } from "../world.ts";

const host = new URL("../../host/fixtures/host.ts", import.meta.url);

/** The host is killed, at some moment of its plugin's start or life: nobody is left to close anything. */
export const hostKilled: Fault = {
  name: "host killed",
  inject: async ({ random, ledger }) => {
    const { command, args } = fixturePlugin(...(random.oneIn(2) ? ["--deaf"] : []));
    const child = spawn(process.execPath, sourceProgram(host, command, ...args), {
      env: { ...process.env, ...compileCache, AFTER: "wait" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const pids = createInterface({ input: child.stdout });
    const ended = once(child, "close");
    const firstLine = Promise.race([once(pids, "line"), ended.then(() => [])]);
    const isEarly = random.oneIn(2);
    if (isEarly) await delay(100 + random.below(300));
    else await firstLine;
    child.kill("SIGKILL");
    await ended;
    const [pid] = await firstLine;
    if (isEarly) return;
    await ledger.follow("end of a plugin whose host was killed", untilGone(Number(pid)), ["ok"]);
  },
};
