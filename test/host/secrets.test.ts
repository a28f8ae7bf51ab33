import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { inspect } from "node:util";
import { launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { fixturePlugin, launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectionOf } from "../helpers/rejection.ts";

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

/** Fails with the place where the secret, or a part of it that still tells something, was found. */
function assertNoSecretIn(what: string, ...sinks: readonly unknown[]): void {
  for (const sink of sinks) {
    const text = inspect(sink, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null });
    const hidden = [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex")];
    for (const form of hidden) assert.ok(!text.includes(form), `${what} tells a secret: ${text}`);
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
  test("the search finds a planted one", () => {
    assert.throws(() => assertNoSecretIn("a nested object", { error: new Error(`with ${secret}`) }));
    assert.throws(() => assertNoSecretIn("bytes", Buffer.from(secret).toString("base64")));
  });

  test("of calls that fail in every way that a host knows", async (t) => {
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

  test("of a plugin's environment, when it cannot start", async (t) => {
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
