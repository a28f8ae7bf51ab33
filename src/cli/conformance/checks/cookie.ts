import { type Check, failed, type Outcome, passed } from "../check.ts";
import { describeExit } from "../process/describe-exit.ts";
import { readLine } from "../process/read-line.ts";
import type { PluginProcess, StartOptions } from "../process/start-process.ts";
import type { World } from "../world.ts";

/** What a plugin does that a person starts. */
export const cookieChecks: readonly Check[] = [
  {
    name: "cookie.missing",
    fact: "Without the magic cookie the plugin prints nothing to stdout and exits with 1.",
    source: "go-plugin server.go, Serve",
    run: (world) => expectRefusal(world, { cookie: null }),
  },
  {
    name: "cookie.wrong",
    fact: "With another value of the magic cookie the plugin prints nothing to stdout and exits with 1.",
    source: "go-plugin server.go, Serve",
    run: (world) => expectRefusal(world, { cookie: "conformance" }),
  },
  {
    name: "cookie.text",
    fact: "A plugin that lacks the magic cookie says on stderr that it is a plugin.",
    source: "go-plugin server.go, Serve",
    run: async (world) => {
      const plugin = await refused(world, { cookie: null });
      // Whether it ends at all is another check.
      if (readLine(plugin.stdout()) !== undefined || /plugin/i.test(plugin.stderr())) return passed;
      return failed(
        "a text about plugins on stderr",
        JSON.stringify(plugin.stderr().slice(-200)),
        'print "This binary is a plugin. These are not meant to be executed directly."',
      );
    },
  },
];

async function expectRefusal(world: World, how: StartOptions): Promise<Outcome> {
  const plugin = await refused(world, how);
  const seen = plugin.exit();
  if (seen?.code === 1 && plugin.stdout() === "") return passed;
  return failed(
    "nothing on stdout, and exit code 1",
    `${JSON.stringify(plugin.stdout().slice(0, 200))} on stdout, and ${describeExit(seen)}`,
    "compare grafana_plugin_type with datasource before anything else, and exit 1 if it differs",
  );
}

/** Starts a plugin that has to end, and waits until it does or serves nonetheless. */
function refused(world: World, how: StartOptions): Promise<PluginProcess> {
  return world.once(`refused ${how.cookie}`, async () => {
    const plugin = await world.start(how);
    const { withinMs } = world.options;
    const [exit, line] = [plugin.ended(withinMs), plugin.line(withinMs)];
    await Promise.race([exit, line.then((seen) => (seen === undefined ? exit : undefined))]);
    return plugin;
  });
}
