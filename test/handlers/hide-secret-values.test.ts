import assert from "node:assert/strict";
import { test } from "node:test";
import { hideSecretValues, secretTexts } from "../../src/handlers/hide-secret-values.ts";

test("a secret that begins with another one is hidden whole", () => {
  const secrets = secretTexts(["token", "token-of-admin"]);

  assert.equal(
    hideSecretValues("refused token-of-admin and token", secrets),
    "refused [secret] and [secret]",
  );
});

test("a secret of fewer than four characters stays, because words contain it", () => {
  assert.equal(hideSecretValues("a bad password", secretTexts(["bad", ""])), "a bad password");
});
