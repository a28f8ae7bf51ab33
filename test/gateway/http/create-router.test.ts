import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createRouter } from "../../../src/gateway/http/create-router.ts";
import type { Route } from "../../../src/gateway/http/route.ts";

const route = (method: string, pattern: string): Route => ({
  method,
  pattern,
  handle: () => ({ status: 200, headers: {}, body: "" }),
});
const find = createRouter([
  route("GET", "/a"),
  route("POST", "/a"),
  route("GET", "/a/name/:name"),
  route("GET", "/a/:id/health"),
  route("*", "/a/:id/files/*"),
]);

suite("a route is found", () => {
  for (const [method, path, pattern, params, rest] of [
    ["GET", "/a", "/a", {}, ""],
    ["HEAD", "/a", "/a", {}, ""],
    ["GET", "/a/name/x%20%2Fy", "/a/name/:name", { name: "x /y" }, ""],
    ["GET", "/a/name/health", "/a/name/:name", { name: "health" }, ""],
    ["GET", "/a/5/health", "/a/:id/health", { id: "5" }, ""],
    ["PATCH", "/a/5/files/b/c%2Fd", "/a/:id/files/*", { id: "5" }, "b/c%2Fd"],
    ["GET", "/a/5/files/", "/a/:id/files/*", { id: "5" }, ""],
    ["GET", "/a/5/files", "/a/:id/files/*", { id: "5" }, ""],
    ["GET", "/a/", "/a", {}, ""],
    ["GET", "/a/5/health/", "/a/:id/health", { id: "5" }, ""],
    ["GET", "/a/5/files/b/", "/a/:id/files/*", { id: "5" }, "b/"],
  ] as const) {
    test(`for ${method} ${path}`, () => {
      const match = find(method, path);

      assert.deepEqual([match?.route.pattern, match?.params, match?.rest], [pattern, params, rest]);
    });
  }
});

suite("no route is found", () => {
  for (const path of ["/", "/b", "/a//", "/a//health", "/a/5/health//", "/a/5", "/a/5/health/more", "a"]) {
    test(`for ${path}`, () => {
      assert.equal(find("GET", path), undefined);
    });
  }
});

test("a method that a path does not have is an error that names those it has", () => {
  assert.throws(() => find("PUT", "/a"), { status: 405, headers: { Allow: "GET, POST" } });
});

test("percent encoding that is not UTF-8 is an error", () => {
  assert.throws(() => find("GET", "/a/name/%ff"), { status: 400 });
});
