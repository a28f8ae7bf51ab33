import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { hideSecretValues, secretSpellings } from "../src/handlers/hide-secret-values.ts";

suite("a secret is hidden however a text spells it", () => {
  const secrets = [
    "plain-token_1.2*3",
    "glsa_AAAA~tilde",
    "p@ss w/rd+1?=&",
    'quote"back\\slash\nline',
    "it's (almost) plain!",
    "größe-密碼-🔑",
    "half \ud83d of a pair",
    "???>>>~~~",
  ];
  const spelled: Readonly<Record<string, (secret: string) => string>> = {
    "as it is": (secret) => secret,
    "as JSON": (secret) => JSON.stringify({ secret }).slice(11, -2),
    "in a URL": (secret) => encodeURIComponent(secret.toWellFormed()),
    "in a form": (secret) => new URLSearchParams({ secret: secret.toWellFormed() }).toString().slice(7),
    "in base64": (secret) => Buffer.from(secret.toWellFormed()).toString("base64"),
    "in base64url": (secret) => Buffer.from(secret.toWellFormed()).toString("base64url"),
  };
  for (const secret of secrets) {
    for (const [name, spell] of Object.entries(spelled)) {
      test(`${JSON.stringify(secret)} ${name}`, () => {
        assertHidden(secret, spell(secret));
      });
    }
  }

  test("with any printable character", () => {
    for (let code = 0x20; code < 0x7f; code++) {
      const secret = `key${String.fromCharCode(code)}key`;
      for (const spell of Object.values(spelled)) assertHidden(secret, spell(secret));
    }
  });
});

test("a secret of fewer than four characters is not looked for", () => {
  assert.deepEqual(secretSpellings(["abc", ""]), []);
});

function assertHidden(secret: string, spelled: string): void {
  const hidden = hideSecretValues(`before ${spelled} after`, secretSpellings([secret]));

  assert.match(hidden, /^before \[secret\]=* after$/, spelled);
}
