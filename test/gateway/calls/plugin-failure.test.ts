import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutSecrets } from "../../../src/gateway/calls/plugin-failure.ts";

test("a secret that begins with another one is hidden whole", () => {
  const secrets = { short: "password", long: "password-of-admin" };

  assert.equal(withoutSecrets("refused password-of-admin, password", secrets), "refused [secret], [secret]");
});
