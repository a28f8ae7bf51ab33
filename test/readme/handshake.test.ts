/** docs/handshake.md is right: its session is one that ran, and its programs go with ours and with Go's. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, type TestContext, test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  formatAttachInfo,
  formatHandshakeLine,
  hostEnvironmentNames,
  magicCookieExitCode,
  magicCookieText,
} from "grafana-plugin-protocol/go-plugin";
import { launchPlugin } from "grafana-plugin-protocol/host";
import {
  CheckHealthResponseSchema,
  CheckHealthResponse_HealthStatus as Status,
  v2,
} from "grafana-plugin-protocol/v2";
import {
  HealthCheckRequestSchema,
  HealthCheckResponse_ServingStatus,
  HealthCheckResponseSchema,
} from "../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { ConnInfoSchema } from "../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { StdioData_Channel, StdioDataSchema } from "../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { root } from "../../scripts/readme/pages.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";

const go = await buildGoPeers();
const page = readFileSync(new URL("docs/handshake.md", root), "utf8");
const session = readFileSync(new URL("examples/handshake/session.txt", root), "utf8");

function example(name: string): string {
  return new URL(`examples/${name}`, root).pathname;
}

/** What is the same in every run: not the name of the socket. */
function stable(text: string): string[] {
  return text
    .trimEnd()
    .replaceAll(/\|unix\|\S+\/plugin[-.\w/]+\|/g, "|unix|…/plugin…|")
    .split("\n");
}

/** Runs the page's host on a plugin, and splits what it printed into the answer of CheckHealth and the rest. */
async function runHost(
  t: TestContext,
  ...plugin: string[]
): Promise<{ readonly lines: string[]; readonly answer: string }> {
  await privateTmp(t);
  const host = runProgram(t, process.execPath, [example("handshake/host.ts"), ...plugin]);
  assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
  const lines = stable(host.stdout());
  return { lines, answer: takeAnswer(lines) };
}

/** Removes the answer of CheckHealth, which is each plugin's own. */
function takeAnswer(lines: string[]): string {
  const [answer = ""] = lines.splice(lines.findIndex((line) => line.includes("CheckHealth")) + 1, 1);
  return answer;
}

/** The message in a line such as `< 00 00000002 0801, grpc-status 0`. */
function messageOf(line: string): { readonly status: Status; readonly message: string } {
  const [, flag, length, hex = "", grpcStatus] = /^< (\S+) (\S+) (\S*), grpc-status (\d+)$/.exec(line) ?? [];
  const bytes = Buffer.from(hex, "hex");
  assert.deepEqual([flag, Number.parseInt(length ?? "", 16), grpcStatus], ["00", bytes.length, "0"], line);
  return fromBinary(CheckHealthResponseSchema, bytes);
}

suite("the session of docs/handshake.md", () => {
  test("the session of docs/handshake.md stands there with the programs that had it", () => {
    for (const name of ["host.ts", "plugin.ts", "session.txt"]) {
      assert.ok(page.includes(`<!-- code: examples/handshake/${name} -->`), name);
    }
  });

  test("the session of docs/handshake.md is what its host and its plugin print", async (t) => {
    const { lines, answer } = await runHost(t, process.execPath, example("handshake/plugin.ts"));

    const expected = stable(session);
    assert.equal(answer, takeAnswer(expected));
    assert.deepEqual(lines, expected);
  });

  test("the session of docs/handshake.md is the same with a plugin of ours, but for its answer", async (t) => {
    const plugin = sourceProgram(new URL("examples/readme/plugin.ts", root));
    const { lines, answer } = await runHost(t, process.execPath, ...plugin);

    const expected = stable(session);
    takeAnswer(expected);
    assert.deepEqual(lines, expected);
    const { status, message } = messageOf(answer);
    assert.deepEqual([status, message], [Status.OK, "ready"]);
  });

  test("the session of docs/handshake.md is the same with a Go plugin, but for its answer and that it ends before it answers Shutdown", {
    skip: go === undefined ? withoutGo : false,
  }, async (t) => {
    const { lines, answer } = await runHost(t, go?.plugin ?? "");

    const expected = stable(session);
    takeAnswer(expected);
    const [ofShutdown] = lines.splice(-2, 1);
    expected.splice(-2, 1);
    assert.deepEqual(lines, expected);
    assert.match(ofShutdown ?? "", /^< (nothing|00 00000000), grpc-status (none|0)$/);
    const { status, message } = messageOf(answer);
    assert.deepEqual([status, message], [Status.OK, "fixture healthy"]);
  });
});

