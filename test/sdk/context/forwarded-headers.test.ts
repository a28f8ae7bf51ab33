import assert from "node:assert/strict";
import { test } from "node:test";
import { forwardedHeaders } from "grafana-plugin-protocol/sdk";

const call = (init: Record<string, string>) => ({ headers: new Headers(init) });

const full = call({
  Authorization: "Bearer user",
  "X-Id-Token": "id",
  "X-Grafana-Id": "grafana",
  Cookie: "session=1; theme=dark; other=a=b",
  FromAlert: "true",
  "X-Dashboard-Uid": "d1",
  Host: "grafana.example",
  Connection: "keep-alive, X-Hop",
  "X-Hop": "1",
  "Content-Length": "12",
});

test("only the mark of an alert is forwarded without options", () => {
  assert.deepEqual(forwardedHeaders(full), { FromAlert: "true" });
  assert.deepEqual(forwardedHeaders(call({ Cookie: "a=1" })), {});
});

test("the login of the user is forwarded where it is asked for", () => {
  assert.deepEqual(forwardedHeaders(full, { login: true }), {
    FromAlert: "true",
    Authorization: "Bearer user",
    "X-Id-Token": "id",
  });
  assert.deepEqual(forwardedHeaders(full, { grafanaId: true }), {
    FromAlert: "true",
    "X-Grafana-Id": "grafana",
  });
});

test("cookies are forwarded all or by name", () => {
  assert.equal(forwardedHeaders(full, { cookies: true })["Cookie"], "session=1; theme=dark; other=a=b");
  assert.equal(forwardedHeaders(full, { cookies: ["session", "other"] })["Cookie"], "session=1; other=a=b");
  assert.equal("Cookie" in forwardedHeaders(full, { cookies: ["none"] }), false);
});

test("headers are forwarded by name", () => {
  assert.deepEqual(forwardedHeaders(full, { names: ["x-dashboard-uid", "X-Absent"] }), {
    FromAlert: "true",
    "X-Dashboard-Uid": "d1",
  });
});

test("all headers are forwarded except those of the connection", () => {
  assert.deepEqual(forwardedHeaders(full, { all: true }), {
    FromAlert: "true",
    Authorization: "Bearer user",
    "X-Id-Token": "id",
    "X-Grafana-Id": "grafana",
    Cookie: "session=1; theme=dark; other=a=b",
    "X-Dashboard-Uid": "d1",
  });
});

test("the encodings that the browser takes are forwarded only by name, because the plugin decodes the answer", () => {
  const browser = call({ "Accept-Encoding": "gzip, br, zstd", Accept: "application/json" });

  assert.deepEqual(forwardedHeaders(browser, { all: true }), { accept: "application/json" });
  assert.deepEqual(forwardedHeaders(browser, { names: ["Accept-Encoding"] }), {
    "accept-encoding": "gzip, br, zstd",
  });
});
