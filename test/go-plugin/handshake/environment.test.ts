import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatHostEnvironment, parseHostEnvironment } from "../../../src/go-plugin/handshake/environment.ts";

const cookie = { key: "grafana_plugin_type", values: ["datasource", "renderer"] } as const;

suite("the environment that a host sets", () => {
  test("the environment that a host sets has the first value of the cookie, the offer and go-plugin's ports", () => {
    assert.deepEqual(formatHostEnvironment(cookie, { protocolVersions: [2, 1] }), {
      grafana_plugin_type: "datasource",
      PLUGIN_MIN_PORT: "10000",
      PLUGIN_MAX_PORT: "25000",
      PLUGIN_PROTOCOL_VERSIONS: "2,1",
    });
  });

  test("the environment that a host sets has nothing else for a host that offers nothing", () => {
    assert.deepEqual(Object.keys(formatHostEnvironment(cookie, {})).sort(), [
      "PLUGIN_MAX_PORT",
      "PLUGIN_MIN_PORT",
      "grafana_plugin_type",
    ]);
  });

  test("the environment that a host sets leaves multiplexing out unless it is on, because any value turns it on", () => {
    assert.equal("PLUGIN_MULTIPLEX_GRPC" in formatHostEnvironment(cookie, { multiplexing: false }), false);
  });

  test("the environment that a host sets reads back as it was set", () => {
    const host = {
      protocolVersions: [1, 2, 10],
      minPort: 20_000,
      maxPort: 20_005,
      unixSocketDir: "/run/plugins",
      unixSocketGroup: "grafana",
      clientCertificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
      multiplexing: true,
    };

    assert.deepEqual(parseHostEnvironment(formatHostEnvironment(cookie, host)), host);
  });
});

suite("the environment that a plugin reads", () => {
  test("the environment that a plugin reads says nothing when no variable is set", () => {
    assert.deepEqual(parseHostEnvironment({ PATH: "/usr/bin" }), {
      protocolVersions: undefined,
      minPort: undefined,
      maxPort: undefined,
      unixSocketDir: undefined,
      unixSocketGroup: undefined,
      clientCertificate: undefined,
      multiplexing: false,
    });
  });

  test("the environment that a plugin reads takes an empty variable for an absent one", () => {
    const host = parseHostEnvironment({
      PLUGIN_PROTOCOL_VERSIONS: "",
      PLUGIN_UNIX_SOCKET_DIR: "",
      PLUGIN_CLIENT_CERT: "",
    });

    assert.equal(host.protocolVersions, undefined);
    assert.equal(host.unixSocketDir, undefined);
    assert.equal(host.clientCertificate, undefined);
  });

  test("the environment that a plugin reads leaves entries of the offer that are no whole number out", () => {
    const { protocolVersions } = parseHostEnvironment({ PLUGIN_PROTOCOL_VERSIONS: "2,x, 1,,3.5,-4,10" });

    assert.deepEqual(protocolVersions, [2, 1, 10]);
  });

  test("the environment that a plugin reads leaves ports that are no number out", () => {
    const { minPort, maxPort } = parseHostEnvironment({ PLUGIN_MIN_PORT: "many", PLUGIN_MAX_PORT: "0x10" });

    assert.deepEqual([minPort, maxPort], [undefined, undefined]);
  });

  test("the environment that a plugin reads takes any value for multiplexing, as go-plugin does", () => {
    assert.equal(parseHostEnvironment({ PLUGIN_MULTIPLEX_GRPC: "false" }).multiplexing, true);
  });
});
