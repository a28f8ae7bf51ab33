import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import type { PluginErrorCode } from "grafana-plugin-protocol";
import { makeCertificate } from "grafana-plugin-protocol/go-plugin";
import { type LaunchOptions, launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { fixturePlugin, launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";
import { compileCache, sourceProgram } from "../helpers/run-program.ts";
import { scriptFailure, startFailure } from "../helpers/start-failure.ts";
import { fieldOf, type TestCertificate, type TestKey, testCertificate } from "../helpers/test-certificate.ts";
import { withEnoughTime } from "../helpers/with-enough-time.ts";
import type { TlsPluginOptions } from "./fixtures/tls-plugin.ts";

const good = await testCertificate();
/** Has the same names. */
const twin = await testCertificate();

function tlsPlugin(options: TlsPluginOptions): Omit<LaunchOptions<readonly [typeof v2]>, "protocols"> {
  const url = new URL("fixtures/tls-plugin.ts", import.meta.url);
  const { serves } = options;
  // A key that was made for AutoMTLS does not show in JSON.
  const told = { ...options, serves: serves && { certificate: serves.certificate, key: serves.key } };
  return {
    command: process.execPath,
    args: sourceProgram(url, JSON.stringify(told)),
    env: compileCache,
    tls: "auto",
  };
}

suite("a plugin launched with TLS", () => {
  test("a plugin launched with TLS is used as any other", async (t) => {
    const tmp = await privateTmp(t);
    const plugin = await launchFixture(t, { tls: "auto" });

    assert.equal(await plugin.ask("echo", "hello"), "hello");
    const { responses } = await plugin.data.queryData({ queries: [{ refId: "B" }] });
    assert.equal(responses["B"]?.status, 200);
    await plugin.close();
    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
    assert.deepEqual(tmp.leftovers(), []);
  });

  test("a plugin launched with TLS gets the host's certificate, and no key", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t, {
      tls: "auto",
      env: { PLUGIN_CLIENT_CERT: "the host's own wins" },
    });

    const environment: Record<string, string> = JSON.parse(await plugin.ask("environment"));

    assert.match(
      environment["PLUGIN_CLIENT_CERT"] ?? "",
      /^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/,
    );
    assert.doesNotMatch(JSON.stringify(environment), /PRIVATE KEY/);
  });

  test("a plugin launched with TLS gets another certificate at each start", async (t) => {
    await privateTmp(t);
    const seen = new Set<string | undefined>();
    for (let starts = 0; starts < 2; starts++) {
      const plugin = await launchFixture(t, { tls: "auto" });
      seen.add(JSON.parse(await plugin.ask("environment"))["PLUGIN_CLIENT_CERT"]);
      await plugin.close();
    }

    assert.equal(seen.size, 2);
  });

  test("a plugin launched with TLS cannot be attached to by another host, which lacks the key", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t, { tls: "auto" });

    assert.equal(plugin.attachInfo, undefined);
  });

  const kinds: Readonly<Record<string, () => Promise<TestCertificate>>> = {
    "one as ours": () => makeCertificate(),
    "one that another signed": () => testCertificate({ isIssued: true }),
    ...Object.fromEntries(
      (["P-256", "P-384", "RSA-2048"] satisfies TestKey[]).map((key) => [
        key,
        () => testCertificate({ key }),
      ]),
    ),
  };
  for (const [kind, make] of Object.entries(kinds)) {
    test(`a plugin launched with TLS may have a certificate of its own making: ${kind}`, async (t) => {
      await privateTmp(t);
      const serves = await make();

      await using plugin = await launchPlugin({
        ...tlsPlugin({ field: fieldOf(serves), serves }),
        protocols: [v2],
      });

      assert.equal((await plugin.diagnostics.checkHealth({})).status, 1);
    });
  }

  test("a plugin launched with TLS may pad its certificate, which a Go host would refuse", async (t) => {
    await privateTmp(t);
    const serves = await makeCertificate();
    const field = fieldOf(serves);
    const padded = field.padEnd(Math.ceil(field.length / 4) * 4, "=");

    await using plugin = await launchPlugin({ ...tlsPlugin({ field: padded, serves }), protocols: [v2] });

    assert.equal((await plugin.diagnostics.checkHealth({})).status, 1);
  });
});

suite("a plugin launched without TLS", () => {
  test("a plugin launched without TLS gets no certificate", async (t) => {
    await privateTmp(t);
    for (const tls of ["off", undefined] as const) {
      const plugin = await launchFixture(t, { tls });
      assert.ok(!("PLUGIN_CLIENT_CERT" in JSON.parse(await plugin.ask("environment"))));
      await plugin.close();
    }
  });

  test("a plugin launched without TLS fails its start when it has one from elsewhere", async (t) => {
    const tmp = await privateTmp(t);
    const { certificate } = await testCertificate();
    const { command, args, env } = fixturePlugin();

    const error = await startFailure(tmp, "tls_unsupported", {
      command,
      args,
      env: { ...env, PLUGIN_CLIENT_CERT: certificate },
    });

    assert.match(error.message, /did not ask for TLS: set tls to "auto", or remove PLUGIN_CLIENT_CERT/);
  });
});

