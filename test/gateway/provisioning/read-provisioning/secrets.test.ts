/** Secrets of files that are wrong. docs/gateway-security.md names these tests. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { read, withLines } from "./read-files.ts";

suite("a secret is in no error and no warning", () => {
  const secret = "hunter2-Pa$$-secret";
  for (const [name, text] of [
    ["in a broken line", withLines("secureJsonData:", `  password: ${secret}`, `  "other: ${secret}`)],
    ["as an alias", withLines(`secureJsonData: {password: *${secret}}`)],
    ["after a reserved character", withLines(`secureJsonData: {password: @${secret}}`)],
    ["after a percent sign", `%${secret}\n---\na: b`],
    ["as the head of a block", withLines(`secureJsonData: {}`, `user: |${secret}`)],
    ["with an unknown escape", withLines(`secureJsonData: {password: "\\q${secret}"}`)],
    ["as a tag", withLines(`secureJsonData: {password: !<${secret} a}`)],
    ["as a list", withLines(`secureJsonData: {password: [${secret}]}`)],
    ["in the wrong place", withLines(`basicAuth: ${secret}`, `${secret}: a`)],
    ["as a number", withLines(`version: ${secret}`)],
    ["as access", withLines(`access: ${secret}`)],
    ["as a member of its own", withLines(`"${secret} and more": a`, "version: x")],
    ["with a dollar", withLines("secureJsonData: {password: a$hunter2}", "version: x")],
    ["with a variable that has a dollar", withLines(`secureJsonData: {password: "\${PW}"}`, "version: x")],
    ["with a file that has a dollar", withLines("secureJsonData: {password: $__file{TMP/pw}}", "version: x")],
    ["as the path of a file", withLines(`secureJsonData: {password: "$__file{/${secret}}"}`)],
    ["as a uid by a variable", withLines("uid: $PW")],
    ["at the end of the file", `${withLines("secureJsonData:")}\n      password: 'hunter2`],
  ] as const) {
    test(name, async (t) => {
      const seen = await read(t, { "a.yaml": text, pw: "a$hunter2" }, { env: { PW: "a$hunter2" } }).then(
        ({ warnings }) => warnings.join("\n"),
        (error: unknown) => inspect(error, { depth: 10, showHidden: true }),
      );

      assert.doesNotMatch(seen, /hunter2/);
      assert.match(seen, /a\.yaml/);
    });
  }
});
