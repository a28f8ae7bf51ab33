/** What `console.log`, `util.inspect` and `JSON.stringify` show of the objects that this package gives to its callers. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { Code, createClient } from "@connectrpc/connect";
import { PluginError, printableText } from "grafana-plugin-protocol";
import { makeCertificate } from "grafana-plugin-protocol/go-plugin";
import { attachPlugin, launchPlugin, supervisePlugin } from "grafana-plugin-protocol/host";
import { readGrafanaConfig, readPluginEnvironment } from "grafana-plugin-protocol/plugin";
import { implementService } from "grafana-plugin-protocol/transport";
import { Data, v2 } from "grafana-plugin-protocol/v2";
import { connectedPair } from "../helpers/connected-pair.ts";
import { fixturePlugin, launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectionOf, rejectsWithConnectError, rejectsWithPluginError } from "../helpers/rejection.ts";

const marker = "zq-marker-7f3a";

function assertHidden(what: string, value: unknown): void {
  const all = { depth: 10, showHidden: true, maxStringLength: null, maxArrayLength: null } as const;
  for (const text of [inspect(value, all), inspect(value), String(value), jsonOf(value)]) {
    assert.ok(!text.includes(marker), `${what} shows a secret: ${text}`);
    assert.doesNotMatch(text, /PRIVATE KEY/, what);
  }
}

/** Nothing of what is circular: then `JSON.stringify` throws. */
function jsonOf(value: unknown): string {
  try {
    const plain = (_key: string, each: unknown): unknown => (typeof each === "bigint" ? String(each) : each);
    return JSON.stringify(value, plain) ?? "";
  } catch {
    return "";
  }
}

suite("nothing secret is printed", () => {
  test("nothing secret is printed of a start that fails, whatever it was given", async (t) => {
    const tmp = await privateTmp(t);
    const args = [`--token=${marker}`];
    const env = { TOKEN: marker };
    const noInterpreter = await tmp.writeExecutable("#!/no/such/interpreter\n");
    const failures = [];
    for (const options of [
      { command: noInterpreter, args, env },
      { command: "/bin/true", args, env },
      { command: "/bin/true", args: [`${marker}\0`], env },
      { command: "/bin/true", args, env: { TOKEN: `${marker}\0` } },
      { command: "/bin/true", args: [marker.repeat(200_000)], env },
      { command: "/no/such/file", args, env },
    ]) {
      failures.push(await rejectionOf(launchPlugin({ ...options, protocols: [v2] })));
    }

    for (const failure of failures) {
      assert.ok(failure instanceof PluginError, String(failure));
      assertHidden("an error of a start", failure);
    }
  });

  test("nothing secret is printed of launched, attached and supervised plugins and their errors", async (t) => {
    await privateTmp(t);
    const env = { GF_PLUGIN_APP_CLIENT_SECRET: marker };
    const launched = await launchFixture(t, { env, args: [...fixturePlugin().args, marker] });
    const attachInfo = launched.attachInfo ?? assert.fail("there is no TLS");
    const attached = await attachPlugin({ attachInfo, protocols: [v2] });
    const { command, args } = fixturePlugin();
    const supervised = await supervisePlugin({
      command,
      args: [...args, marker],
      env,
      protocols: [v2],
      tls: "auto",
    });
    const headers = { authorization: marker };
    const call = attached.data.queryData({ queries: [{ refId: "hang" }], headers }, { headers });
    const hung = rejectsWithConnectError(call, Code.Unavailable);
    process.kill(launched.process.pid, "SIGKILL");

    assertHidden("an error of a call", await hung);
    assertHidden("a launched plugin", launched);
    assertHidden("how it ended", await launched.process.exited);
    assertHidden("an attached plugin", attached);
    assertHidden("why it is gone", await attached.closed);
    assertHidden("a supervised plugin", supervised);
    assertHidden("its state", supervised.state);
    await supervised.close();
    await attached.close();
  });

  test("nothing secret is printed of what a plugin reads from its host, or makes for TLS", async () => {
    const values = {
      GF_PLUGIN_APP_CLIENT_SECRET: marker,
      GF_PLUGIN_APP_PRIVATE_KEY: marker,
      GF_PLUGIN_TOKEN: marker,
      GF_SECURE_SOCKS_DATASOURCE_PROXY_SERVER_ENABLED: "true",
      GF_SECURE_SOCKS_DATASOURCE_PROXY_CLIENT_KEY_VAL: marker,
    };
    const config = readGrafanaConfig(values);
    const environment = readPluginEnvironment(values);
    const certificate = await makeCertificate();

    assertHidden("the configuration of a call", config);
    assertHidden("the environment", environment);
    assertHidden("a certificate with its key", certificate);
    assert.deepEqual(
      [config.appClientSecret, environment.appPrivateKey, environment.settings["TOKEN"]],
      [marker, marker, marker],
    );
    assert.match(certificate.key, /PRIVATE KEY/);
  });

  test("nothing secret is printed of a handler's context", async (t) => {
    let context: unknown;
    const service = implementService(Data, {
      queryData: (_request, given) => {
        context = given;
        given.responseHeader.set("set-cookie", marker);
        given.responseTrailer.set("x-token", marker);
        return { responses: { [given.requestHeader.get("x-token") ?? ""]: {} } };
      },
    });
    const { connection } = await connectedPair(t, [service]);

    const { responses } = await createClient(Data, connection.transport).queryData(
      {},
      { headers: { "x-token": marker } },
    );

    assert.deepEqual(Object.keys(responses), [marker]);
    assertHidden("the context", context);
  });
});

