import { expectThat, leftOut, type Outcome } from "../check.ts";
import type { WatchEvent } from "./acts.ts";
import type { HostCheck } from "./host-check.ts";
import type { HostWorld } from "./host-world.ts";

type Start = Extract<WatchEvent, { kind: "start" }>;

/** What a host gives its plugin to begin with. */
export const environmentChecks: readonly HostCheck[] = [
  {
    name: "host.starts",
    fact: "The command starts the plugin whose path it is given.",
    source: "docs/conformance.md, Hosts",
    run: async (world) => {
      const { events, stderr } = await world.perform("watch");
      return expectThat(
        events.some(({ kind }) => kind === "start"),
        "a start of the plugin",
        `none; stderr of the host ends with ${JSON.stringify(stderr.slice(-500))}`,
        "let the command start the file that {plugin} or CONFORMANCE_PLUGIN names",
      );
    },
  },
  {
    name: "host.cookie",
    fact: "The host sets grafana_plugin_type=datasource.",
    source: "SDK backend/grpcplugin/handshake.go",
    run: (world) =>
      ofStart(world, ({ env }) =>
        expectThat(
          env["grafana_plugin_type"] === "datasource",
          "datasource",
          JSON.stringify(env["grafana_plugin_type"]),
          "set the magic cookie for plugins of every kind",
        ),
      ),
  },
  {
    name: "host.versions",
    fact: "PLUGIN_PROTOCOL_VERSIONS has the majors of the host, as numbers with commas between them.",
    source: "go-plugin client.go, Client.Start",
    run: (world) =>
      ofStart(world, ({ env }) =>
        expectThat(
          /^[12](,\d+)*$|^\d+(,\d+)*,[12]$/.test(env["PLUGIN_PROTOCOL_VERSIONS"] ?? ""),
          "1,2 or 2",
          JSON.stringify(env["PLUGIN_PROTOCOL_VERSIONS"]),
          "set it to the majors that you have: without it a plugin takes its lowest",
        ),
      ),
  },
  {
    name: "host.ports",
    fact: "PLUGIN_MIN_PORT and PLUGIN_MAX_PORT are set, and are a range.",
    source: "go-plugin client.go, Client.Start; some plugins in other languages require them",
    run: (world) =>
      ofStart(world, ({ env }) => {
        const [least, greatest] = [env["PLUGIN_MIN_PORT"] ?? "", env["PLUGIN_MAX_PORT"] ?? ""];
        const isRange = least !== "" && Number(least) <= Number(greatest);
        return expectThat(
          isRange,
          "10000 and 25000",
          `"${least}" and "${greatest}"`,
          "set both, on every system",
        );
      }),
  },
  {
    name: "host.no-arguments",
    fact: "The host starts the executable without arguments.",
    source: "Grafana pkg/plugins/backendplugin/grpcplugin: exec.Command with the path only",
    level: "should",
    run: (world) =>
      ofStart(world, ({ args }) =>
        expectThat(
          args.length === 0,
          "no arguments",
          JSON.stringify(args),
          "pass settings in the environment",
        ),
      ),
  },
];

async function ofStart(world: HostWorld, look: (start: Start) => Outcome): Promise<Outcome> {
  const { events } = await world.perform("watch");
  const start = events.find((event) => event.kind === "start");
  return start === undefined ? leftOut("the plugin was not started: see host.starts") : look(start);
}
