import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { makePluginTls, resolveHostTls } from "grafana-plugin-protocol/go-plugin";
import { PluginError } from "../../../src/errors.ts";
import { tlsModeOption } from "../../../src/go-plugin/tls/tls-mode.ts";
import { describeTlsFailure } from "../../../src/host/client/describe-tls-failure.ts";
import { rejectsWithPluginError } from "../../helpers/rejection.ts";
import { fieldOf, testCertificate } from "../../helpers/test-certificate.ts";

const own = await testCertificate();
const other = await testCertificate();

suite("a host", () => {
  test("a host that did not ask for TLS gets none from a plugin without a certificate", () => {
    assert.equal(resolveHostTls(undefined, undefined), undefined);
  });

  test("a host that asked for TLS trusts the certificate of the handshake line", () => {
    assert.deepEqual(resolveHostTls(own, fieldOf(other)), { ...own, peerCertificate: other.certificate });
  });

  for (const [what, certificate, field, words] of [
    [
      "that asked for TLS refuses a plugin without a certificate",
      own,
      undefined,
      /has no certificate.*tls to "off"/,
    ],
    [
      "that did not ask for TLS refuses a plugin with one",
      undefined,
      fieldOf(other),
      /did not ask.*tls to "auto"/,
    ],
  ] as const) {
    test(`a host ${what}`, () => {
      assert.throws(
        () => resolveHostTls(certificate, field),
        (error) =>
          error instanceof PluginError && error.code === "tls_unsupported" && words.test(error.message),
      );
    });
  }
});

suite("a plugin", () => {
  test("a plugin answers a host's certificate with a new one of its own", async () => {
    const first = await makePluginTls(other.certificate);
    const second = await makePluginTls(other.certificate);

    assert.equal(first.peerCertificate, other.certificate);
    assert.notEqual(first.certificate, second.certificate);
  });

  test("a plugin refuses what is no certificate", async () => {
    await rejectsWithPluginError(makePluginTls("-----BEGIN CERTIFICATE-----\n"), "tls_failed");
  });
});

suite("the option tls", () => {
  test("the option tls is off or auto", () => {
    assert.equal(tlsModeOption("off"), "off");
    assert.equal(tlsModeOption("auto"), "auto");
    assert.throws(
      () => tlsModeOption(true as never),
      (error) =>
        error instanceof PluginError && /^tls must be "off" or "auto", got true$/.test(error.message),
    );
  });
});

suite("a failure of TLS", () => {
  test("a failure of TLS says what the plugin has to do", () => {
    assert.match(
      describeTlsFailure("no TLS: unknown ca", { node: "24.0.0" }),
      /^the plugin was reached, but no TLS: unknown ca: the plugin must .* PLUGIN_CLIENT_CERT, or set tls to "off"$/,
    );
  });

  for (const [name, versions] of Object.entries({
    electron: { node: "22.0.0", electron: "38.1.0" },
    bun: { node: "24.0.0", bun: "1.2.0" },
  })) {
    test(`a failure of TLS points to the TLS of ${name}, which may refuse P-521`, () => {
      assert.match(
        describeTlsFailure("no TLS: handshake failure", versions),
        new RegExp(
          `the TLS of ${name} .* may refuse the P-521 certificates of go-plugin: run the host on Node.js`,
        ),
      );
    });
  }
});
