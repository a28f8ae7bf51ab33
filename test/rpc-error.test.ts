import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Code, ConnectError } from "@connectrpc/connect";
import { hasNoMetadata, rpcError, rpcErrorFrom } from "../src/rpc-error.ts";

const codes = Object.values(Code).filter((code) => typeof code === "number");

suite("an error of rpcError", () => {
  for (const text of ["a text", ""]) {
    test(`an error of rpcError has all that the constructor gives, for each code and ${text === "" ? "no text" : "a text"}`, () => {
      for (const code of [...codes, 99 as Code]) {
        const cause = new Error("cause");
        const ours = rpcError(text, code, { cause });
        const stock = new ConnectError(text, code, undefined, undefined, cause);

        assert.equal(String(ours), String(stock));
        for (const key of [
          "name",
          "message",
          "rawMessage",
          "code",
          "cause",
          "details",
          "isWireError",
        ] as const) {
          assert.deepEqual(ours[key], stock[key], key);
        }
        assert.deepEqual([...ours.metadata], [...stock.metadata]);
        assert.deepEqual(Object.keys(ours).sort(), Object.keys(stock).sort());
      }
    });
  }

  test("an error of rpcError is a ConnectError for instanceof and ConnectError.from, and an Error with a stack", () => {
    const error = rpcError("gone", Code.Unavailable);

    assert.ok(error instanceof ConnectError);
    assert.ok(error instanceof Error);
    assert.equal(ConnectError.from(error), error);
    assert.equal(Object.getPrototypeOf(error), ConnectError.prototype);
    assert.match(error.stack ?? "", /rpc-error\.test\.ts/);
  });

  test("an error of rpcError keeps metadata that is added to it, set on it or given with it", () => {
    const added = rpcError("a", Code.Internal);
    added.metadata.set("x-key", "1");
    assert.equal(added.metadata.get("x-key"), "1");

    const set = rpcError("a", Code.Internal);
    Object.assign(set, { metadata: new Headers({ "x-key": "2" }) });
    assert.equal(set.metadata.get("x-key"), "2");

    const given = rpcError("a", Code.Internal, { metadata: new Headers({ "x-key": "3" }) });
    assert.equal(given.metadata.get("x-key"), "3");
  });

  test("an error of rpcError makes the metadata it is told to make once, when they are read", () => {
    let count = 0;
    const make = (): Headers => {
      count++;
      return new Headers({ "x-key": "4" });
    };
    const error = rpcError("a", Code.Internal, { metadata: make });

    assert.equal(count, 0);
    assert.equal(error.metadata.get("x-key"), "4");
    assert.equal(error.metadata, error.metadata);
    assert.equal(count, 1);
  });

  test("an error of rpcError has metadata also where it is frozen", () => {
    const error = Object.freeze(rpcError("a", Code.Internal));

    assert.deepEqual([...error.metadata], []);
  });

  test("an error of rpcError tells whether it has no metadata, and makes none for that", () => {
    const error = rpcError("a", Code.Internal);
    assert.equal(hasNoMetadata(error), true);
    assert.equal(hasNoMetadata(error), true);

    error.metadata.set("x-key", "5");

    assert.equal(hasNoMetadata(error), false);
    assert.equal(hasNoMetadata(rpcError("a", Code.Internal, { metadata: () => new Headers() })), false);
    assert.equal(hasNoMetadata(new ConnectError("a")), false);
  });

  test("an error of rpcError loads nothing of fetch until its metadata is read", async () => {
    const module = fileURLToPath(new URL("../src/rpc-error.ts", import.meta.url));
    const program = `
      const { rpcError } = await import(${JSON.stringify(module)});
      const isLoaded = () => process.moduleLoadList.some((name) => name.includes("undici"));
      const error = rpcError("gone", 14, { cause: new Error("why") });
      const before = isLoaded();
      error.metadata;
      console.log(before, isLoaded());
    `;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program]);

    assert.equal(stdout.trim(), "false true");
  });
});

suite("an error of rpcErrorFrom", () => {
  const { reason: aborted } = AbortSignal.abort();
  const thrown: readonly unknown[] = ["text", undefined, 7, new Error("why"), new TypeError("what"), aborted];
  for (const reason of thrown) {
    test(`an error of rpcErrorFrom is what ConnectError.from makes of ${String(reason)}`, () => {
      for (const code of [undefined, Code.Internal]) {
        const ours = rpcErrorFrom(reason, code);
        const stock = ConnectError.from(reason, code);

        for (const key of ["message", "rawMessage", "code", "cause"] as const) {
          assert.equal(ours[key], stock[key], key);
        }
        assert.equal(hasNoMetadata(ours), true);
      }
    });
  }

  test("an error of rpcErrorFrom is the same where it is a ConnectError already", () => {
    const error = new ConnectError("a", Code.NotFound);

    assert.equal(rpcErrorFrom(error, Code.Internal), error);
  });
});

test("no source file makes a ConnectError in another way", async () => {
  const folder = fileURLToPath(new URL("../src", import.meta.url));
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts"));
  const makers: string[] = [];
  for (const name of files) {
    const text = await readFile(join(folder, name), "utf8");
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    if (/new ConnectError\(|\bConnectError\.from\(/.test(code)) makers.push(name);
  }

  assert.ok(files.length > 100);
  assert.deepEqual(makers, []);
});
