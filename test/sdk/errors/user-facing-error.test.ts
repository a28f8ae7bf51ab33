import assert from "node:assert/strict";
import { test } from "node:test";
import { readGrafanaConfig } from "grafana-plugin-protocol/plugin";
import { downstream, userFacingError } from "grafana-plugin-protocol/sdk";
import { QueryError } from "grafana-plugin-protocol/v2";

const withText = {
  config: readGrafanaConfig({ GF_USER_FACING_DEFAULT_ERROR: "ask your administrator" }, {}),
};

test("an internal error gets the text that the host has for users", () => {
  const error = Object.assign(new Error("connect 10.0.0.7:5432 as root"), { code: "ECONNREFUSED" });

  const shown = userFacingError(error, withText);

  assert.ok(shown instanceof QueryError);
  assert.equal(shown.message, "ask your administrator");
  assert.equal(shown.status, 502);
  assert.equal(shown.errorSource, "downstream");
  assert.equal(shown.cause, error);
});

test("an error that is meant for users stays as it is", () => {
  for (const error of [new QueryError("no such table"), downstream(new Error("quota exceeded"))]) {
    assert.equal(userFacingError(error, withText), error);
  }
});

test("without a text of the host every error stays as it is", () => {
  const error = new Error("boom");

  assert.equal(userFacingError(error, { config: readGrafanaConfig({}, {}) }), error);
});
