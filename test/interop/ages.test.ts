import assert from "node:assert/strict";
import { dirname } from "node:path";
import { before, suite, type TestContext, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { type PluginClient, PluginError, type ProtocolMajor } from "grafana-plugin-protocol";
import { type LaunchedPlugin, launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { until } from "../helpers/until.ts";
import { type Age, ages, majorOne } from "./ages.ts";
import { buildAge, buildMajorOne, type OldPeers } from "./ages-build.ts";
import { casesOfAge } from "./ages-cases.ts";
import { bytesOf, type Case, collect } from "./case.ts";
import { casesV1 } from "./cases-v1.ts";
import { pluginContext } from "./cases-v2.ts";
import { typeScriptPlugin } from "./fixture-commands.ts";
import { runGoHost } from "./go-host.ts";
import { buildGoPeers, withoutGo } from "./go-peers.ts";

const isWanted = Boolean(process.env["CI"] || process.env["TEST_OLD_SDKS"]);
const go = await buildGoPeers();

if (go === undefined || !isWanted) {
  const reason = go === undefined ? withoutGo : "building them takes minutes: set TEST_OLD_SDKS=1";
  const versions = [...ages.map(({ sdk }) => sdk), `go-plugin ${majorOne.goPlugin} with v1`].join(", ");
  test(`old Go plugins and hosts (${versions}) understand ours`, { skip: reason });
} else {
  const folder = dirname(go.plugin);
  for (const age of ages) testAge(age, folder);
  testMajorOne(folder);
}

function testAge(age: Age, folder: string): void {
  suite(`SDK ${age.sdk} with go-plugin ${age.goPlugin}`, () => {
    let peers: OldPeers;
    before(async () => {
      peers = await buildAge(age, folder);
    });

    test(`SDK ${age.sdk}: is built with that go-plugin`, () => assert.equal(peers.goPlugin, age.goPlugin));

    for (const tls of ["off", "auto"] as const) {
      test(`SDK ${age.sdk}: TypeScript host × Go plugin, TLS ${tls}`, async (t) => {
        const { plugin, logged } = await launch(t, startV2, peers.plugin, tls);

        await runCases(t, plugin, casesOfAge(age));

        await t.test("it lists its services", async () => {
          const services = (await plugin.services()) ?? [];
          for (const service of [
            "plugin.GRPCStdio",
            "plugin.GRPCBroker",
            "pluginv2.Data",
            "pluginv2.Resource",
          ])
            assert.ok(services.includes(service), `expected ${service} in ${services}`);
        });
        await t.test("what it prints comes", async () => {
          await collect(plugin.resource.callResource({ pluginContext, path: "print" }));
          await until("the line has come", () => printedIn(logged).includes("fixture printed"));
        });
        await stop(t, plugin);
      });

      test(`SDK ${age.sdk}: Go host × TypeScript plugin, TLS ${tls}`, (t) =>
        runOldHost(t, peers.host, 2, tls));
    }

    const ending = age.knows.has("panics of a handler")
      ? "a panic of a handler fails its call, and the plugin goes on"
      : "a panic of a handler ends the plugin, and the call says so";
    test(`SDK ${age.sdk}: TypeScript host × Go plugin: ${ending}`, async (t) => {
      const { plugin, logged } = await launch(t, startV2, peers.plugin, "off");
      const queries = [{ refId: "A", json: bytesOf('{"do":"crash"}'), timeRange: {} }];
      const call = plugin.data.queryData({ pluginContext, queries });

      if (age.knows.has("panics of a handler")) {
        await rejectsWithConnectError(call, Code.Unknown);
        await plugin.diagnostics.checkHealth({ pluginContext });
      } else {
        const { cause } = await rejectsWithConnectError(call, Code.Unavailable);
        assert.ok(cause instanceof PluginError);
        assert.equal(cause.code, "exited");
        assert.equal(cause.exitCode, 2);
        assert.ok(logged.some(({ message }) => message.includes("panic: crash was asked for")));
      }
      await plugin.close();
    });
  });
}

function testMajorOne(folder: string): void {
  suite(`major 1 with go-plugin ${majorOne.goPlugin}`, () => {
    let peers: OldPeers;
    before(async () => {
      peers = await buildMajorOne(folder);
    });

    test(`major 1 with go-plugin ${majorOne.goPlugin}: is built with that go-plugin`, () =>
      assert.equal(peers.goPlugin, majorOne.goPlugin));

    for (const tls of ["off", "auto"] as const) {
      test(`major 1 with go-plugin ${majorOne.goPlugin}: TypeScript host × Go plugin, TLS ${tls}`, async (t) => {
        const { plugin, logged } = await launch(t, startV1, peers.plugin, tls);

        await runCases(t, plugin, casesV1);

        await t.test("it has no reflection: its services are not known", async () =>
          assert.equal(await plugin.services(), undefined),
        );
        await t.test("it has no stdio: what it prints is lost, and nothing else", async () => {
          const queries = [{ refId: "A", modelJson: '{"do":"print"}' }];
          assert.equal((await plugin.datasource.query({ queries })).results.length, 1);
          assert.deepEqual(printedIn(logged), []);
        });
        await stop(t, plugin);
      });

      test(`major 1 with go-plugin ${majorOne.goPlugin}: Go host × TypeScript plugin, TLS ${tls}`, (t) =>
        runOldHost(t, peers.host, 1, tls));
    }
  });
}

interface Launch {
  readonly command: string;
  readonly tls: "off" | "auto";
  readonly onLog: (record: PluginLogRecord) => void;
}

/** Starts a plugin until the test ends, and keeps what it logs. */
async function launch<P extends AsyncDisposable>(
  t: TestContext,
  start: (options: Launch) => Promise<P>,
  command: string,
  tls: "off" | "auto",
): Promise<{ readonly plugin: P; readonly logged: readonly PluginLogRecord[] }> {
  await privateTmp(t);
  const logged: PluginLogRecord[] = [];
  const plugin = await start({ command, tls, onLog: (record) => logged.push(record) });
  atEnd(t, () => plugin[Symbol.asyncDispose]());
  return { plugin, logged };
}

function printedIn(logged: readonly PluginLogRecord[]): string[] {
  return logged.filter(({ source }) => source === "stdio").map(({ message }) => message);
}

const startV1 = (options: Launch) => launchPlugin({ ...options, protocols: [v1] });
const startV2 = (options: Launch) => launchPlugin({ ...options, protocols: [v2] });

async function runCases<M extends ProtocolMajor>(
  t: TestContext,
  plugin: LaunchedPlugin<M>,
  cases: readonly Case<PluginClient<M>>[],
): Promise<void> {
  await t.test("it says that it serves", async () => assert.equal(await plugin.health(), "serving"));
  for (const { name, run } of cases) await t.test(name, () => run(plugin));
}

async function stop<M extends ProtocolMajor>(t: TestContext, plugin: LaunchedPlugin<M>): Promise<void> {
  await t.test("stop: it ends by itself", async () => {
    await plugin.close({ graceMs: 60_000 });
    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
  });
}

async function runOldHost(t: TestContext, host: string, major: 1 | 2, tls: "off" | "auto"): Promise<void> {
  await privateTmp(t);
  const report = async (name: string, run: () => Promise<void> | void): Promise<void> => {
    await t.test(name, run);
  };
  const flags = tls === "auto" ? ["-tls"] : [];
  await runGoHost(host, typeScriptPlugin, { major, network: "unix" }, "", report, { flags });
}
