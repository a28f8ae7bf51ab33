import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PluginError } from "grafana-plugin-protocol";
import { readGrafanaConfig, readPluginEnvironment } from "grafana-plugin-protocol/plugin";

const socks = {
  GF_SECURE_SOCKS_DATASOURCE_PROXY_SERVER_ENABLED: "true",
  GF_SECURE_SOCKS_DATASOURCE_PROXY_CLIENT_CERT: "/cert.pem",
  GF_SECURE_SOCKS_DATASOURCE_PROXY_CLIENT_CERT_VAL: "CERT",
  GF_SECURE_SOCKS_DATASOURCE_PROXY_CLIENT_KEY: "/key.pem",
  GF_SECURE_SOCKS_DATASOURCE_PROXY_CLIENT_KEY_VAL: "KEY",
  GF_SECURE_SOCKS_DATASOURCE_PROXY_ROOT_CA_CERT: "/a.pem /b.pem",
  GF_SECURE_SOCKS_DATASOURCE_PROXY_ROOT_CA_CERT_VALS: "A,B",
  GF_SECURE_SOCKS_DATASOURCE_PROXY_PROXY_ADDRESS: "proxy:1080",
  GF_SECURE_SOCKS_DATASOURCE_PROXY_SERVER_NAME: "proxy.example",
  GF_SECURE_SOCKS_DATASOURCE_PROXY_ALLOW_INSECURE: "false",
};
const socksRead = {
  proxyAddress: "proxy:1080",
  serverName: "proxy.example",
  allowInsecure: false,
  clientCertificatePath: "/cert.pem",
  clientKeyPath: "/key.pem",
  rootCaPaths: ["/a.pem", "/b.pem"],
  clientCertificate: "CERT",
  clientKey: "KEY",
  rootCas: ["A", "B"],
};

suite("the configuration that comes with a call", () => {
  test("the configuration that comes with a call is read whole", () => {
    const config = readGrafanaConfig(
      {
        GF_INSTANCE_FEATURE_TOGGLES_ENABLE: "one,two",
        GF_APP_URL: "https://grafana.example/",
        GF_PLUGIN_APP_CLIENT_SECRET: "s3cret",
        GF_CONCURRENT_QUERY_COUNT: "10",
        GF_USER_FACING_DEFAULT_ERROR: "please ask us",
        GF_SQL_ROW_LIMIT: "1000000",
        GF_SQL_MAX_OPEN_CONNS_DEFAULT: "100",
        GF_SQL_MAX_IDLE_CONNS_DEFAULT: "-1",
        GF_SQL_MAX_CONN_LIFETIME_SECONDS_DEFAULT: "14400",
        GF_RESPONSE_LIMIT: "0",
        GF_LIVE_CLIENT_QUEUE_MAX_SIZE: "4194304",
        ...socks,
      },
      {},
    );

    assert.deepEqual(config, {
      featureToggles: ["one", "two"],
      appUrl: "https://grafana.example/",
      appClientSecret: "s3cret",
      concurrentQueryCount: 10,
      userFacingDefaultError: "please ask us",
      responseLimitBytes: 0,
      liveClientQueueMaxSize: 4_194_304,
      sql: {
        rowLimit: 1_000_000,
        maxOpenConnsDefault: 100,
        maxIdleConnsDefault: -1,
        maxConnLifetimeSecondsDefault: 14_400,
      },
      secureSocksProxy: socksRead,
    });
  });

  test("the configuration that comes with a call is empty for a host that sends none", () => {
    for (const nothing of [undefined, {}]) {
      const { featureToggles, ...rest } = readGrafanaConfig(nothing, {});

      assert.deepEqual(featureToggles, []);
      assert.deepEqual(new Set(Object.values(rest)), new Set([undefined]));
    }
  });

  test("the configuration that comes with a call falls back to the environment for the URL and the secret alone", () => {
    const env = { GF_APP_URL: "env", GF_PLUGIN_APP_CLIENT_SECRET: "env", GF_RESPONSE_LIMIT: "5" };

    const { appUrl, appClientSecret, responseLimitBytes } = readGrafanaConfig({}, env);

    assert.deepEqual([appUrl, appClientSecret, responseLimitBytes], ["env", "env", undefined]);
    assert.equal(readGrafanaConfig({ GF_APP_URL: "config" }, env).appUrl, "config");
  });

  test("the configuration that comes with a call has no SQL limits unless all four are there", () => {
    assert.equal(readGrafanaConfig({ GF_SQL_ROW_LIMIT: "5" }, {}).sql, undefined);
  });

  test("the configuration of a call with a proxy that is turned off has no proxy", () => {
    const name = "GF_SECURE_SOCKS_DATASOURCE_PROXY_SERVER_ENABLED";

    assert.equal(readGrafanaConfig({ ...socks, [name]: "false" }, {}).secureSocksProxy, undefined);
  });
});

