import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { Health } from "../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { dialled } from "../helpers/connected-pair.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { query, serve, shutDown } from "../helpers/served-fixture.ts";

test("one watcher of health more than 64, on two connections, is refused; other streams and calls come through", async (t) => {
  const plugin = await serve(t);
  const other = await dialled(t, plugin.address);
  const leave = new AbortController();
  const watch = async (transport = other.transport): Promise<void> => {
    const statuses = createClient(Health, transport).watch({}, { signal: leave.signal });
    await statuses[Symbol.asyncIterator]().next();
  };
  for (let count = 0; count < 32; count++) {
    await watch();
    await watch(plugin.transport);
  }

  const refused = await rejectsWithConnectError(watch(), Code.ResourceExhausted);

  assert.match(refused.rawMessage, /^64 streams of grpc\.health\.v1\.Health are open already: wait until/);
  await createClient(Health, plugin.transport).check({});
  await query(plugin.transport);
  leave.abort();
  await shutDown(plugin);
});