suite("the plugin of docs/handshake.md", () => {
  test("the plugin of docs/handshake.md goes with our host, lacks what it lacks, and ends by itself", async (t) => {
    await privateTmp(t);
    const plugin = await launchPlugin({
      command: process.execPath,
      args: [example("handshake/plugin.ts")],
      protocols: [v2],
    });

    const { status, message } = await plugin.diagnostics.checkHealth({});

    assert.deepEqual([status, message], [Status.OK, "ok"]);
    assert.equal(await plugin.health(), "serving");
    assert.equal(await plugin.services(), undefined);
    await plugin.close({ graceMs: 60_000 });
    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
  });

  test("the plugin of docs/handshake.md goes with a Go host, which has nothing to warn of", {
    skip: go === undefined ? withoutGo : false,
  }, async (t) => {
    await privateTmp(t);
    const host = runProgram(t, go?.attach ?? "", ["call", process.execPath, example("handshake/plugin.ts")]);

    assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
    assert.equal(host.stdout(), "ok\n");
    assert.equal(host.stderr(), "");
  });

  test("the plugin of docs/handshake.md does not start without a host", async (t) => {
    const plugin = runProgram(t, process.execPath, [example("handshake/plugin.ts")]);

    assert.deepEqual(await plugin.ended, { code: magicCookieExitCode, signal: null });
    assert.equal(plugin.stdout(), "");
    assert.ok(magicCookieText.startsWith(plugin.stderr()), plugin.stderr());
  });
});

suite("docs/handshake.md says", () => {
  test("docs/handshake.md has the bytes of messages", () => {
    const { STDOUT } = StdioData_Channel;
    const knock = { knock: true, ack: true, error: "no" };
    const messages = [
      toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema, { service: "plugin" })),
      toBinary(
        HealthCheckResponseSchema,
        create(HealthCheckResponseSchema, { status: HealthCheckResponse_ServingStatus.SERVING }),
      ),
      toBinary(
        StdioDataSchema,
        create(StdioDataSchema, { channel: STDOUT, data: new TextEncoder().encode("hi\n") }),
      ),
      toBinary(
        ConnInfoSchema,
        create(ConnInfoSchema, { serviceId: 1, network: "unix", address: "/tmp/plugin42" }),
      ),
      toBinary(ConnInfoSchema, create(ConnInfoSchema, { serviceId: 1, knock })),
    ];

    for (const message of messages) {
      const hex = Buffer.from(message)
        .toString("hex")
        .replaceAll(/..(?=.)/g, "$& ");
      assert.ok(page.includes(`\`${hex}\``), hex);
    }
  });

  test("docs/handshake.md has the lines that ours print", () => {
    const line = formatHandshakeLine({ protocolVersion: 2, network: "unix", address: "/tmp/plugin42" });
    const address = { network: "unix", address: "/tmp/plugin42" } as const;
    const attach = formatAttachInfo({ protocolVersion: 2, ...address, pid: 4711, test: true });

    assert.ok(page.includes(line), line);
    assert.ok(page.includes(attach), attach);
    assert.ok(page.includes(magicCookieText), magicCookieText);
  });

  test("docs/handshake.md has every variable of a host, and every code of a PluginError", () => {
    const source = readFileSync(new URL("src/errors.ts", root), "utf8");
    const codes = [...source.matchAll(/^ {2}\| "(?<code>\w+)"/gm)].map(
      ({ groups }) => groups?.["code"] ?? "",
    );

    assert.ok(codes.length > 20, codes.join());
    for (const name of [...hostEnvironmentNames, ...codes]) {
      assert.match(page, new RegExp(`^\\|.*\`${name}\`.*\\|`, "m"));
    }
  });
});
