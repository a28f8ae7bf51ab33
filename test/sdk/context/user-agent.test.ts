import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PluginError } from "grafana-plugin-protocol";
import { isGrafanaAtLeast } from "grafana-plugin-protocol/sdk";

const grafana = (version: string) => ({ userAgent: { version, os: "linux", arch: "amd64" } });

suite("Grafana's version is compared by the rules of Semantic Versioning", () => {
  // From the lowest to the highest, with the example of the specification, 11.
  const ordered = [
    "9.5.20",
    "10.0.0-alpha",
    "10.0.0-alpha.1",
    "10.0.0-alpha.beta",
    "10.0.0-beta",
    "10.0.0-beta.2",
    "10.0.0-beta.11",
    "10.0.0-rc.1",
    "10.0.0",
    "10.0.1",
    "10.10.0",
    "12.1.0-212345pre",
    "12.1.0",
  ];
  for (const [at, version] of ordered.entries()) {
    test(`version ${version} has its place`, () => {
      for (const [index, least] of ordered.entries()) {
        assert.equal(isGrafanaAtLeast(grafana(version), least, {}), at >= index, least);
      }
    });
  }
});

test("a version with fewer numbers stands for the first one with them", () => {
  assert.equal(isGrafanaAtLeast(grafana("12.1.0"), "12.1", {}), true);
  assert.equal(isGrafanaAtLeast(grafana("12.1.0"), "12", {}), true);
  assert.equal(isGrafanaAtLeast(grafana("12.1.0-pre"), "12.1", {}), false);
  assert.equal(isGrafanaAtLeast(grafana("12.0.9"), "12.1", {}), false);
});

test("build metadata do not count", () => {
  assert.equal(isGrafanaAtLeast(grafana("12.1.0+security-01"), "12.1.0", {}), true);
});

test("a host that sends no user agent has the version of the environment", () => {
  assert.equal(isGrafanaAtLeast({ userAgent: undefined }, "9.1", { GF_VERSION: "9.2.0" }), true);
  assert.equal(isGrafanaAtLeast({ userAgent: undefined }, "9.3", { GF_VERSION: "9.2.0" }), false);
});

test("Plutono and a host without a version are not Grafana", () => {
  assert.equal(isGrafanaAtLeast({ userAgent: undefined }, "7", { PL_VERSION: "7.5.49" }), false);
  assert.equal(isGrafanaAtLeast({ userAgent: undefined }, "1", {}), false);
});

test("a version that is not one is refused", () => {
  for (const version of ["", "v12", "12.x", "latest"]) {
    assert.throws(
      () => isGrafanaAtLeast(grafana("12.1.0"), version, {}),
      (error) => error instanceof PluginError && error.code === "invalid_option",
      version,
    );
  }
});
