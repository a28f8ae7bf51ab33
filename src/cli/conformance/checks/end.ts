import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Check, expectThat, failed, leftOut, type Outcome, passed } from "../check.ts";
import type { RunningPlugin } from "../connect-plugin.ts";
import { knownCall, pluginPing, requestsOf } from "../plugin-facts.ts";
import { describeExit } from "../process/describe-exit.ts";
import { groupMembers, isRunning } from "../process/group-members.ts";
import type { Exit, PluginProcess } from "../process/start-process.ts";
import { until } from "../process/until.ts";
import { describeAnswer } from "../wire/describe-answer.ts";
import type { World } from "../world.ts";

const shutdown = "plugin.GRPCController/Shutdown";
const settleMs = 500;

/** How a plugin ends, and what it leaves. */
export const endChecks: readonly Check[] = [
  {
    name: "end.shutdown",
    fact: "After the call of Shutdown the plugin ends by itself.",
    source: "go-plugin client.go, Kill: a host waits 2 seconds, then sends SIGKILL",
    run: async (world) => {
      const { exit } = await afterShutdown(world);
      return expectThat(
        exit !== undefined,
        `an end within ${world.options.stopWithinMs} ms`,
        describeExit(exit),
        "serve plugin.GRPCController, and end the process when Shutdown has been answered",
      );
    },
  },
  {
    name: "end.exit-code",
    fact: "After Shutdown the exit code is 0.",
    source: "go-plugin client.go: a host reports another one as a crash",
    run: async (world) => {
      const { exit } = await afterShutdown(world);
      if (exit === undefined) return leftOut("the plugin did not end: see end.shutdown");
      return expectThat(exit.code === 0, "exit code 0", describeExit(exit), "exit with 0 after Shutdown");
    },
  },
  {
    name: "end.no-files",
    fact: "After Shutdown nothing is left of the socket.",
    source: "go-plugin server.go, Serve: the listener removes its file",
    run: async (world) => {
      const { exit, files } = await afterShutdown(world);
      if (exit === undefined) return leftOut("the plugin did not end: see end.shutdown");
      return expectThat(
        files.length === 0,
        "no socket and no directory for it",
        files.join(", "),
        "remove the socket, and its directory, before the process ends",
      );
    },
  },
  {
    name: "end.no-processes",
    fact: "After Shutdown no process of the plugin is left.",
    source: "nobody reaps orphans: docs/handshake.md, The end",
    needs: ["Linux"],
    run: async (world) => {
      const { exit, processes } = await afterShutdown(world);
      if (exit === undefined) return leftOut("the plugin did not end: see end.shutdown");
      return expectThat(
        processes.length === 0,
        "no process in the group of the plugin",
        `processes ${processes.join(", ")}`,
        "end the processes that you started before you end",
      );
    },
  },
  {
    name: "end.shutdown-in-call",
    fact: "Shutdown ends the plugin while a stream is open.",
    source: "go-plugin grpc_controller.go: Stop, which ends running calls",
    run: async (world) => {
      const plugin = await world.run({ versions: "2" });
      const { stream } = world.options;
      const open =
        stream === undefined
          ? plugin.call({ rpc: "plugin.GRPCStdio/StreamStdio", message: Buffer.alloc(0) })
          : plugin.call({
              rpc: "pluginv2.Stream/RunStream",
              message: (await requestsOf(world)).runStream(stream),
            });
      await callKnownOn(world, plugin);
      void open;
      return endedBy(world, plugin, async () => {
        await plugin.call({ rpc: shutdown, message: Buffer.alloc(0) });
      });
    },
  },
  {
    name: "end.sigterm",
    fact: "SIGTERM ends the plugin.",
    source: "docs/handshake.md, The end: a supervisor or container sends it",
    run: async (world) => {
      const plugin = await world.run({ versions: "2" });
      return endedBy(world, plugin, async () => {
        plugin.process.child.kill("SIGTERM");
      });
    },
  },
  {
    name: "end.sigint",
    fact: "SIGINT does not end the plugin.",
    source: "go-plugin server.go, Serve: Ctrl-C in the terminal of the host goes to the plugin, too",
    run: async (world) => {
      const plugin = await world.shared();
      plugin.process.child.kill("SIGINT");
      await until(settleMs, () => plugin.process.exit() !== undefined);
      const answer = await callKnownOn(world, plugin);
      const seen = `${describeExit(plugin.process.exit())}; ${describeAnswer(answer)}`;
      return expectThat(
        plugin.process.exit() === undefined && answer.end === "status",
        "a plugin that goes on",
        seen,
        "ignore SIGINT: the host decides when the plugin ends",
      );
    },
  },
  {
    name: "end.host-lost",
    fact: "A plugin ends by itself when its host was killed.",
    source: "docs/handshake.md, The end; go-plugin does not do that, and its plugins run on",
    level: "should",
    run: async (world) => {
      const host = [process.execPath, "-e", lostHost];
      const plugin = await world.run({ versions: "2", launcher: host });
      const pid = Number(/^conformance plugin (\d+)$/m.exec(plugin.process.stderr())?.[1]);
      plugin.process.child.kill("SIGKILL");
      plugin.session.destroy();
      const isEnded = await until(world.options.stopWithinMs, () => !isRunning(pid));
      return expectThat(
        isEnded === true,
        `an end within ${world.options.stopWithinMs} ms`,
        `process ${pid} still runs`,
        "watch the parent process, or the end of the connection, and end when the host is gone",
      );
    },
  },
];

