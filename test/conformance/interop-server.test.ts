import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import { withoutGo } from "../interop/go-peers.ts";
import { buildGoTool, hasGo } from "./go-tool.ts";
import { interopCaseNames } from "./interop/case-names.ts";
import { serveInterop } from "./interop/serve-interop.ts";

const run = promisify(execFile);

suite("grpc-go's interop client is content with our server in", { skip: hasGo ? false : withoutGo }, () => {
  for (const caseName of interopCaseNames) {
    test(`grpc-go's interop client and our server: ${caseName}`, async (t) => {
      const client = await buildGoTool("interop-client");
      const address = await serveInterop(t, { network: "tcp", host: "127.0.0.1", port: 0 });
      assert.ok(address.network === "tcp");

      const soak = ["-soak_iterations=200", "-soak_overall_timeout_seconds=120"];
      const where = ["-server_host=127.0.0.1", `-server_port=${address.port}`];
      await run(client, [...where, `-test_case=${caseName}`, ...soak]);
    });
  }
});
