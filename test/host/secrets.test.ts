import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { inspect } from "node:util";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { makeCertificate } from "grafana-plugin-protocol/go-plugin";
import { launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import {
  connectNodeTransport,
  type DialTls,
  grpcTransport,
  type ListenTls,
  type TransportConnection,
} from "grafana-plugin-protocol/transport";
import { Diagnostics, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { fixturePlugin, launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectionOf, rejectsWithConnectError } from "../helpers/rejection.ts";
import { compileCache, sourceProgram } from "../helpers/run-program.ts";
import { fieldOf, testCertificate } from "../helpers/test-certificate.ts";
import type { TlsPluginOptions } from "./fixtures/tls-plugin.ts";

const secret = "hunter2-q9Zt";
/** Every place of a request where a host puts secrets. */
const pluginContext = {
  pluginId: "fixture",
  dataSourceInstanceSettings: {
    uid: "ds-1",
    decryptedSecureJsonData: { password: secret },
    jsonData: new TextEncoder().encode(JSON.stringify({ token: secret })),
  },
  appInstanceSettings: { decryptedSecureJsonData: { apiKey: secret } },
  grafanaConfig: { GF_PLUGIN_APP_CLIENT_SECRET: secret },
};
const headers = { Authorization: `Bearer ${secret}`, http_Cookie: `session=${secret}` };
const query = (refId: string) => ({ pluginContext, headers, queries: [{ refId }] });

const own = await testCertificate();
const other = await testCertificate();

/** The secret in the forms in which it may come along, and lines of the private keys. */
const hidden = [
  ...["utf8", "base64", "hex"].map((form) => Buffer.from(secret).toString(form as BufferEncoding)),
  ...[own, other].flatMap(({ key }) =>
    key.split("\n").filter((line) => line !== "" && !line.startsWith("-")),
  ),
];
/** Any other key: its label, the end of its line, escaped or not, and what follows. */
const anyKey = /PRIVATE KEY-----[^A-Za-z0-9]*n?[A-Za-z0-9+/]{20}/;

/** Fails with the place where a secret, or a part of one that still tells something, was found. */
function assertNoSecretIn(what: string, ...sinks: readonly unknown[]): void {
  for (const sink of sinks) {
    const text = inspect(sink, {
      depth: Number.POSITIVE_INFINITY,
      showHidden: true,
      maxStringLength: null,
      maxArrayLength: null,
    });
    for (const form of hidden) assert.ok(!text.includes(form), `${what} tells a secret: ${text}`);
    assert.doesNotMatch(text, anyKey, `${what} tells a key`);
  }
}

/** What a call says on a connection that the server refuses. */
async function refusalOf(connection: TransportConnection): Promise<unknown> {
  try {
    return await rejectionOf(createClient(Diagnostics, connection.transport).checkHealth({}));
  } finally {
    connection.close();
  }
}

/** All that this process itself writes while the test runs. */
function watchOutput(t: TestContext): string[] {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    t.mock.method(stream, "write", (chunk: unknown) => {
      written.push(String(chunk));
      return true;
    });
  }
  return written;
}

suite("secrets in requests reach no log and no error", () => {
  test("the search for secrets finds a planted one", async () => {
    assert.throws(
      () => assertNoSecretIn("a nested object", { error: new Error(`with ${secret}`) }),
      /tells a secret/,
    );
    assert.throws(() => assertNoSecretIn("bytes", Buffer.from(secret).toString("base64")), /tells a secret/);
    assert.throws(
      () => assertNoSecretIn("an error's cause", new Error("failed", { cause: own })),
      /tells a secret/,
    );
    const { key } = await makeCertificate();
    assert.throws(
      () => assertNoSecretIn("a key that is not known", { message: `{"key":${JSON.stringify(key)}}` }),
      /tells a key/,
    );
  });

  test("secrets reach no log and no error of calls that fail in every way that a host knows", async (t) => {
    await privateTmp(t);
    const output = watchOutput(t);
    const plugin = await launchFixture(t, { limits: { maxSendBytes: 4000 } });
    const tooLarge = { ...query("A"), headers: { ...headers, padding: "x".repeat(5000) } };
    const notEncodable = {
      ...query("A"),
      queries: [{ refId: "A", intervalMS: secret as unknown as bigint }],
    };
    const failures = [
      await rejectionOf(plugin.data.queryData(query("throw"))),
      await rejectionOf(plugin.data.queryData(query("hang"), { timeoutMs: 50 })),
      await rejectionOf(plugin.data.queryData(query("hang"), { signal: AbortSignal.timeout(50) })),
      await rejectionOf(plugin.data.queryData(tooLarge)),
      await rejectionOf(plugin.diagnostics.checkHealth({ pluginContext, headers })),
    ];
    const refused = await rejectionOf(plugin.data.queryData(notEncodable));
    const dying = rejectionOf(plugin.data.queryData(query("hang")));
    process.kill(plugin.process.pid, "SIGKILL");
    failures.push(await dying, await rejectionOf(plugin.data.queryData(query("A"))));

    assertNoSecretIn("an error of a call", ...failures);
    assertNoSecretIn("a log record", ...plugin.log);
    assertNoSecretIn("the host's output", ...output);
    // protobuf quotes a value of the wrong type: the caller's defect, which has to be found by its value.
    assert.ok(refused instanceof Error);
  });

  for (const tls of ["off", "auto"] as const) {
    test(`secrets reach no log and no error of handlers that throw the request, with tls "${tls}"`, async (t) => {
      await privateTmp(t);
      const output = watchOutput(t);
      const printed: unknown[] = [];
      const plugin = await launchFixture(t, {
        args: sourceProgram(new URL("fixtures/careless-plugin.ts", import.meta.url)),
        env: { GF_PLUGIN_TOKEN: secret },
        tls,
        onStdio: ({ data }) => printed.push(Buffer.from(data).toString()),
      });

      const failures = [];
      for (const refId of ["error", "object", "cause", "list"]) {
        failures.push(await rejectsWithConnectError(plugin.data.queryData(query(refId)), Code.Unknown));
      }
      await plugin.close();

      const [first] = failures;
      assert.equal(first?.rawMessage, "the upstream refused");
      const logged = plugin.log.filter(({ message }) => message === "handler failed");
      assert.equal(logged.length, failures.length);
      assert.match(String(logged[0]?.fields["error"]), /^Error: the upstream refused\n +at /);
      assertNoSecretIn("an error of a call", ...failures);
      assertNoSecretIn("a log record", ...plugin.log);
      assertNoSecretIn("the plugin's output", ...printed);
      assertNoSecretIn("the host's output", ...output);
      assertNoSecretIn("the object of the plugin", plugin);
    });
  }

  test("secrets reach no log and no error of TLS that fails between host and plugin, either side's key", async (t) => {
    await privateTmp(t);
    const output = watchOutput(t);
    const log: PluginLogRecord[] = [];
    const onLog = (record: PluginLogRecord): void => {
      log.push(record);
    };
    const lying: TlsPluginOptions[] = [
      { field: fieldOf(other), serves: own },
      { field: fieldOf(own), serves: own, trusts: other.certificate },
      { field: fieldOf(own), serves: { certificate: own.certificate, key: other.key } },
      { field: fieldOf(own) },
    ];
    const failures = [];
    for (const options of lying) {
      const url = new URL("fixtures/tls-plugin.ts", import.meta.url);
      const args = sourceProgram(url, JSON.stringify(options));
      const launch = { command: process.execPath, args, env: compileCache, tls: "auto", onLog } as const;
      failures.push(await rejectionOf(launchPlugin({ ...launch, protocols: [v2] })));
    }
    // Not a certificate, but what must not be there.
    const { command, args } = fixturePlugin();
    for (const tooMuch of [own.key, `${own.key}${own.certificate}${own.certificate}`, `x${secret}`]) {
      const env = { ...compileCache, PLUGIN_CLIENT_CERT: tooMuch };
      failures.push(await rejectionOf(launchPlugin({ command, args, env, protocols: [v2], onLog })));
    }

    for (const failure of failures) assert.ok(failure instanceof PluginError);
    assertNoSecretIn("an error of a start", ...failures);
    assertNoSecretIn("a log record", ...log);
    assertNoSecretIn("the host's output", ...output);
  });

  for (const transport of [connectNodeTransport, grpcTransport]) {
    test(`secrets reach no log and no error of TLS that fails in ${transport === grpcTransport ? "grpcTransport" : "connectNodeTransport"}`, async (t) => {
      const { path } = await privateTmp(t);
      const sizes = { maxReceiveBytes: 1000, maxSendBytes: 1000 };
      const address = { network: "unix", path: join(path, "socket") } as const;
      const bad = { certificate: own.certificate, key: own.key.replace("\n", `\n${secret}`) };
      const listen = (tls: ListenTls) => transport.listen({ ...sizes, address, tls, services: [] });
      const dial = (tls: DialTls) => transport.dial({ ...sizes, address, tls });

      const failures = [
        await rejectionOf(dial({ ...own, peerCertificate: own.certificate })),
        await rejectionOf(listen(bad)),
        await rejectionOf(listen({ ...own, key: other.key })),
      ];
      const server = await listen({ ...own, peerCertificate: own.certificate });
      atEnd(t, () => server.close());
      for (const tls of [
        { ...own, peerCertificate: other.certificate },
        { ...bad, peerCertificate: own.certificate },
        { ...own, key: other.key, peerCertificate: own.certificate },
      ]) {
        failures.push(await rejectionOf(dial(tls)));
      }
      const stranger = dial({ ...other, peerCertificate: own.certificate });
      // TLS 1.3 lets the client believe in its connection until the server says no.
      failures.push(await stranger.then(refusalOf, (reason: unknown) => reason));

      for (const failure of failures) assert.ok(failure instanceof ConnectError);
      assertNoSecretIn("an error", ...failures);
      assertNoSecretIn("the server", server);
    });
  }

  test("secrets reach no log and no error of a plugin's environment, when it cannot start", async (t) => {
    const tmp = await privateTmp(t);
    const env = { GF_PLUGIN_TOKEN: secret };
    const log: PluginLogRecord[] = [];
    const onLog = (record: PluginLogRecord): void => {
      log.push(record);
    };
    const silent = await tmp.writeExecutable("#!/bin/sh\nexit 3\n");
    const talking = await tmp.writeExecutable("#!/bin/sh\necho 'no handshake'\nsleep 1000\n", "talking");
    const wrongVersion = await tmp.writeExecutable(
      "#!/bin/sh\necho '1|9|unix|/x|grpc|'\nsleep 1000\n",
      "version",
    );
    const failures = [];
    for (const command of [silent, talking, wrongVersion, "/nonexistent/plugin"]) {
      failures.push(await rejectionOf(launchPlugin({ command, env, protocols: [v2], onLog })));
    }
    const { command, args } = fixturePlugin();
    const noSocket = { ...env, PLUGIN_UNIX_SOCKET_DIR: "/nonexistent" };
    failures.push(await rejectionOf(launchPlugin({ command, args, env: noSocket, protocols: [v2], onLog })));

    assertNoSecretIn("an error of a start", ...failures);
    assertNoSecretIn("a log record", ...log);
  });
});