/** A host that does nothing but start the plugin and pass its output on, to be killed. */
const lostHost = `
const child = require("node:child_process").spawn(process.argv[1], process.argv.slice(2), { stdio: ["ignore", "pipe", "pipe"] });
process.stderr.write("conformance plugin " + child.pid + "\\n");
child.stdout.pipe(process.stdout);
child.stderr.pipe(process.stderr);
`;

/** What was left when a plugin had been shut down. */
interface AfterShutdown {
  readonly exit: Exit | undefined;
  readonly files: readonly string[];
  readonly processes: readonly number[];
}

/** Starts a plugin, calls it, and shuts it down. Several checks look at its end. */
function afterShutdown(world: World): Promise<AfterShutdown> {
  return world.once("shutdown", async () => {
    const plugin = await world.run({ versions: "2" });
    await callKnownOn(world, plugin);
    // Go plugins end before they answer.
    const answer = plugin.call({ rpc: shutdown, message: Buffer.alloc(0) });
    await Promise.race([answer, plugin.process.ended(world.options.stopWithinMs)]);
    plugin.session.close();
    const exit = await plugin.process.ended(world.options.stopWithinMs);
    await until(settleMs, () => (groupMembers(plugin.process.pid) ?? []).length === 0);
    const processes = groupMembers(plugin.process.pid) ?? [];
    return { exit, processes, files: filesOf(plugin.process) };
  });
}

async function callKnownOn(world: World, plugin: RunningPlugin) {
  return plugin.call((await knownCall(world)) ?? { rpc: "grpc.health.v1.Health/Check", message: pluginPing });
}

async function endedBy(world: World, plugin: RunningPlugin, end: () => Promise<void>): Promise<Outcome> {
  void end();
  const exit = await plugin.process.ended(world.options.stopWithinMs);
  if (exit !== undefined) return passed;
  return failed(
    `an end within ${world.options.stopWithinMs} ms`,
    describeExit(exit),
    "end open calls, remove the socket and exit, also when a handler still runs",
  );
}

/** Sockets, and directories that had some. */
function filesOf(process: PluginProcess): readonly string[] {
  return [process.socketDirectory, process.temporaryDirectory].flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isSocket() || (entry.isDirectory() && /^plugin/.test(entry.name)))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}
