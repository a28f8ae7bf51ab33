import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { suite, type TestContext, test } from "node:test";
import { type LaunchedPlugin, launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";
import { compileCache, sourceProgram } from "../helpers/run-program.ts";
import { ask, dataOf } from "./brokered-data.ts";
import type { Command } from "./cell.ts";
import { buildGoPeers, withoutGo } from "./go-peers.ts";

const go = await buildGoPeers();
const typeScript: Command = {
  command: process.execPath,
  args: sourceProgram(new URL("broker-plugin.ts", import.meta.url)),
};
const plugins = {
  TypeScript: typeScript,
  ...(go === undefined ? {} : { Go: { command: go.broker, args: [] } }),
};

for (const [name, command] of Object.entries(plugins)) {
  for (const tls of ["off", "auto"] as const) {
    suite(`TypeScript host × ${name} plugin, TLS ${tls}`, () => {
      test(`TypeScript host × ${name} plugin, TLS ${tls}: the plugin dials what the host serves`, async (t) => {
        await using plugin = await launch(t, command, tls);

        await pluginDials(plugin);
      });

      test(`TypeScript host × ${name} plugin, TLS ${tls}: the plugin dials many at a time`, async (t) => {
        await using plugin = await launch(t, command, tls);

        await Promise.all(Array.from({ length: 20 }, () => pluginDials(plugin)));
      });

      test(`TypeScript host × ${name} plugin, TLS ${tls}: the host dials what the plugin serves`, async (t) => {
        await using plugin = await launch(t, command, tls);
        const { message } = await plugin.diagnostics.checkHealth({ headers: { do: "serve" } });

        assert.equal(await ask(plugin.broker, Number(message), "host"), "plugin answers host");
      });

      test(`TypeScript host × ${name} plugin, TLS ${tls}: the plugin says that it serves, and which services`, async (t) => {
        await using plugin = await launch(t, command, tls);

        assert.equal(await plugin.health(), "serving");
        assert.equal(await plugin.health({ service: "no.such.Service" }), "unknown_service");
        const services = (await plugin.services()) ?? [];
        const expected = [
          "grpc.health.v1.Health",
          "plugin.GRPCBroker",
          "plugin.GRPCStdio",
          "pluginv2.Diagnostics",
        ];
        assert.deepEqual(
          services.filter((service) => expected.includes(service)),
          expected,
        );
      });

      test(`TypeScript host × ${name} plugin, TLS ${tls}: what is brokered ends with the plugin`, async (t) => {
        const plugin = await launch(t, command, tls);
        const { message } = await plugin.diagnostics.checkHealth({ headers: { do: "serve" } });
        await plugin.broker.acceptAndServe(plugin.broker.nextId(), dataOf("host"));
        await plugin.broker.dial(Number(message));

        await plugin.close();

        await rejectsWithPluginError(plugin.broker.dial(99), "closed");
        await rejectsWithPluginError(plugin.broker.acceptAndServe(99, dataOf("host")), "closed");
      });
    });
  }
}

test("a Go plugin that multiplexes is refused with what to do", {
  skip: go ? false : withoutGo,
}, async (t) => {
  await privateTmp(t);
  const launched = launchPlugin({
    command: go?.broker ?? "",
    protocols: [v2],
    env: { PLUGIN_MULTIPLEX_GRPC: "true" },
  });

  const error = await rejectsWithPluginError(launched, "rpc_protocol_unsupported");

  assert.match(error.message, /multiplexed broker.*remove PLUGIN_MULTIPLEX_GRPC/);
});

suite("Go host × TypeScript plugin", { skip: go ? false : withoutGo }, () => {
  test("Go host × TypeScript plugin: brokers both ways, and gets what the plugin prints", (t) =>
    runGoHost(t, []));
  test("Go host × TypeScript plugin: brokers both ways, and gets what the plugin prints, over TLS", (t) =>
    runGoHost(t, ["-tls"]));
  test("Go host × TypeScript plugin: a host that multiplexes is told that the plugin does not", (t) =>
    runGoHost(t, ["-multiplex"]));
});

test("Go host × Go plugin, which says that the cases are right", { skip: go ? false : withoutGo }, (t) =>
  runGoHost(t, [], { command: go?.broker ?? "", args: [] }),
);

async function launch(
  t: TestContext,
  { command, args }: Command,
  tls: "off" | "auto",
): Promise<LaunchedPlugin<typeof v2>> {
  await privateTmp(t);
  return launchPlugin({ command, args, tls, protocols: [v2], env: compileCache });
}

/** go-plugin's bidirectional pattern: a call carries the number of a server that the caller serves meanwhile. */
async function pluginDials({ broker, diagnostics }: LaunchedPlugin<typeof v2>): Promise<void> {
  const id = broker.nextId();
  await using _server = await broker.acceptAndServe(id, dataOf("host"));

  const { message } = await diagnostics.checkHealth({ headers: { do: "dial", number: String(id) } });

  assert.equal(message, "host answers plugin");
}

async function runGoHost(
  t: TestContext,
  flags: readonly string[],
  { command, args }: Command = typeScript,
): Promise<void> {
  await privateTmp(t);
  const child = spawn(go?.broker ?? "", [...flags, command, ...args], {
    env: { ...process.env, ...compileCache },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  const exited = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const outcome = JSON.parse(line) as { case: string; ok: boolean; detail?: string };
    await t.test(outcome.case, () => assert.ok(outcome.ok, `${outcome.detail}\n${stderr}`));
  }
  assert.deepEqual(await exited, [0, null], stderr);
}
