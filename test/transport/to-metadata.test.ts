import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { headersOf, toMetadata } from "../../src/transport/to-metadata.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";

/** Headers that `Headers` takes, in each form that a caller may give them. */
const accepted: Readonly<Record<string, HeadersInit>> = {
  "no headers": {},
  "names in several cases": { "X-Grafana-User": "editor", fromalert: "false", "http_X-Id": "1" },
  "one name in two cases": { "X-A": "first", "x-a": "second" },
  "values with spaces around": { a: " b ", c: "\td\r\n" },
  "an empty value": { a: "" },
  "values beyond ASCII": { a: "\u00e9", b: "\u0080" },
  "a value with an escape": { a: "b\u0007c" },
  "names of Object's properties": { constructor: "a", toString: "b" } as unknown as HeadersInit,
  "names that belong to gRPC and HTTP": { "grpc-timeout": "1S", host: "elsewhere", "user-agent": "mine" },
  "binary keys": { "a-bin": "AAEC", "B-Bin": "AAEC, AwQ=" },
  "numbers as values": { a: 1, b: true } as unknown as HeadersInit,
  "an object without a prototype": Object.assign(Object.create(null), { A: "b" }),
  "an object of a class": Object.assign(new (class Own {})(), { A: "b" }) as unknown as HeadersInit,
  pairs: [
    ["A", "b"],
    ["a", "c"],
  ],
  Headers: new Headers({ A: "b" }),
};

/** And those that it refuses, with the name that the error has. */
const refused: Readonly<Record<string, readonly [HeadersInit, string]>> = {
  "a name with a space": [{ "a b": "c" }, "a b"],
  "an empty name": [{ "": "c" }, ""],
  "a name beyond ASCII": [{ "\u00e9": "c" }, "\u00e9"],
  "a line feed within a value": [{ fine: "1", a: "secret\nb" }, "a"],
  "a NUL in a value": [{ a: "secret\0" }, "a"],
  "a value beyond Latin-1": [{ a: "secret\u20ac" }, "a"],
};

suite("metadata of a call", () => {
  for (const [what, header] of Object.entries(accepted)) {
    test(`have the names and values of Headers: ${what}`, () => {
      const metadata = toMetadata(header) ?? [];

      assert.deepEqual([...metadata].toSorted(), [...new Headers(header)].toSorted());
      assert.deepEqual([...(headersOf(toMetadata(header)) ?? [])], [...new Headers(header)]);
    });
  }

  for (const [what, [header, name]] of Object.entries(refused)) {
    test(`are refused with the name and without the value: ${what}`, async () => {
      assert.throws(() => new Headers(header));
      const error = await rejectsWithConnectError((async () => toMetadata(header))(), Code.InvalidArgument);
      assert.match(error.rawMessage, new RegExp(`the header ${JSON.stringify(name)} cannot be sent`));
      assert.doesNotMatch(error.rawMessage, /secret/);
    });
  }

  test("have a header __proto__, which Headers drops", () => {
    assert.deepEqual([...(toMetadata(JSON.parse('{"__proto__":"a"}')) ?? [])], [["__proto__", "a"]]);
  });

  test("are none without headers", () => {
    assert.equal(toMetadata(undefined), undefined);
    assert.equal(toMetadata(null), undefined);
  });
});
