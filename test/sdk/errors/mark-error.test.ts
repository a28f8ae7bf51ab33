import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { downstream, pluginError } from "grafana-plugin-protocol/sdk";
import { errorSourceOf, QueryError } from "grafana-plugin-protocol/v2";

test("downstream marks an error and returns it", () => {
  const error = new RangeError("too large");
  const before = inspect(error);

  assert.equal(downstream(error), error);
  assert.equal(errorSourceOf(error), "downstream");
  assert.equal(inspect(error), before);
});

test("the last mark of an error counts", () => {
  const error = new Error("boom");

  assert.equal(errorSourceOf(pluginError(downstream(error))), "plugin");
});

test("a frozen error becomes the cause of a marked one", () => {
  const error = Object.freeze(new Error("boom"));

  const marked = downstream(error);

  assert.equal(errorSourceOf(marked), "downstream");
  assert.equal(marked.message, "boom");
  assert.equal(marked.cause, error);
});

test("a QueryError with another source keeps its status in a new one", () => {
  const error = new QueryError("no such table", { status: 404 });

  const marked = downstream(error);

  assert.ok(marked instanceof QueryError);
  assert.equal(marked.status, 404);
  assert.equal(marked.errorSource, "downstream");
  assert.equal(error.errorSource, "plugin");
});

test("a thrown text becomes a marked error", () => {
  const marked = downstream("boom");

  assert.equal(marked.message, "boom");
  assert.equal(errorSourceOf(marked), "downstream");
});
