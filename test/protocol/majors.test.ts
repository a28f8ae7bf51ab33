import assert from "node:assert/strict";
import { test } from "node:test";
import { v3Services } from "grafana-plugin-protocol/experimental/v3";
import { v1 } from "grafana-plugin-protocol/v1";
import { rendererServices, sanitizerServices, v2 } from "grafana-plugin-protocol/v2";

const names = (services: Readonly<Record<string, { readonly typeName: string }>>): Record<string, string> =>
  Object.fromEntries(Object.entries(services).map(([key, { typeName }]) => [key, typeName]));

test("major 1 has the services of the package models", () => {
  assert.equal(v1.version, 1);
  assert.deepEqual(names(v1.services), {
    datasource: "models.DatasourcePlugin",
    renderer: "models.Renderer",
  });
});

test("major 2 has the services of the package pluginv2", () => {
  assert.equal(v2.version, 2);
  assert.deepEqual(names(v2.services), {
    admission: "pluginv2.AdmissionControl",
    conversion: "pluginv2.ResourceConversion",
    data: "pluginv2.Data",
    diagnostics: "pluginv2.Diagnostics",
    resource: "pluginv2.Resource",
    stream: "pluginv2.Stream",
  });
});

test("the services to spread have names of their own", () => {
  assert.deepEqual(names({ ...rendererServices, ...sanitizerServices, ...v3Services }), {
    admissionReview: "grafana.plugin.v3.AdmissionService",
    objectConversion: "grafana.plugin.v3.ConversionService",
    renderer: "pluginextensionv2.Renderer",
    route: "grafana.plugin.v3.RouteService",
    sanitizer: "pluginextensionv2.Sanitizer",
  });
  const keys = [v2.services, rendererServices, sanitizerServices, v3Services].flatMap(Object.keys);
  assert.equal(new Set(keys).size, keys.length);
});
