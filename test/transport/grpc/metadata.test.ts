import assert from "node:assert/strict";
import { test } from "node:test";
import { findField, toHeaders } from "../../../src/transport/grpc/metadata.ts";
import { appendMetadata } from "../../../src/transport/sent-metadata.ts";

function fieldsOf(init: [string, string][], problems: string[] = []): string[] {
  const fields: string[] = [];
  appendMetadata(fields, new Headers(init), (problem) => problems.push(problem));
  return fields;
}

test("a binary key has a field for each of its values", () => {
  const fields = fieldsOf([
    ["a-bin", "AQ"],
    ["a-bin", "Ag"],
    ["b-bin", "Aw,BA"],
    ["text", "x"],
    ["text", "y, z"],
  ]);

  assert.deepEqual(fields, ["a-bin", "AQ", "a-bin", "Ag", "b-bin", "Aw", "b-bin", "BA", "text", "x, y, z"]);
});

test("names that are gRPC's or HTTP's are not sent", () => {
  const problems: string[] = [];
  const init: [string, string][] = [
    ["grpc-status", "0"],
    ["grpc-anything", "x"],
    ["content-type", "text/html"],
    ["te", "gzip"],
    ["connection", "close"],
    ["host", "x"],
    ["user-agent", "mine"],
    ["authorization", "Bearer x"],
  ];

  assert.deepEqual(fieldsOf(init, problems), ["authorization", "Bearer x", "user-agent", "mine"]);
  assert.deepEqual(problems, []);
});

test("values that a Go peer would end the call for are not sent, and said without the value", () => {
  for (const [name, value] of [
    ["umlaut", "secret \u00e4"],
    ["control", "secret \u0001"],
    ["tab", "secret \t secret"],
    ["a-bin", "secret!"],
    ["a-bin", "AQIDA"],
    ["a-bin", "AQ==AQ=="],
  ] as const) {
    const problems: string[] = [];

    assert.deepEqual(fieldsOf([[name, value]], problems), [], value);
    assert.match(problems.join(), new RegExp(`^metadata "${name}" has a value that is not `));
    assert.doesNotMatch(problems.join(), /secret/);
  }
});

test("headers have every field but the pseudo ones, repeated ones joined", () => {
  const fields = [":path", "/a", "x", "1", "x", "2", "y-bin", "AQ", "y-bin", "Ag"];

  assert.deepEqual(
    [...toHeaders(fields)],
    [
      ["x", "1, 2"],
      ["y-bin", "AQ, Ag"],
    ],
  );
  assert.equal(findField(fields, "x"), "1");
  assert.equal(findField(fields, "z"), undefined);
});

test("a field whose value Headers does not take is left out", () => {
  assert.deepEqual(
    [...toHeaders(["a", "1", "b", "\u0000", "c", "2"])],
    [
      ["a", "1"],
      ["c", "2"],
    ],
  );
});
