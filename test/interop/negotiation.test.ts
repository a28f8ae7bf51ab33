import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { PluginError, type ProtocolMajor } from "grafana-plugin-protocol";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { buildImage } from "../../scripts/proto/image.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import type { Command, Variant } from "./cell.ts";
import { typeScriptPlugin } from "./fixture-commands.ts";
import { runGoHost } from "./go-host.ts";
import { buildGoPeers, withoutGo } from "./go-peers.ts";

const go = await buildGoPeers();
const image = await buildImage();

interface NamedPlugin extends Command {
  readonly name: string;
}

const plugins: readonly NamedPlugin[] = [
  { name: "TypeScript", ...typeScriptPlugin },
  ...(go === undefined ? [] : [{ name: "Go", command: go.plugin, args: [] }]),
];

/** The major in the handshake line of a plugin that is started with this list of versions. */
async function majorInHandshake(
  plugin: Command,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const child = spawn(plugin.command, plugin.args, {
    env: { ...process.env, grafana_plugin_type: "datasource", ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const [, major, , socket = ""] = line.split("|");
  child.kill("SIGTERM");
  await ended;
  // A Go plugin leaves it behind on SIGTERM.
  await rm(socket, { force: true });
  return major;
}

for (const plugin of plugins) {
  const lists: readonly [string, Record<string, string>, string][] = [
    ["1", { PLUGIN_PROTOCOL_VERSIONS: "1" }, "1"],
    ["2", { PLUGIN_PROTOCOL_VERSIONS: "2" }, "2"],
    ["1 and 2, in either order", { PLUGIN_PROTOCOL_VERSIONS: "2,1" }, "2"],
    ["1, 2 and some that it does not know", { PLUGIN_PROTOCOL_VERSIONS: "10,2,1,9" }, "2"],
    ["nothing that it knows: its lowest", { PLUGIN_PROTOCOL_VERSIONS: "7" }, "1"],
    ["no list: its lowest", {}, "1"],
  ];
  for (const [offer, env, expected] of lists) {
    test(`one ${plugin.name} executable of both majors, offered ${offer}`, async (t) => {
      await privateTmp(t);
      assert.equal(await majorInHandshake(plugin, { FIXTURE_MAJORS: "1,2", ...env }), expected);
    });
  }

  const majors: readonly [readonly [ProtocolMajor, ...ProtocolMajor[]], number][] = [
    [[v1], 1],
    [[v2], 2],
    [[v1, v2], 2],
  ];
  for (const [protocols, expected] of majors) {
    const offered = protocols.map(({ version }) => version).join(" and ");
    test(`TypeScript host offering ${offered} × ${plugin.name} plugin of both majors agree on ${expected}`, async (t) => {
      await privateTmp(t);
      await using launched = await launchPlugin({ ...plugin, protocols, env: { FIXTURE_MAJORS: "1,2" } });
      assert.equal(launched.protocolVersion, expected);
    });
  }

  test(`TypeScript host of v2 × ${plugin.name} plugin of v1 is a mismatch that names both`, async (t) => {
    await privateTmp(t);
    await assert.rejects(
      launchPlugin({ ...plugin, protocols: [v2], env: { FIXTURE_MAJORS: "1" } }),
      (error) => {
        assert.ok(error instanceof PluginError);
        assert.equal(error.code, "protocol_version_mismatch");
        assert.match(error.message, /plugin speaks protocol 1, host accepts 2/);
        return true;
      },
    );
  });

  if (go === undefined) continue;
  const runOnGo = async (
    t: TestContext,
    major: 1 | 2,
    flags: readonly string[],
    pluginMajors = "1,2",
  ): Promise<void> => {
    await privateTmp(t);
    const variant: Variant = { major, network: "unix" };
    const report = async (name: string, run: () => Promise<void> | void): Promise<void> => {
      await t.test(name, run);
    };
    await runGoHost(go.host, plugin, variant, image, report, {
      flags,
      env: { FIXTURE_MAJORS: pluginMajors },
    });
  };
  const quick = ["-only", "^(handshake|stop)"];
  test(`Go host offering 1 and 2 × ${plugin.name} plugin of both majors agree on 2`, (t) =>
    runOnGo(t, 2, [...quick, "-majors", "1,2", "-expect", "2"]));
  test(`Go host offering 1 × ${plugin.name} plugin of both majors agree on 1`, (t) =>
    runOnGo(t, 1, [...quick, "-majors", "1", "-expect", "1"]));
  test(`Go host without a list × ${plugin.name} plugin of both majors agree on 1`, (t) =>
    runOnGo(t, 1, [...quick, "-majors", "1", "-expect", "1", "-no-version-list"]));
  test(`Go host of v2 × ${plugin.name} plugin of v1 is a mismatch`, (t) =>
    runOnGo(t, 2, ["-expect-error", "incompatible API version"], "1"));
}

if (go === undefined) test("negotiation with Go peers", { skip: withoutGo }, () => {});
