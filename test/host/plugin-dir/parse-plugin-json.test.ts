import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { parsePluginJson } from "../../../src/host/plugin-dir/parse-plugin-json.ts";
import { pluginJsonSchema } from "../../../src/host/plugin-dir/plugin-json-schema.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const good = {
  id: "acme-weather-datasource",
  type: "datasource",
  name: "Weather",
  backend: true,
  executable: "gpx_weather",
  info: { version: "1.2.3", updated: "2026-01-02" },
  dependencies: { grafanaDependency: ">=10.4.0" },
};
const parse = (changes: object, grafanaVersion?: string) =>
  parsePluginJson(JSON.stringify({ ...good, ...changes }), grafanaVersion);

test("docs/plugin.schema.json is the schema that is applied", () => {
  const published: unknown = JSON.parse(readFileSync(join(root, "docs", "plugin.schema.json"), "utf8"));

  assert.deepEqual(published, pluginJsonSchema);
});

test("a complete plugin.json has no warnings", () => {
  const parsed = parse({ alerting: true }, "12.4.0");

  assert.deepEqual(parsed.errors ?? parsed.warnings, []);
});

test("the manifest has the defaults of what the file leaves out", () => {
  const { manifest } = parsePluginJson('{"id":"a-b-panel","type":"panel"}') as Extract<
    ReturnType<typeof parsePluginJson>,
    { manifest: unknown }
  >;

  assert.equal(manifest.name, "a-b-panel");
  assert.equal(manifest.backend, false);
  assert.equal(manifest.executable, undefined);
  assert.equal(manifest.version, "");
  assert.equal(manifest.grafanaDependency, undefined);
});

suite("what no host can use is an error that names the member", () => {
  const faults: readonly (readonly [string, object, RegExp])[] = [
    ["no id", { id: undefined }, /^id: is missing$/],
    ["an id with a path in it", { id: "../../etc" }, /^id: expected a text like /],
    ["an id that is a number", { id: 5 }, /^id: expected a text, got 5$/],
    ["a type that does not exist", { type: "backend" }, /^type: expected one of "app", .*got "backend"$/],
    ["a backend without executable", { executable: undefined }, /^executable: is missing$/],
    ["an empty executable", { executable: "" }, /^executable: expected a text that is not empty/],
    ["an absolute executable", { executable: "/bin/sh" }, /^executable: expected a text like/],
    ["an executable with a drive", { executable: "C:\\a" }, /^executable: expected a text like/],
    ["an executable with NUL", { executable: "a\0b" }, /^executable: expected a text like/],
    ["backend as a text", { backend: "true" }, /^backend: expected true or false, got "true"$/],
    ["info as a list", { info: [] }, /^info: expected an object, got an empty list$/],
    ["a keyword that is a number", { info: { keywords: ["a", 1] } }, /^info\.keywords\[1\]: expected a text/],
    [
      "a dependency without id",
      { dependencies: { plugins: [{}] } },
      /^dependencies\.plugins\[0\]\.id: is missing$/,
    ],
  ];

  for (const [name, changes, expected] of faults) {
    test(name, () => {
      const { errors } = parse(changes);

      assert.equal(errors?.length, 1, errors?.join("\n"));
      assert.match(errors[0], expected);
    });
  }

  test("all faults of a file are told at once", () => {
    assert.equal(parse({ id: undefined, type: "x", alerting: 1 }).errors?.length, 3);
  });

  for (const text of ["", "{", "null", "[]", '"a"', "\0"]) {
    test(`the text ${JSON.stringify(text)}`, () => {
      assert.equal(parsePluginJson(text).errors?.length, 1);
    });
  }
});

suite("what is odd is a warning", () => {
  const oddities: readonly (readonly [string, object, RegExp])[] = [
    [
      "a placeholder",
      { info: { version: "%VERSION%", updated: "%TODAY%" } },
      /^info\.version, info\.updated is a placeholder/,
    ],
    ["an id that the catalogue refuses", { id: "stackdriver" }, /^id: Grafana's catalogue expects/],
    [
      "a range that is not one",
      { dependencies: { grafanaDependency: "latest" } },
      /expected a range of versions/,
    ],
    [
      "a range beyond the host's version",
      { dependencies: { grafanaDependency: ">=99.0.0" } },
      /asks for Grafana >=99\.0\.0/,
    ],
    [
      "alerting without backend",
      { backend: false, alerting: true, executable: undefined },
      /^alerting: has no effect/,
    ],
    ["an executable without backend", { backend: false }, /^executable: has no effect/],
    ["white space around the executable", { executable: " gpx_weather\r" }, /white space/],
    ["a renderer with another executable", { id: "a-b-renderer", type: "renderer" }, /always "plugin_start"/],
    ["no name", { name: undefined }, /^name: is missing/],
  ];

  for (const [name, changes, expected] of oddities) {
    test(name, () => {
      const parsed = parse(changes, "12.4.0");

      assert.equal(parsed.errors, undefined);
      assert.equal(parsed.warnings?.length, 1, parsed.warnings?.join("\n"));
      assert.match(parsed.warnings?.[0] ?? "", expected);
    });
  }

  test("a byte order mark", () => {
    const parsed = parsePluginJson(`\ufeff${JSON.stringify(good)}`);

    assert.match((parsed.errors ?? parsed.warnings)[0] ?? "", /byte order mark/);
  });
});

test("line breaks of Windows, and null for what is absent, are fine", () => {
  const text = JSON.stringify({ ...good, alerting: null, category: null }, null, 2).replaceAll("\n", "\r\n");
  const parsed = parsePluginJson(text);

  assert.deepEqual(parsed.errors ?? parsed.warnings, []);
});

test("a renderer needs no executable, and has that with the fixed name", () => {
  const parsed = parse({ id: "acme-image-renderer", type: "renderer", executable: undefined });

  assert.equal(parsed.errors, undefined);
  assert.equal(parsed.errors ?? parsed.manifest.executable, "plugin_start");
});

test("every plugin.json of the examples is accepted", () => {
  const files = globSync("examples/**/plugin.json", { cwd: root });
  const refused = files.flatMap(
    (file) => parsePluginJson(readFileSync(join(root, file), "utf8")).errors ?? [],
  );

  assert.ok(files.length >= 6, files.join());
  assert.deepEqual(refused, []);
});
