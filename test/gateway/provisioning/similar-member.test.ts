import assert from "node:assert/strict";
import { test } from "node:test";
import { similarMember } from "../../../src/gateway/provisioning/similar-member.ts";

const known = [
  "access",
  "basicAuth",
  "basicAuthUser",
  "name",
  "orgId",
  "orgName",
  "type",
  "uid",
  "url",
  "user",
];

test("a mistyped member is similar to the one that was meant", () => {
  for (const [given, expected] of [
    ["basicauth", "basicAuth"],
    ["basic_auth_user", "basicAuthUser"],
    ["acess", "access"],
    ["accsess", "access"],
    ["accees", "access"],
    ["acecss", "access"],
    ["tpye", "type"],
    ["user ", "user"],
    ["basicAuhtUsr", "basicAuthUser"],
  ] as const) {
    assert.equal(similarMember(given, known), expected, given);
  }
});

test("a member that is none, or could be several, is similar to none", () => {
  for (const given of ["", "x", "id", "colour", "password", "ur", `name${"x".repeat(100_000)}`]) {
    assert.equal(similarMember(given, known), undefined, given.slice(0, 20));
  }
  assert.equal(similarMember("orgX", ["orgA", "orgB"]), undefined);
});
