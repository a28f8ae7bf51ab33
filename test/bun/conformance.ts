// Connect's conformance suite with our own transport on Bun.
import { suite, test } from "node:test";
import { caseCounts, runSuite } from "../conformance/connect/run-suite.ts";
import { hasGo } from "../conformance/go-tool.ts";
import { withoutGo } from "../interop/go-peers.ts";
import { installBun } from "./install-bun.ts";

suite("Connect's conformance suite on Bun, gRPC over HTTP/2", { skip: hasGo ? false : withoutGo }, () => {
  for (const mode of ["server", "client"] as const) {
    test(`passes as a ${mode}, every one of ${caseCounts[mode]} cases`, async () => {
      await runSuite(mode, await installBun());
    });
  }
});