suite("the environment of a plugin", () => {
  test("the environment of a plugin is read whole", () => {
    const environment = readPluginEnvironment({
      GF_VERSION: "12.4.0",
      GF_EDITION: "Open Source",
      GF_PLUGIN_VERSION: "1.2.3",
      GF_APP_URL: "https://grafana.example/",
      GF_INSTANCE_FEATURE_TOGGLES_ENABLE: "one, two,",
      GF_PLUGIN_APP_CLIENT_ID: "id",
      GF_PLUGIN_APP_CLIENT_SECRET: "s3cret",
      GF_PLUGIN_APP_PRIVATE_KEY: "key",
      GF_ENTERPRISE_LICENSE_PATH: "/license.jwt",
      GF_ENTERPRISE_APP_URL: "https://enterprise.example/",
      GF_PLUGIN_PROFILING_ENABLED: "true",
      GF_PLUGIN_PROFILING_PORT: "6061",
      GF_PLUGIN_PROFILING_BLOCK_RATE: "5",
      GF_PLUGIN_PROFILING_MUTEX_RATE: "6",
      GF_INSTANCE_OTLP_ADDRESS: "localhost:4317",
      GF_INSTANCE_OTLP_PROPAGATION: "w3c,jaeger",
      GF_INSTANCE_OTLP_SAMPLER_TYPE: "remote",
      GF_INSTANCE_OTLP_SAMPLER_PARAM: "0.5",
      GF_INSTANCE_OTLP_SAMPLER_REMOTE_URL: "http://sampler.example",
      GF_DATAPROXY_RESPONSE_LIMIT: "1024",
      GF_PLUGIN_HAR_LOG_ENABLED: "true",
      GF_PLUGIN_HAR_LOG_PATH: "/har",
      GF_PLUGIN_GRPC_ADDRESS_MY_PLUGIN: ":1",
      GF_PLUGIN_TOKEN: "of the section",
      HOME: "/root",
      ...socks,
    });

    assert.deepEqual(environment, {
      host: { name: "grafana", version: "12.4.0", edition: "Open Source" },
      pluginVersion: "1.2.3",
      appUrl: "https://grafana.example/",
      featureToggles: ["one", "two"],
      appClientId: "id",
      appClientSecret: "s3cret",
      appPrivateKey: "key",
      enterprise: { licensePath: "/license.jwt", appUrl: "https://enterprise.example/" },
      profiling: { port: 6061, blockRate: 5, mutexRate: 6 },
      tracing: {
        address: "localhost:4317",
        propagation: ["w3c", "jaeger"],
        samplerType: "remote",
        samplerParam: 0.5,
        samplerRemoteUrl: "http://sampler.example",
      },
      responseLimitBytes: 1024,
      harLog: { path: "/har" },
      secureSocksProxy: socksRead,
      settings: { TOKEN: "of the section" },
    });
  });

  test("the environment of a plugin of Plutono tells its version and the settings", () => {
    const { host, settings } = readPluginEnvironment({
      PL_VERSION: "7.5.49",
      PL_EDITION: "Open Source",
      PL_PLUGIN_LIMIT: "5",
    });

    assert.deepEqual(host, { name: "plutono", version: "7.5.49", edition: "Open Source" });
    assert.deepEqual(settings, { LIMIT: "5" });
  });

  test("the environment of a plugin that has nothing for a plugin reads as nothing", () => {
    const { enterprise, featureToggles, settings, ...rest } = readPluginEnvironment({ HOME: "/root" });

    assert.deepEqual(
      [enterprise, featureToggles, settings],
      [{ licensePath: undefined, appUrl: undefined }, [], {}],
    );
    assert.deepEqual(new Set(Object.values(rest)), new Set([undefined]));
  });

  test("the environment of a plugin has profiling on port 6060 by default, and the older names win", () => {
    const defaults = { blockRate: 0, mutexRate: 0 };
    const older = {
      GF_PLUGINS_PROFILER: "mine",
      GF_PLUGINS_PROFILER_PORT: "7",
      GF_PLUGIN_PROFILING_PORT: "8",
    };

    assert.deepEqual(readPluginEnvironment({ GF_PLUGIN_PROFILING_ENABLED: "true" }).profiling, {
      port: 6060,
      ...defaults,
    });
    assert.deepEqual(readPluginEnvironment(older, { pluginId: "mine" }).profiling, { port: 7, ...defaults });
    assert.equal(
      readPluginEnvironment({ ...older, GF_PLUGIN_PROFILING_ENABLED: "true" }, { pluginId: "other" })
        .profiling,
      undefined,
    );
  });
});

suite("a value that cannot be read is an error that names it", () => {
  const cases: readonly [Record<string, string>, RegExp][] = [
    [{ GF_DATAPROXY_RESPONSE_LIMIT: "much" }, /a whole number in GF_DATAPROXY_RESPONSE_LIMIT, got "much"/],
    [{ GF_DATAPROXY_RESPONSE_LIMIT: "1.5" }, /a whole number in .*"1.5"/],
    [{ GF_DATAPROXY_RESPONSE_LIMIT: "9007199254740993" }, /a whole number in .*"9007199254740993"/],
    [{ GF_PLUGIN_HAR_LOG_ENABLED: "yes" }, /true or false in GF_PLUGIN_HAR_LOG_ENABLED, got "yes"/],
    [
      { GF_INSTANCE_OTLP_ADDRESS: ":1", GF_INSTANCE_OTLP_SAMPLER_PARAM: "half" },
      /a number in GF_INSTANCE_OTLP_SAMPLER_PARAM, got "half"/,
    ],
    [{ ...socks, GF_SECURE_SOCKS_DATASOURCE_PROXY_ALLOW_INSECURE: "nein" }, /ALLOW_INSECURE, got "nein"/],
  ];
  for (const [env, message] of cases) {
    test(`a value that cannot be read is an error that names it: ${Object.values(env).at(-1) ?? ""}`, () => {
      const secret = { GF_PLUGIN_APP_CLIENT_SECRET: "s3cret", GF_PLUGIN_APP_PRIVATE_KEY: "s3cret" };
      assert.throws(
        () => readPluginEnvironment({ ...secret, ...env }),
        (error) =>
          error instanceof PluginError &&
          error.code === "invalid_option" &&
          message.test(error.message) &&
          !/s3cret|KEY_VAL|"KEY"/.test(error.message),
      );
    });
  }

  test("a value of the configuration of a call that cannot be read is an error that names it", () => {
    assert.throws(() => readGrafanaConfig({ GF_SQL_ROW_LIMIT: "all" }, {}), /GF_SQL_ROW_LIMIT, got "all"/);
  });
});
