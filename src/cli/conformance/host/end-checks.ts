import { expectThat, leftOut, passed } from "../check.ts";
import { isOwnService, type WatchEvent } from "./acts.ts";
import type { HostCheck } from "./host-check.ts";
import type { Performance } from "./host-world.ts";

const shutdown = "/plugin.GRPCController/Shutdown";
const maxStarts = 20;

/** How a host ends its plugin, and what it does with one that does not behave. */
export const endChecks: readonly HostCheck[] = [
  {
    name: "host.shutdown",
    fact: "The host calls Shutdown before it ends, and before it sends a signal.",
    source: "go-plugin client.go, Kill",
    run: async (world) => {
      const { events } = await world.perform("watch");
      if (!events.some(({ kind }) => kind === "connection")) return leftOut("the host did not connect");
      const first = events.find(
        (event) => event.kind === "signal" || (event.kind === "call" && event.path === shutdown),
      );
      return expectThat(
        first?.kind === "call",
        "a call of Shutdown",
        first?.kind === "signal" ? first.signal : "none",
        "call plugin.GRPCController/Shutdown when the plugin is no longer needed",
      );
    },
  },
  {
    name: "host.shutdown-last",
    fact: "Shutdown is the last call.",
    source: "go-plugin client.go, Kill: the plugin ends its calls there",
    run: async (world) => {
      const { events } = await world.perform("watch");
      const paths = events.filter((event) => event.kind === "call").map(({ path }) => path);
      const later = paths.includes(shutdown) ? paths.slice(paths.indexOf(shutdown) + 1) : [];
      return expectThat(
        later.length === 0,
        "no call after it",
        later.join(", "),
        "refuse calls once you have begun to close",
      );
    },
  },
  {
    name: "host.patience",
    fact: "After Shutdown the host leaves the plugin time to end by itself.",
    source: "go-plugin client.go, Kill: 2 seconds",
    run: async (world) => {
      const { events } = await world.perform("watch");
      if (!events.some((event) => event.kind === "call" && event.path === shutdown)) {
        return leftOut("the host did not call Shutdown");
      }
      return expectThat(
        events.some(({ kind }) => kind === "exit"),
        "the end of the plugin a fifth of a second later",
        "it was killed before",
        "wait up to 2 seconds for the process, and kill it then",
      );
    },
  },
  {
    name: "host.deaf-plugin",
    fact: "The host kills a plugin that does not end at Shutdown.",
    source: "go-plugin client.go, Kill: SIGKILL after 2 seconds",
    run: async (world) =>
      expectGone(await world.perform("deaf"), "set a deadline for Shutdown, and send SIGKILL after it"),
  },
  {
    name: "host.first-line",
    fact: "The host refuses a plugin whose first line is not a handshake line, and ends it.",
    source: "go-plugin client.go, Client.Start",
    run: async (world) =>
      expectRefused(await world.perform("garbage"), "fail the start, and kill the process"),
  },
  {
    name: "host.unknown-major",
    fact: "The host refuses a plugin that chose a major which the host does not have, and ends it.",
    source: "go-plugin client.go, checkProtoVersion",
    run: async (world) =>
      expectRefused(await world.perform("foreign"), "compare field 2 with your majors before you connect"),
  },
  {
    name: "host.output",
    fact: "The host reads stdout and stderr all the time: a plugin that prints a megabyte does not block.",
    source: "go-plugin client.go: it reads both until they end",
    run: async (world) => {
      const { events } = await world.perform("noisy");
      return expectThat(
        events.some(({ kind }) => kind === "drained"),
        "all of it to be read",
        "the plugin waits",
        "go on reading stdout after the handshake line, and stderr, and drop what you do not need",
      );
    },
  },
  {
    name: "host.crash",
    fact: "A plugin that exits in a call does not block its host, and is not started in a loop.",
    source: "docs/handshake.md, The connection: calls end with UNAVAILABLE",
    run: async (world) => {
      const { events, exit, isStopped } = await world.perform("crash");
      const starts = events.filter(({ kind }) => kind === "start").length;
      const hasCall = events.some((event) => event.kind === "call" && !isOwnService(event.path));
      if (!hasCall) return leftOut("the host makes no call of a contract");
      const isWell = starts <= maxStarts && (exit !== undefined || !isStopped);
      return expectThat(
        isWell,
        `a host that goes on or ends, and up to ${maxStarts} starts`,
        `${starts} starts; ${exit === undefined ? "it did not end at SIGTERM" : `exit code ${exit.code}`}`,
        "fail the calls of a process that has ended, and wait longer before each restart",
      );
    },
  },
  {
    name: "host.leftovers",
    fact: "When the host has ended, its plugin has.",
    source: "go-plugin client.go, CleanupClients",
    run: async (world) =>
      expectGone(await world.perform("watch"), "end every plugin before you end, at SIGTERM, too"),
  },
  {
    name: "host.killed",
    fact: "When the host was killed, its plugin ends as well.",
    source: "docs/handshake.md, The end; go-plugin does not do that",
    level: "should",
    run: async (world) => {
      const performance = await world.perform("orphan");
      if (performance.exit?.signal !== "SIGKILL") return leftOut("the host ended before it could be killed");
      return expectGone(performance, "let a watchdog end the process group of the plugin");
    },
  },
];

function expectGone({ events, left }: Performance, advice: string) {
  if (!events.some(({ kind }) => kind === "start"))
    return leftOut("the plugin was not started: see host.starts");
  return expectThat(left.length === 0, "no process of the plugin", `processes ${left.join(", ")}`, advice);
}

function expectRefused(performance: Performance, advice: string) {
  const gone = expectGone(performance, advice);
  if (gone.kind !== "passed") return gone;
  const calls = performance.events.filter((event: WatchEvent) => event.kind === "call");
  return calls.length === 0
    ? passed
    : expectThat(false, "no calls", calls.map(({ path }) => path).join(", "), advice);
}
