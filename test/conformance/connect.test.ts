import { suite, test } from "node:test";
import { withoutGo } from "../interop/go-peers.ts";
import { caseCounts, runSuite } from "./connect/run-suite.ts";
import { hasGo } from "./go-tool.ts";

suite("Connect's conformance suite, gRPC over HTTP/2", { skip: hasGo ? false : withoutGo }, () => {
  for (const mode of ["server", "client"] as const) {
    test(`Connect's conformance suite passes as a ${mode}, every one of ${caseCounts[mode]} cases`, () =>
      runSuite(mode, process.execPath));
  }
});
