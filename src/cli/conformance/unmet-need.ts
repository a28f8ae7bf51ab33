import type { Need } from "./check.ts";
import { hasRpc, knownCall, majorsOf } from "./plugin-facts.ts";
import type { World } from "./world.ts";

/** Why a check cannot run: the first of its needs that is not met, for a person. `undefined` if all are. */
export async function unmetNeed(needs: readonly Need[], world: World): Promise<string | undefined> {
  for (const need of needs) {
    const why = await unmet(need, world);
    if (why !== undefined) return why;
  }
  return undefined;
}

async function unmet(need: Need, world: World): Promise<string | undefined> {
  const { query, stream } = world.options;
  switch (need) {
    case "a query":
      return query === undefined
        ? "it needs a query that the plugin answers: give one with --query FILE"
        : undefined;
    case "a stream":
      return stream === undefined ? "it needs a stream: give its path with --stream PATH" : undefined;
    case "Linux":
      return process.platform === "linux" ? undefined : "it needs /proc, which only Linux has";
    case "a call":
      return (await knownCall(world)) === undefined
        ? "neither CheckHealth nor the health service answers with OK"
        : undefined;
    case "major 1":
      return (await majorsOf(world)).has(1) ? undefined : "the plugin does not have protocol 1";
    case "major 2":
      return (await majorsOf(world)).has(2) ? undefined : "the plugin does not have protocol 2";
    default: {
      if (!(await majorsOf(world)).has(2)) return "the plugin does not have protocol 2";
      return (await hasRpc(world, need)) ? undefined : `the plugin does not have ${need}`;
    }
  }
}
