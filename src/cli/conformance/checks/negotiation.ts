import { type Check, failed, type Outcome, passed } from "../check.ts";
import { majorsOf } from "../plugin-facts.ts";
import { describeExit } from "../process/describe-exit.ts";
import type { World } from "../world.ts";

const advice =
  "take the numbers of PLUGIN_PROTOCOL_VERSIONS as a set, choose the highest that you have, and your lowest if there is none";

/** Which protocol major a plugin chooses. */
export const negotiationChecks: readonly Check[] = [
  {
    name: "negotiation.highest",
    fact: "Of the list 1,2 the plugin chooses the highest that it has.",
    source: "go-plugin server.go, protocolVersion",
    run: async (world) => expectMajor(world, "1,2", Math.max(...(await majorsOf(world)))),
  },
  {
    name: "negotiation.any-order",
    fact: "The order of the list has no meaning: of 2,1 the plugin chooses the highest that it has, too.",
    source: "go-plugin client.go: the list is in the random order of a Go map",
    run: async (world) => expectMajor(world, "2,1", Math.max(...(await majorsOf(world)))),
  },
  {
    name: "negotiation.no-list",
    fact: "Without a list the plugin chooses the lowest that it has.",
    source: "go-plugin server.go, protocolVersion: a host before go-plugin 1.0 sends none",
    run: async (world) => expectMajor(world, null, Math.min(...(await majorsOf(world)))),
  },
  {
    name: "negotiation.nothing-in-common",
    fact: "If the host has no major of the plugin, the plugin chooses its lowest and starts: the host reports it.",
    source: "go-plugin server.go, protocolVersion",
    run: async (world) => expectMajor(world, "99", Math.min(...(await majorsOf(world)))),
  },
  {
    name: "negotiation.not-numbers",
    fact: "Entries of the list that are not numbers are ignored.",
    source: "go-plugin server.go, protocolVersion",
    run: async (world) => {
      const highest = Math.max(...(await majorsOf(world)));
      return expectMajor(world, `x,,${highest},99`, highest);
    },
  },
];

async function expectMajor(world: World, versions: string | null, major: number): Promise<Outcome> {
  const plugin = await world.start({ versions });
  const line = await plugin.line(world.options.withinMs);
  const given = versions === null ? "no PLUGIN_PROTOCOL_VERSIONS" : `PLUGIN_PROTOCOL_VERSIONS=${versions}`;
  if (line?.major === major) return passed;
  const seen = line === undefined ? `no line, and ${describeExit(plugin.exit())}` : `major ${line.major}`;
  return failed(`major ${major} for ${given}`, seen, advice);
}
