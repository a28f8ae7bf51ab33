import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { createHealthService, pingPlugin } from "grafana-plugin-protocol/go-plugin";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { implementService } from "../../../src/transport/socket-transport.ts";
import { connectedPair } from "../../helpers/connected-pair.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";

test("a plugin that serves says so, of itself and of its services", async (t) => {
  const { connection } = await connectedPair(t, [
    implementService(Health, createHealthService(["pluginv2.Data"])),
  ]);

  assert.equal(await pingPlugin(connection.transport), "serving");
  assert.equal(await pingPlugin(connection.transport, { service: "pluginv2.Data" }), "serving");
  assert.equal(await pingPlugin(connection.transport, { service: "pluginv2.Stream" }), "unknown_service");
});

for (const [status, expected] of [
  [Status.NOT_SERVING, "not_serving"],
  [Status.UNKNOWN, "unknown"],
  [Status.SERVICE_UNKNOWN, "unknown_service"],
  // One that a later gRPC may add.
  [99 as Status, "unknown"],
] as const) {
  test(`the status ${status} is ${expected}`, async (t) => {
    const { connection } = await connectedPair(t, [implementService(Health, { check: () => ({ status }) })]);

    assert.equal(await pingPlugin(connection.transport), expected);
  });
}

test("a plugin without a health service lives all the same", async (t) => {
  const { connection } = await connectedPair(t, []);

  assert.equal(await pingPlugin(connection.transport), "unimplemented");
});

test("what is no answer is an error: silence, abort, a plugin that has gone, a failure", async (t) => {
  const { server, connection } = await connectedPair(t, [
    implementService(Health, {
      check: ({ service }) => {
        if (service === "broken") throw new ConnectError("no luck", Code.Internal);
        return new Promise<never>(() => {});
      },
    }),
  ]);
  const { transport } = connection;
  const controller = new AbortController();
  const aborted = pingPlugin(transport, { signal: controller.signal });
  controller.abort();

  await rejectsWithConnectError(aborted, Code.Canceled);
  await rejectsWithConnectError(pingPlugin(transport, { timeoutMs: 20 }), Code.DeadlineExceeded);
  await rejectsWithConnectError(pingPlugin(transport, { service: "broken" }), Code.Internal);
  await server.close({ graceMs: 0 });
  await rejectsWithConnectError(pingPlugin(transport), Code.Unavailable);
});
