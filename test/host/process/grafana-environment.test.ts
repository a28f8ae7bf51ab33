import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { grafanaEnvironment, grafanaInheritedNames, plutonoEnvironment } from "grafana-plugin-protocol/host";
import { readPluginEnvironment } from "grafana-plugin-protocol/plugin";
import { launchFixture } from "../../helpers/launch.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";

suite("the variables that Grafana sets", () => {
  test("the variables that Grafana sets have Grafana's names, and our reader reads them", () => {
    const env = grafanaEnvironment({
      version: "12.4.0",
      edition: "Open Source",
      enterpriseLicensePath: "/license.jwt",
      enterpriseAppUrl: "https://enterprise.example/",
      appUrl: "https://grafana.example/",
      appClientId: "id",
      appClientSecret: "s3cret",
      appPrivateKey: "key",
      pluginVersion: "1.2.3",
      featureToggles: ["two", "one"],
      profiling: { port: 6061, blockRate: 5, mutexRate: 6 },
      tracing: {
        address: "localhost:4317",
        propagation: ["w3c", "jaeger"],
        samplerType: "remote",
        samplerParam: 0.5,
        samplerRemoteUrl: "http://sampler.example",
      },
      responseLimitBytes: 1024,
      settings: { token: "of the section", path: "/var/lib", id: "my-plugin" },
    });

    assert.deepEqual(env, {
      GF_VERSION: "12.4.0",
      GF_EDITION: "Open Source",
      GF_ENTERPRISE_LICENSE_PATH: "/license.jwt",
      GF_ENTERPRISE_APP_URL: "https://enterprise.example/",
      GF_APP_URL: "https://grafana.example/",
      GF_PLUGIN_APP_CLIENT_ID: "id",
      GF_PLUGIN_APP_CLIENT_SECRET: "s3cret",
      GF_PLUGIN_APP_PRIVATE_KEY: "key",
      GF_PLUGIN_VERSION: "1.2.3",
      GF_INSTANCE_FEATURE_TOGGLES_ENABLE: "one,two",
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
      GF_PLUGIN_TOKEN: "of the section",
    });
    const read = readPluginEnvironment(env);
    assert.deepEqual(read.host, { name: "grafana", version: "12.4.0", edition: "Open Source" });
    assert.deepEqual(read.settings, { TOKEN: "of the section" });
    assert.equal(read.tracing?.samplerParam, 0.5);
  });

  test("the variables that Grafana sets are those that were given, and no empty ones", () => {
    assert.deepEqual(grafanaEnvironment({}), {});
    assert.deepEqual(grafanaEnvironment({ appUrl: "" }), { GF_APP_URL: "" });
  });

  test("the variables that Grafana sets have other names in Plutono", () => {
    assert.deepEqual(
      plutonoEnvironment({ version: "7.5.49", edition: "Open Source", settings: { Limit: "5", PATH: "/x" } }),
      { PL_VERSION: "7.5.49", PL_EDITION: "Open Source", PL_PLUGIN_LIMIT: "5" },
    );
  });

  test("the variables that Grafana sets reach a plugin that inherits what Grafana lets through, and nothing else does", async (t) => {
    await privateTmp(t);
    process.env["HTTP_PROXY"] = "http://proxy.example";
    process.env["SSL_CERT_FILE"] = "/ca.pem";
    process.env["SSL_CERT_DIR"] = "/certs";
    process.env["SECRET_OF_THE_HOST"] = "s3cret";
    t.after(() => {
      delete process.env["HTTP_PROXY"];
      delete process.env["SSL_CERT_FILE"];
      delete process.env["SSL_CERT_DIR"];
      delete process.env["SECRET_OF_THE_HOST"];
    });
    const plugin = await launchFixture(t, {
      inheritEnv: grafanaInheritedNames,
      env: grafanaEnvironment({ version: "12.4.0" }),
    });

    const env: Record<string, string> = JSON.parse(await plugin.ask("environment"));

    assert.equal(env["HTTP_PROXY"], "http://proxy.example");
    assert.deepEqual([env["SSL_CERT_FILE"], env["SSL_CERT_DIR"]], ["/ca.pem", "/certs"]);
    assert.equal(env["GF_VERSION"], "12.4.0");
    assert.equal(env["SECRET_OF_THE_HOST"], undefined);
    assert.equal(env["PATH"], undefined);
  });
});