suite("what a plugin writes", () => {
  const hostile = "\u001b]0;title\u0007\r\u009b31m\u202eevil\u2066\ud800|\u2028end";

  test("what a plugin writes is printable in errors, in their stderr too", async (t) => {
    const tmp = await privateTmp(t);
    const bytes = Buffer.from(hostile).toString("base64");
    const command = await tmp.writeExecutable(
      `#!/bin/sh\necho ${bytes} | base64 -d >&2\necho >&2\necho ${bytes} | base64 -d\necho\nexec sleep 1000\n`,
    );

    const error = await rejectsWithPluginError(
      launchPlugin({ command, protocols: [v2] }),
      "handshake_invalid",
    );

    for (const text of [error.message, ...error.stderrTail, String(error.stack?.split("\n")[0])]) {
      assert.doesNotMatch(text, /[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029]/u);
    }
    assert.match(error.message, /u001b/);
    assert.match(error.stderrTail.join(), /^\\u001b\]0;title/);
  });

  test("what a plugin writes is printable in the causes of errors, too", async (t) => {
    const tmp = await privateTmp(t);
    const bytes = Buffer.from("1|2|unix|/none/\u001b[31m\u009b31m\u202e|grpc|\n").toString("base64");
    const command = await tmp.writeExecutable(`#!/bin/sh\necho ${bytes} | base64 -d\nexec sleep 1000\n`);

    const errors = [
      await rejectsWithPluginError(launchPlugin({ command, protocols: [v2] }), "dial_failed"),
      await rejectsWithPluginError(attachPlugin({ attachInfo: hostile, protocols: [v2] }), "invalid_option"),
    ];

    for (const error of errors) {
      assert.ok(error.cause instanceof Error);
      assert.doesNotMatch(inspect(error), /[^\P{Cc}\n]|[\p{Bidi_Control}\p{Cs}\u2028\u2029]/u);
    }
  });

  test("what a plugin writes is cut in errors", () => {
    assert.equal(new PluginError("exited", "x".repeat(1e6)).message.length, 8193);
  });

  test("what a plugin writes stays as it is in a text that is printable, and is escaped in one that is not", () => {
    assert.equal(printableText("grüße 😀 日本"), "grüße 😀 日本");
    assert.equal(printableText("a\nb\u001b[1m"), "a\\u000ab\\u001b[1m");
  });
});
