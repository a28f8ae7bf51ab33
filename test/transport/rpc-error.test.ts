import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Code, ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../src/transport/rpc-error.ts";

const codes = Object.values(Code).filter((code) => typeof code === "number");

suite("an error of rpcError", () => {
  for (const text of ["a text", ""]) {
    test(`has all that the constructor gives, for each code and ${text === "" ? "no text" : "a text"}`, () => {
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

  test("is a ConnectError for instanceof and ConnectError.from, and an Error with a stack", () => {
    const error = rpcError("gone", Code.Unavailable);

    assert.ok(error instanceof ConnectError);
    assert.ok(error instanceof Error);
    assert.equal(ConnectError.from(error), error);
    assert.equal(Object.getPrototypeOf(error), ConnectError.prototype);
    assert.match(error.stack ?? "", /rpc-error\.test\.ts/);
  });

  test("keeps metadata that is added to it, set on it or given with it", () => {
    const added = rpcError("a", Code.Internal);
    added.metadata.set("x-key", "1");
    assert.equal(added.metadata.get("x-key"), "1");

    const set = rpcError("a", Code.Internal);
    Object.assign(set, { metadata: new Headers({ "x-key": "2" }) });
    assert.equal(set.metadata.get("x-key"), "2");

    const given = rpcError("a", Code.Internal, { metadata: new Headers({ "x-key": "3" }) });
    assert.equal(given.metadata.get("x-key"), "3");
  });

  test("loads nothing of fetch until its metadata is read", async () => {
    const module = fileURLToPath(new URL("../../src/transport/rpc-error.ts", import.meta.url));
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