suite("a host that asks for TLS refuses a plugin", () => {
  for (const [what, field] of [
    ["that prints no certificate", ""],
    [
      "that prints what go-plugin of 2018 did",
      Buffer.from('{"stdout_addr":"","stderr_addr":""}\n').toString("base64"),
    ],
  ] as const) {
    test(`a host that asks for TLS refuses a plugin ${what}`, async (t) => {
      const error = await scriptFailure(
        t,
        "tls_unsupported",
        `echo "1|2|unix|/no/such/socket|grpc|${field}"; exec sleep 1000`,
        { tls: "auto" },
      );

      assert.match(error.message, /has no certificate: set tls to "off", or build the plugin with/);
    });
  }

  const refusals: Readonly<
    Record<
      string,
      [options: () => TlsPluginOptions | Promise<TlsPluginOptions>, code: PluginErrorCode, words: RegExp]
    >
  > = {
    "whose certificate is none": [
      () => ({ field: "A".repeat(60), serves: good }),
      "tls_failed",
      /expected base64 of one DER certificate as the plugin's certificate .* got "A{60}"/,
    ],
    "whose certificate has expired": [
      async () => stale({ fromDay: -3, untilDay: -1 }),
      "tls_failed",
      /the plugin's certificate .* was valid until/,
    ],
    "whose certificate is of the future": [
      async () => stale({ fromDay: 1, untilDay: 3 }),
      "tls_failed",
      /the plugin's certificate .* is valid from/,
    ],
    "whose certificate has localhost only as its subject": [
      async () => stale({ dnsNames: [] }),
      "tls_failed",
      /the plugin's certificate .* is for "no name", not for "DNS:localhost"/,
    ],
    "that serves with another certificate than it printed": [
      () => ({ field: fieldOf(good), serves: twin }),
      "tls_failed",
      /was reached, but no TLS: .* must serve with the certificate of its handshake line/,
    ],
    "that prints a certificate and speaks plain text": [
      () => ({ field: fieldOf(good) }),
      "tls_failed",
      /was reached, but no TLS: /,
    ],
    "that lets only others in": [
      () => ({ field: fieldOf(good), serves: good, trusts: twin.certificate }),
      "tls_failed",
      /was reached, but no TLS: .* trust the one of PLUGIN_CLIENT_CERT, or set tls to "off"/,
    ],
  };
  for (const [what, [options, code, words]] of Object.entries(refusals)) {
    test(`a host that asks for TLS refuses a plugin ${what}`, async (t) => {
      const tmp = await privateTmp(t);

      const error = await startFailure(tmp, code, tlsPlugin(await options()));

      assert.match(error.message, words);
      assert.ok(error.pid !== undefined);
      assert.doesNotMatch(error.message, /:error:|PRIVATE/);
    });
  }

  test("a host that asks for TLS refuses a plugin that ends right after its line, and says that it ended", async (t) => {
    const tmp = await privateTmp(t);

    const error = await startFailure(
      tmp,
      "exited",
      tlsPlugin({ field: fieldOf(good), serves: good, dies: true }),
    );

    assert.equal(error.exitCode, 3);
  });

  test("a host that asks for TLS refuses a plugin that takes the connection and says nothing, when the time is up", async (t) => {
    const tmp = await privateTmp(t);
    const listener = new URL("fixtures/listener.ts", import.meta.url);

    const error = await withEnoughTime(
      1000,
      (startTimeoutMs) =>
        startFailure(tmp, "start_timeout", {
          command: process.execPath,
          args: sourceProgram(listener, "--given", "--line", `1|2|unix|ADDRESS|grpc|${fieldOf(good)}`),
          env: compileCache,
          tls: "auto",
          startTimeoutMs,
        }),
      ({ message }) => !message.startsWith("no handshake line"),
    );

    assert.match(error.message, /^no connection to .* within \d+ ms/);
  });
});

test("an option tls that is neither off nor auto is refused before the start", async (t: TestContext) => {
  await privateTmp(t);
  await rejectsWithPluginError(
    launchPlugin({ ...fixturePlugin(), protocols: [v2], tls: "on" as never }),
    "invalid_option",
  );
});

async function stale(options: Parameters<typeof testCertificate>[0]): Promise<TlsPluginOptions> {
  const serves = await testCertificate(options);
  return { field: fieldOf(serves), serves };
}
