import assert from "node:assert/strict";
import { test } from "node:test";
import {
  hasMagicCookie,
  magicCookieExitCode,
  magicCookieText,
} from "../../../src/go-plugin/handshake/magic-cookie.ts";
import { grafanaCookie } from "../../../src/protocol.ts";

const cookie = { key: "COOKIE", values: ["yes", "also"] } as const;

test("the text and the exit code are go-plugin's", () => {
  assert.equal(
    magicCookieText,
    "This binary is a plugin. These are not meant to be executed directly.\n" +
      "Please execute the program that consumes these plugins, which will\n" +
      "load any plugins automatically\n",
  );
  assert.equal(magicCookieExitCode, 1);
});

test("each of the values is taken", () => {
  assert.equal(hasMagicCookie(cookie, { COOKIE: "yes" }), true);
  assert.equal(hasMagicCookie(cookie, { COOKIE: "also" }), true);
});

test("another value, another name and an empty value are not", () => {
  for (const env of [{}, { COOKIE: "" }, { COOKIE: "YES" }, { COOKIE: "yes " }, { cookie: "yes" }]) {
    assert.equal(hasMagicCookie(cookie, env), false, JSON.stringify(env));
  }
});

test("an empty name or an empty value in the cookie matches nothing", () => {
  assert.equal(hasMagicCookie({ key: "", values: ["yes"] }, { "": "yes" }), false);
  assert.equal(hasMagicCookie({ key: "COOKIE", values: [""] }, { COOKIE: "" }), false);
});

test("Grafana's cookie has the second value only where a v1 renderer is served", () => {
  assert.deepEqual(grafanaCookie(), { key: "grafana_plugin_type", values: ["datasource"] });
  assert.deepEqual(grafanaCookie(["pluginextensionv2.Renderer"]).values, ["datasource"]);
  assert.deepEqual(grafanaCookie(["models.DatasourcePlugin", "models.Renderer"]).values, [
    "datasource",
    "renderer",
  ]);
});
