import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { PluginError } from "grafana-plugin-protocol";
import { rejectionOf } from "../../helpers/rejection.ts";
import { httpsServer, signedCertificate } from "./servers.ts";
import { fetchFor } from "./settings.ts";

/** The innermost cause. */
function causeOf(reason: unknown): unknown {
  return reason instanceof Error && reason.cause !== undefined ? causeOf(reason.cause) : reason;
}

suite("TLS by the settings of a data source", () => {
  test("trusts the authority of the settings, and no other one", async (t) => {
    const { ca, cert, key } = await signedCertificate();
    const other = await signedCertificate();
    const url = await httpsServer(t, { cert, key });
    const withCa = (tlsCACert: string) =>
      fetchFor(t, { url, jsonData: { tlsAuthWithCACert: true }, secureJsonData: { tlsCACert } });

    assert.equal((await withCa(ca)("x")).status, 200);
    const reasons = [await rejectionOf(withCa(other.ca)("x")), await rejectionOf(fetchFor(t, { url })("x"))];

    for (const reason of reasons) {
      assert.ok(reason instanceof TypeError);
      assert.match(reason.message, /^GET https:\/\/localhost:\d+\/x failed: /);
      // The other authority has the same name and another key.
      const code = String(Reflect.get(causeOf(reason) as object, "code"));
      assert.match(code, /^(CERT_SIGNATURE_FAILURE|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/);
    }
  });

  test("checks nothing where the settings say so", async (t) => {
    const { cert, key } = await signedCertificate(["other.example"]);
    const url = await httpsServer(t, { cert, key });

    assert.equal((await fetchFor(t, { url, jsonData: { tlsSkipVerify: true } })("x")).status, 200);
  });

  test("takes the server name of the settings for the name to send and to check", async (t) => {
    const { ca, cert, key } = await signedCertificate(["inner.example"]);
    const names: unknown[] = [];
    const url = await httpsServer(t, { cert, key }, ({ socket }, response) => {
      names.push((socket as TLSSocket & { servername: unknown }).servername);
      response.end();
    });
    const jsonData = { tlsAuthWithCACert: true };
    const secureJsonData = { tlsCACert: ca };

    await fetchFor(t, { url, jsonData: { ...jsonData, serverName: "inner.example" }, secureJsonData })("x");
    const reason = await rejectionOf(fetchFor(t, { url, jsonData, secureJsonData })("x"));

    assert.deepEqual(names, ["inner.example"]);
    assert.equal(Reflect.get(causeOf(reason) as object, "code"), "ERR_TLS_CERT_ALTNAME_INVALID");
  });

  test("sends the name of the URL even where the settings have another Host", async (t) => {
    const { ca, cert, key } = await signedCertificate();
    const seen: unknown[] = [];
    const url = await httpsServer(t, { cert, key }, ({ socket, headers }, response) => {
      seen.push((socket as TLSSocket & { servername: unknown }).servername, headers.host);
      response.end();
    });

    await fetchFor(t, {
      url,
      jsonData: { tlsAuthWithCACert: true, httpHeaderName1: "Host" },
      secureJsonData: { tlsCACert: ca, httpHeaderValue1: "tenant.example" },
    })("x");

    assert.deepEqual(seen, ["localhost", "tenant.example"]);
  });

  test("sends the client certificate of the settings", async (t) => {
    const server = await signedCertificate();
    const client = await signedCertificate(["client.example"]);
    const options = {
      cert: server.cert,
      key: server.key,
      ca: client.ca,
      requestCert: true,
      rejectUnauthorized: true,
    };
    const url = await httpsServer(t, options);
    const secureJsonData = { tlsCACert: server.ca, tlsClientCert: client.cert, tlsClientKey: client.key };

    const accepted = await fetchFor(t, {
      url,
      jsonData: { tlsAuth: true, tlsAuthWithCACert: true },
      secureJsonData,
    })("x");
    const without = fetchFor(t, {
      url,
      jsonData: { tlsAuthWithCACert: true },
      secureJsonData: { tlsCACert: server.ca },
    });

    assert.equal(accepted.status, 200);
    assert.ok((await rejectionOf(without("x"))) instanceof TypeError);
  });

  test("is version 1.3 alone where the host's feature toggle asks for it", async (t) => {
    const { ca, cert, key } = await signedCertificate();
    const url = await httpsServer(t, { cert, key, maxVersion: "TLSv1.2" });
    const settings = { url, jsonData: { tlsAuthWithCACert: true }, secureJsonData: { tlsCACert: ca } };
    const config = { featureToggles: ["pluginsForceTls13"] } as never;

    assert.equal((await fetchFor(t, settings)("x")).status, 200);
    const reason = await rejectionOf(fetchFor(t, settings, { config })("x"));

    assert.match(String(Reflect.get(causeOf(reason) as object, "code")), /PROTOCOL_VERSION/);
  });

  test("names the material that cannot be used, without its text", async (t) => {
    const { ca, cert } = await signedCertificate();
    const { key } = await signedCertificate();
    const failure = async (jsonData: object, secureJsonData: object): Promise<string> => {
      const reason = await rejectionOf(
        fetchFor(t, { url: "https://localhost", jsonData, secureJsonData })("x"),
      );
      assert.ok(reason instanceof PluginError && reason.code === "invalid_option", String(reason));
      assert.ok(reason.cause instanceof Error);
      return `${reason.message} ${reason.cause.message}`;
    };

    assert.match(
      await failure({ tlsAuthWithCACert: true }, { tlsCACert: "hunter2" }),
      /^secureJsonData\.tlsCACert must be certificates in PEM: enter them again in the settings of the data source/,
    );
    for (const tlsClientKey of ["hunter2", key]) {
      const message = await failure({ tlsAuth: true }, { tlsCACert: ca, tlsClientCert: cert, tlsClientKey });
      assert.match(
        message,
        /^secureJsonData\.tlsClientCert and tlsClientKey must be a certificate and its private key/,
      );
      assert.doesNotMatch(message, /hunter2|PRIVATE/);
    }
  });
});
