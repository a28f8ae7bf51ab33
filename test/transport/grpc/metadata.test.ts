import assert from "node:assert/strict";
import { test } from "node:test";
import { appendMetadata, findField, toHeaders } from "../../../src/transport/grpc/metadata.ts";

function fieldsOf(init: [string, string][]): string[] {
  const fields: string[] = [];
  appendMetadata(fields, new Headers(init));
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

test("names that are gRPC's or HTTP's are not sent, nor what is not ASCII", () => {
  const fields = fieldsOf([
    ["grpc-status", "0"],
    ["grpc-anything", "x"],
    ["content-type", "text/html"],
    ["te", "gzip"],
    ["connection", "close"],
    ["host", "x"],
    ["umlaut", "\u00e4"],
    ["user-agent", "mine"],
    ["authorization", "Bearer x"],
  ]);

  assert.deepEqual(fields, ["authorization", "Bearer x", "user-agent", "mine"]);
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
