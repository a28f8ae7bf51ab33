import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { inspect } from "node:util";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { decodeQueryData, CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { type Program, runProgram, sourceProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { weatherLauncher } from "./start-weather.ts";

const go = await buildGoPeers();

function example(name: string): URL {
  return new URL(`../../examples/readme/${name}`, import.meta.url);
}

async function run(t: TestContext, name: string, ...args: string[]): Promise<Program> {
  await privateTmp(t);
  const program = runProgram(t, process.execPath, sourceProgram(example(name), ...args));
  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
  return program;
}

test("the README's host prints what the weather plugin answers", async (t) => {
  const host = await run(t, "host.ts", weatherLauncher);

  assert.match(host.stdout(), /location: 'New York', hottest: 37\.8/);
  assert.match(host.stdout(), /location: 'Seattle', hottest: 35\.6/);
});

test("the README's host and its plugin go together", async (t) => {
  const { writeExecutable } = await privateTmp(t);
  const [condition, plugin] = sourceProgram(example("plugin.ts"));
  const launcher = await writeExecutable(`#!/bin/sh\nexec "${process.execPath}" ${condition} "${plugin}"\n`);

  const host = await run(t, "host.ts", launcher);

  const first = BigInt(Date.parse("2026-01-01")) * 1_000_000n;
  const rows = [
    { time: first, value: 1 },
    { time: first + 86_400_000_000_000n, value: 2.5 },
  ];
  assert.equal(host.stdout(), `${inspect(rows)}\n`);
});

test("the README's plugin is healthy and answers each query", async (t) => {
  await privateTmp(t);
  const args = sourceProgram(example("plugin.ts"));
  const plugin = await launchPlugin({ command: process.execPath, args, protocols: [v2] });
  atEnd(t, () => plugin.close());

  const { status, message } = await plugin.diagnostics.checkHealth({});
  const results = await decodeQueryData(
    await plugin.data.queryData({ queries: [{ refId: "A" }, { refId: "B" }] }),
  );

  assert.deepEqual([status, message], [Health.OK, "ready"]);
  for (const refId of ["A", "B"]) {
    assert.deepEqual(results.get(refId)?.frames[0]?.fields[1]?.values, [1, 2.5]);
  }
});

test("the README's choice of majors compiles and takes the highest", async (t) => {
  const host = await run(t, "majors.ts", weatherLauncher);

  assert.match(host.stdout(), /^2 \{/);
  assert.match(host.stdout(), /2922 days of weather in 2 places/);
});

test("the README's program of types encodes and decodes a request", async (t) => {
  const program = await run(t, "types.ts");

  assert.equal(program.stdout(), "100n\n");
});

test("the README's host of Go plugins runs one", {
  skip: go === undefined ? withoutGo : false,
}, async (t) => {
  if (go === undefined) return;
  const host = await run(t, "go-plugin.ts", go.plugin);

  assert.equal(host.stdout(), "OK: fixture healthy\n");
});

test("the README's host of Go plugins runs one of ours", async (t) => {
  const host = await run(t, "go-plugin.ts", weatherLauncher);

  assert.equal(host.stdout(), "OK: 2922 days of weather in 2 places\n");
  assert.match(host.stderr(), /^info weather is served$/m);
});

test("the README's supervising host tells the states of its plugin", async (t) => {
  const host = await run(t, "supervise.ts", weatherLauncher);

  assert.equal(host.stdout(), "OK: 2922 days of weather in 2 places\n");
  assert.equal(host.stderr(), "starting \nready \nstopped closed\n");
});

test("the README's server of remote clients answers curl's kind of request", async (t) => {
  const port = await freePort();
  const server = runProgram(t, process.execPath, sourceProgram(example("remote.ts"), String(port)));
  const url = `http://127.0.0.1:${port}/pluginv2.Data/QueryData`;
  const headers = { "content-type": "application/json" };

  const answer = await until("it listens", () =>
    fetch(url, { method: "POST", headers, body: '{"queries":[{"refId":"A"}]}' }).catch(() => undefined),
  );

  assert.equal(answer.status, 200, server.stderr());
  const { responses } = (await answer.json()) as { responses: { A: { frames: string[] } } };
  assert.equal(Buffer.from(responses.A.frames[0] ?? "", "base64").toString("latin1", 0, 6), "ARROW1");
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("the README's first two programs are short", () => {
  for (const name of ["host.ts", "plugin.ts"]) {
    assert.ok(readFileSync(example(name), "utf8").trimEnd().split("\n").length <= 16, name);
  }
});

test("the host of docs/host.md and the plugin of docs/plugin.md do what their comments say", async (t) => {
  const { writeExecutable } = await privateTmp(t);
  const [condition, plugin] = sourceProgram(example("../pages/plugin.ts"));
  const launcher = await writeExecutable(`#!/bin/sh\nexec "${process.execPath}" ${condition} "${plugin}"\n`);

  const host = await run(t, "../pages/host.ts", launcher);

  assert.deepEqual(host.stdout().trimEnd().split("\n").sort(), [
    "# TYPE demo_calls counter",
    "HTTP 200",
    "OK: ready for Demo",
    '["time","value"]',
    "demo_calls 1",
    "log info: a resource was asked for",
  ]);
});

test("the host of docs/host.md says what is wrong when there is no plugin", async (t) => {
  await privateTmp(t);
  const host = runProgram(
    t,
    process.execPath,
    sourceProgram(example("../pages/host.ts"), "/nowhere/gpx_demo"),
  );

  assert.deepEqual(await host.ended, { code: 1, signal: null });
  assert.match(host.stdout(), /^executable_not_found: /);
});

test("the programs of the pages use no syntax that the least Node does not know", () => {
  for (const folder of ["readme", "pages", "docs", "sdk", "write-a-host", "write-a-plugin"]) {
    const names = readdirSync(example(`../${folder}`)).filter((name) => name.endsWith(".ts"));
    assert.ok(names.length > 1, folder);
    for (const name of names) {
      const text = readFileSync(example(`../${folder}/${name}`), "utf8");
      assert.doesNotMatch(text, /await using/, `examples/${folder}/${name}`);
    }
  }
});
