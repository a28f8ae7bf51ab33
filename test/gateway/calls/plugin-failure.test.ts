import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutSecrets } from "../../../src/gateway/calls/plugin-failure.ts";
import { oddSecret, spelledSecret } from "../../helpers/spelled-secret.ts";

test("a secret that begins with another one is hidden whole", () => {
  const secrets = ["password", "password-of-admin"];

  assert.equal(withoutSecrets("refused password-of-admin, password", secrets), "refused [secret], [secret]");
});

test("the gateway hides secrets of four characters and more, however an error spells them", () => {
  const secrets = [oddSecret, "abcd", "abc"];

  for (const [how, spelled] of Object.entries(spelledSecret)) {
    assert.match(withoutSecrets(`refused (${spelled})`, secrets), /^refused \(\[secret\]=*\)$/, how);
  }
  assert.equal(withoutSecrets("abcd abc", secrets), "[secret] abc");
});

test("secrets that overlap, with others or with themselves, are hidden whole", () => {
  assert.equal(withoutSecrets("refused abcdefghij", ["abcdefg", "efghij"]), "refused [secret]");
  assert.equal(withoutSecrets("refused ababab, ababcab", ["abab"]), "refused [secret], [secret]cab");
  assert.equal(withoutSecrets("abcdabcd", ["abcd"]), "[secret][secret]");
  assert.equal(withoutSecrets("a secret and hunter22", ["secret", "hunter22"]), "a [secret] and [secret]");
  assert.equal(withoutSecrets("a".repeat(100_000), ["a".repeat(50_000)]), "[secret]");
});
