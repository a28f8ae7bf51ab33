import assert from "node:assert/strict";
import { test } from "node:test";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorTrailers, okTrailers, readStatus } from "../../../src/transport/grpc/status-fields.ts";
import type { SectionLimits } from "../../../src/transport/sent-metadata.ts";

const anything: SectionLimits = {
  maxBytes: Number.POSITIVE_INFINITY,
  onUnsendable: (problem) => assert.fail(problem),
};

test("an error goes over the wire with its message, details and metadata", () => {
  const metadata = { "x-reason": "because", "grpc-status": "0" };
  const details = [{ desc: StringValueSchema, value: { value: "detail" } }];
  const sent = new ConnectError("nicht m\u00f6glich: 100 %", Code.FailedPrecondition, metadata, details);

  const error = readStatus(errorTrailers(sent, new Headers({ "x-trailer": "t" }), anything), [
    "x-header",
    "h",
  ])?.error;

  assert.equal(error?.code, Code.FailedPrecondition);
  assert.equal(error?.rawMessage, sent.rawMessage);
  assert.equal(error?.findDetails(StringValueSchema)[0]?.value, "detail");
  assert.deepEqual(
    ["x-reason", "x-trailer", "x-header"].map((name) => error?.metadata.get(name)),
    ["because", "t", "h"],
  );
});

test("an error of another server is passed on without its metadata", () => {
  const error = new ConnectError("no", Code.Aborted, { "x-theirs": "1" });
  error.isWireError = true;

  assert.deepEqual(errorTrailers(error, undefined, anything), ["grpc-status", "10", "grpc-message", "no"]);
});

test("OK has no error, with the handler's trailers", () => {
  const fields = okTrailers(new Headers({ a: "1" }), anything);

  assert.deepEqual(fields, ["grpc-status", "0", "a", "1"]);
  assert.deepEqual(readStatus(fields), { error: undefined });
});

test("no status is none", () => {
  assert.equal(readStatus(["a", "1"]), undefined);
});

test("a status that gRPC does not know is UNKNOWN", () => {
  for (const status of ["17", "99999999999", "-1", "x", ""]) {
    assert.equal(readStatus(["grpc-status", status])?.error?.code, Code.Unknown, status);
  }
});

test("details that cannot be read, or are of another code, do not hide the status", () => {
  const other = errorTrailers(
    new ConnectError("other", Code.Aborted, undefined, [{ desc: StringValueSchema, value: {} }]),
    undefined,
    anything,
  );
  for (const details of ["!!!", "/////w", other.at(-1) ?? ""]) {
    const fields = ["grpc-status", "5", "grpc-message", "gone", "grpc-status-details-bin", details];
    const error = readStatus(fields)?.error;
    assert.deepEqual([error?.code, error?.rawMessage, error?.details], [Code.NotFound, "gone", []]);
  }
});

test("what the peer has no room for is left out, and said: metadata first, then the details", () => {
  const details = [{ desc: StringValueSchema, value: { value: "x".repeat(600) } }];
  const sent = new ConnectError("no", Code.Aborted, { "x-large": "y".repeat(600) }, details);
  const namesWith = (maxBytes: number): readonly [names: readonly string[], problems: number] => {
    const problems: string[] = [];
    const fields = errorTrailers(sent, undefined, {
      maxBytes,
      onUnsendable: (problem) => problems.push(problem),
    });
    return [fields.filter((_, index) => index % 2 === 0), problems.length];
  };

  assert.deepEqual(namesWith(2000), [
    ["grpc-status", "grpc-message", "grpc-status-details-bin", "x-large"],
    0,
  ]);
  assert.deepEqual(namesWith(1200), [["grpc-status", "grpc-message", "grpc-status-details-bin"], 1]);
  assert.deepEqual(namesWith(400), [["grpc-status", "grpc-message"], 2]);
});
