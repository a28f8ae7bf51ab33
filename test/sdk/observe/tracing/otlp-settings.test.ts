import assert from "node:assert/strict";
import { test } from "node:test";
import { readOtlpSettings } from "grafana-plugin-protocol/sdk";
import { rejectsWithPluginError } from "../../../helpers/rejection.ts";

const GF_INSTANCE_OTLP_ADDRESS = "collector:4317";

test("the settings for tracing are those of the host", () => {
  const settings = readOtlpSettings({
    GF_INSTANCE_OTLP_ADDRESS,
    GF_INSTANCE_OTLP_PROPAGATION: "jaeger,w3c",
    GF_INSTANCE_OTLP_SAMPLER_TYPE: "remote",
    GF_INSTANCE_OTLP_SAMPLER_PARAM: "0.25",
    GF_INSTANCE_OTLP_SAMPLER_REMOTE_URL: "http://sampler",
  });

  assert.deepEqual(settings, {
    address: "collector:4317",
    propagation: ["jaeger", "w3c"],
    samplerType: "remote",
    samplerParam: 0.25,
    samplerRemoteUrl: "http://sampler",
  });
});

test("tracing is off without an address, and then headers are those of W3C", () => {
  const settings = readOtlpSettings({ GF_INSTANCE_OTLP_ADDRESS: "", GF_INSTANCE_OTLP_PROPAGATION: "jaeger" });

  assert.deepEqual(settings, {
    address: undefined,
    propagation: ["w3c"],
    samplerType: "const",
    samplerParam: 1,
    samplerRemoteUrl: undefined,
  });
});

test("a parameter of the sampler that is not a number is 1", () => {
  const settings = readOtlpSettings({ GF_INSTANCE_OTLP_ADDRESS, GF_INSTANCE_OTLP_SAMPLER_PARAM: "half" });

  assert.equal(settings.samplerParam, 1);
});

test("an unknown format or sampler is refused with its variable", async () => {
  for (const [name, value] of [
    ["GF_INSTANCE_OTLP_PROPAGATION", "w3c,b3"],
    ["GF_INSTANCE_OTLP_SAMPLER_TYPE", "always"],
  ] as const) {
    const read = Promise.resolve().then(() => readOtlpSettings({ GF_INSTANCE_OTLP_ADDRESS, [name]: value }));

    const { message } = await rejectsWithPluginError(read, "invalid_option");

    assert.match(message, new RegExp(`^${name} must be .* got "(b3|always)"$`));
  }
});
