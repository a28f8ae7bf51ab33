/** go-plugin's AutoMTLS: ours with ours, and in both directions with hashicorp/go-plugin itself. */
import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import {
  makeCertificate,
  parseHandshakeLine,
  readServerCertificate,
} from "grafana-plugin-protocol/go-plugin";
import { launchPlugin } from "grafana-plugin-protocol/host";
import type { DialTls, SocketAddress } from "grafana-plugin-protocol/transport";
import { Diagnostics, v2 } from "grafana-plugin-protocol/v2";
import { GRPCController } from "../../gen/es/go-plugin/plugin/grpc_controller_pb.js";
import { buildImage } from "../../scripts/proto/image.ts";
import { toSocketAddress } from "../../src/host/client/socket-address.ts";
import { atEnd } from "../helpers/at-end.ts";
import { dialled } from "../helpers/connected-pair.ts";
import { type PrivateTmp, privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";
import { cookie } from "../helpers/served-fixture.ts";
import { fieldOf, type TestCertificate, type TestKey, testCertificate } from "../helpers/test-certificate.ts";
import type { TlsPluginOptions } from "../host/fixtures/tls-plugin.ts";
import { type Command, type Report, type Variant, variantEnvironment } from "./cell.ts";
import { typeScriptPlugin } from "./fixture-commands.ts";
import { runGoHost } from "./go-host.ts";
import { buildGoPeers, type GoPeers, withoutGo } from "./go-peers.ts";
import { runTypeScriptHost } from "./typescript-host.ts";

const go = await buildGoPeers();
const image = await buildImage();
const onUnix: Variant = { major: 2, network: "unix", hasTls: true };

function testCell(name: string, run: (report: Report) => Promise<void>): void {
  test(name, async (t) => {
    await privateTmp(t);
    await run(async (caseName, runCase) => {
      await t.test(caseName, runCase);
    });
  });
}

for (const network of ["unix", "tcp"] as const) {
  const variant: Variant = { ...onUnix, network };
  testCell(`TypeScript host × TypeScript plugin × TLS over ${network}`, (report) =>
    runTypeScriptHost(typeScriptPlugin, variant, image, report),
  );
  if (go !== undefined) {
    testCell(`Go host × TypeScript plugin × TLS over ${network}`, (report) =>
      runGoHost(go.host, typeScriptPlugin, variant, image, report),
    );
  }
}

if (go === undefined) test("TLS with a Go host or a Go plugin", { skip: withoutGo }, () => {});
else testWithGo(go);

function testWithGo(peers: GoPeers): void {
  const goPlugin: Command = { command: peers.plugin, args: [] };

  // The only listener of a Go plugin that a host starts on this system is a unix socket.
  testCell("TypeScript host × Go plugin × TLS over unix", (report) =>
    runTypeScriptHost(goPlugin, onUnix, image, report),
  );

  test("a Go plugin launched with TLS lets no plain text in", async (t) => {
    const tmp = await privateTmp(t);
    await using plugin = await launchPlugin({
      ...goPlugin,
      env: variantEnvironment(onUnix, image),
      protocols: [v2],
      tls: "auto",
    });

    await rejectsWithConnectError(dialled(t, socketIn(tmp)), Code.Unavailable);

    assert.equal(
      (await plugin.diagnostics.collectMetrics({ pluginContext: {} })).metrics !== undefined,
      true,
    );
  });

  suite("a Go plugin", () => {
    for (const key of ["P-256", "RSA-2048"] satisfies TestKey[]) {
      test(`a Go plugin takes a ${key} certificate from our transport`, async (t) => {
        const { address, tls } = await startGoPlugin(t, peers, await testCertificate({ key }));

        const { transport } = await dialled(t, address, { tls });

        assert.ok(await createClient(Diagnostics, transport).collectMetrics({ pluginContext: {} }));
      });
    }

    test("a Go plugin refuses our transport with another certificate than the host's, or none", async (t) => {
      const { address, tls } = await startGoPlugin(t, peers, await makeCertificate());
      const { peerCertificate } = tls;

      for (const own of [await makeCertificate(), {}]) {
        const error = await rejectsWithConnectError(
          dialled(t, address, { tls: { ...own, peerCertificate } }),
          Code.Unauthenticated,
        );
        assert.match(error.rawMessage, /^no TLS: .*(alert|certificate)/);
      }
    });
  });

  suite("a Go host", () => {
    for (const key of ["P-256", "RSA-2048"] satisfies TestKey[]) {
      test(`a Go host takes a plugin of our transport with a ${key} certificate`, async (t) => {
        await privateTmp(t);
        const serves = await testCertificate({ key });
        const options: TlsPluginOptions = { field: fieldOf(serves), serves };
        const url = new URL("../host/fixtures/tls-plugin.ts", import.meta.url);

        await runGoHost(
          peers.host,
          { command: process.execPath, args: sourceProgram(url, JSON.stringify(options)) },
          onUnix,
          image,
          async (_name, run) => run(),
          { flags: ["-only", "^health ping$"] },
        );
      });
    }

    test("a Go host refuses a plugin of ours with TLS switched off, which ends before its handshake line", async (t) => {
      await privateTmp(t);
      const url = new URL("../plugin/fixtures/plugin.ts", import.meta.url);

      await runGoHost(
        peers.host,
        { command: process.execPath, args: sourceProgram(url, "--tls", "off") },
        onUnix,
        image,
        async (_name, run) => run(),
        { flags: ["-expect-error", "plugin"] },
      );
    });
  });
}

function socketIn(tmp: PrivateTmp): SocketAddress {
  const [path] = tmp.leftovers().filter((file) => /\/plugin\d+$/.test(file));
  return path === undefined ? assert.fail("expected a socket") : { network: "unix", path };
}

/** Starts it as a host does that asks for TLS with this certificate. */
async function startGoPlugin(
  t: TestContext,
  { plugin }: GoPeers,
  own: TestCertificate,
): Promise<{ readonly address: SocketAddress; readonly tls: DialTls }> {
  await privateTmp(t);
  const program = runProgram(t, plugin, [], {
    ...cookie,
    ...variantEnvironment(onUnix, image),
    PLUGIN_PROTOCOL_VERSIONS: "2",
    PLUGIN_CLIENT_CERT: own.certificate,
  });
  const line = parseHandshakeLine(await program.firstLine());
  const address = toSocketAddress(line);
  const tls = { ...own, peerCertificate: readServerCertificate(line.serverCertificate ?? "") };
  atEnd(t, async () => {
    // Its socket stays behind when it is killed.
    const { transport } = await dialled(t, address, { tls });
    await createClient(GRPCController, transport)
      .shutdown({})
      .catch(() => {});
    await program.ended;
  });
  return { address, tls };
}
