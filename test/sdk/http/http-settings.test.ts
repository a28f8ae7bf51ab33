import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { PluginError } from "grafana-plugin-protocol";
import { readHttpSettings } from "grafana-plugin-protocol/sdk";
import { settingsWith } from "./settings.ts";

suite("HTTP settings", () => {
  test("have the defaults of the Go SDK where nothing is stored", () => {
    const read = readHttpSettings(settingsWith({ url: "http://example.com" }));

    assert.deepEqual(
      // Without `toJSON`, by which its secrets are not shown.
      Object.fromEntries(Object.entries(read)),
      {
        url: "http://example.com",
        timeoutMs: 30_000,
        dialTimeoutMs: 10_000,
        tlsHandshakeTimeoutMs: 10_000,
        keepAliveMs: 30_000,
        idleTimeoutMs: 90_000,
        maxConnectionsPerHost: 0,
        basicAuth: undefined,
        headers: [],
        tls: undefined,
      },
    );
  });

  test("read a number that a page stored as a text, and keep the default for what is not a number", () => {
    const read = (timeout: unknown): number =>
      readHttpSettings(settingsWith({ jsonData: { timeout } })).timeoutMs;

    assert.deepEqual(
      [60, "60", 1.5, 0, -5, "", "soon", null, true, {}, Number.NaN].map(read),
      [60_000, 60_000, 1500, 0, 0, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000],
    );
  });

  test("take basic authentication from the fields, then the user, then jsonData", () => {
    const jsonData = { basicAuth: true, basicAuthUser: "json" };
    const secureJsonData = { basicAuthPassword: "first-secret", password: "second-secret" };
    const read = (own: object): unknown => {
      const { basicAuth } = readHttpSettings(settingsWith({ jsonData, secureJsonData, ...own }));
      return basicAuth && [basicAuth.user, basicAuth.password];
    };

    assert.deepEqual(read({ basicAuthEnabled: true, basicAuthUser: "field", user: "user" }), [
      "field",
      "first-secret",
    ]);
    assert.deepEqual(read({ user: "user" }), ["user", "second-secret"]);
    assert.deepEqual(read({}), ["json", "first-secret"]);
    assert.equal(read({ jsonData: { basicAuth: "true", basicAuthUser: "json" } }), undefined);
  });

  test("take headers up to the first number without a name, and leave out names without a value", () => {
    const { headers } = readHttpSettings(
      settingsWith({
        jsonData: {
          httpHeaderName1: "X-One",
          httpHeaderName2: "X-Two",
          httpHeaderName3: "X-Three",
          httpHeaderName5: "X-Five",
        },
        secureJsonData: { httpHeaderValue1: "one", httpHeaderValue3: "three\n", httpHeaderValue5: "five" },
      }),
    );

    assert.deepEqual(headers, [
      ["X-One", "one"],
      ["X-Three", "three"],
    ]);
  });

  test("use TLS material only where a switch is true, and a key only beside its certificate", () => {
    const secureJsonData = { tlsCACert: "ca", tlsClientCert: "cert", tlsClientKey: "key" };
    const read = (jsonData: object, secure: object = secureJsonData): unknown => {
      const { tls } = readHttpSettings(settingsWith({ jsonData, secureJsonData: secure }));
      return tls && [tls.ca, tls.certificate, tls.key, tls.serverName, tls.skipVerify];
    };

    assert.equal(read({ serverName: "a", tlsAuth: "true" }), undefined);
    assert.deepEqual(read({ serverName: "a", tlsSkipVerify: true }), ["", "", "", "", true]);
    assert.deepEqual(read({ serverName: "a", tlsAuth: true }), ["ca", "cert", "key", "a", false]);
    assert.deepEqual(read({ tlsAuthWithCACert: true }, { tlsClientKey: "key" }), ["", "", "", "", false]);
  });

  test("are those that the host stores, where a schema has parsed the rest", () => {
    const stored = { jsonData: { timeout: 5 }, secureJsonData: {} };

    assert.equal(readHttpSettings(settingsWith({ stored })).timeoutMs, 5000);
  });

  test("name the member that has another type, without its value if it is a secret", () => {
    const failure = (own: object): string => {
      try {
        readHttpSettings(settingsWith(own));
      } catch (reason) {
        assert.ok(reason instanceof PluginError && reason.code === "invalid_option");
        return reason.message;
      }
      return assert.fail("expected an error");
    };

    assert.match(
      failure({ jsonData: { tlsAuth: true, serverName: 5 } }),
      /^jsonData\.serverName must be a string, got 5: correct/,
    );
    assert.match(
      failure({ basicAuthEnabled: true, secureJsonData: { basicAuthPassword: 31415926 } }),
      /^secureJsonData\.basicAuthPassword must be a string, got a value of type number: /,
    );
    const header = (name: string, value: string): string =>
      failure({ jsonData: { httpHeaderName1: name }, secureJsonData: { httpHeaderValue1: value } });
    assert.match(
      header("X Key", "v"),
      /^jsonData\.httpHeaderName1 must be the name of an HTTP header, got "X Key"/,
    );
    const message = header("X-Key", "hunter2\r\nX-Other: hunter2");
    assert.match(message, /^secureJsonData\.httpHeaderValue1 must be one line of text, .*"X-Key" again$/);
    assert.doesNotMatch(message, /hunter2/);
  });

  test("do not show their secrets", () => {
    const read = readHttpSettings(
      settingsWith({
        jsonData: { httpHeaderName1: "X-Key", tlsAuth: true },
        secureJsonData: {
          httpHeaderValue1: "hunter2",
          password: "hunter2",
          tlsClientCert: "cert",
          tlsClientKey: "hunter2",
        },
        user: "me",
      }),
    );

    assert.equal(read.basicAuth?.password, "hunter2");
    assert.doesNotMatch(`${inspect(read, { depth: 5 })}${JSON.stringify(read)}`, /hunter2/);
  });
});
