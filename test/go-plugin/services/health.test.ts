import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { createHealthService } from "../../../src/go-plugin/services/health.ts";
import { implementService } from "../../../src/transport/socket-transport.ts";
import { connectedPair } from "../../helpers/connected-pair.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";

const healthOf = (...names: string[]) => [implementService(Health, createHealthService(names))];

test("check says SERVING for the plugin, for no name, and for each service", async (t) => {
  const { connection } = await connectedPair(t, healthOf("pluginv2.Data"));
  const client = createClient(Health, connection.transport);

  for (const service of ["plugin", "", "pluginv2.Data"]) {
    assert.equal((await client.check({ service })).status, Status.SERVING, service);
  }
});

test("check says NOT_FOUND for a service that the plugin lacks", async (t) => {
  const { connection } = await connectedPair(t, healthOf("pluginv2.Data"));
  const client = createClient(Health, connection.transport);

  await rejectsWithConnectError(client.check({ service: "pluginv2.Stream" }), Code.NotFound);
});

test("list has all of them", async (t) => {
  const { connection } = await connectedPair(t, healthOf("pluginv2.Data"));
  const client = createClient(Health, connection.transport);

  const { statuses } = await client.list({});

  assert.deepEqual(
    Object.entries(statuses)
      .map(([name, { status }]) => [name, status])
      .sort(),
    [
      ["", Status.SERVING],
      ["plugin", Status.SERVING],
      ["pluginv2.Data", Status.SERVING],
    ],
  );
});

test("watch sends the status once and stays open until the caller leaves", async (t) => {
  const { connection } = await connectedPair(t, healthOf());
  const client = createClient(Health, connection.transport);

  for (const [service, status] of [
    ["plugin", Status.SERVING],
    ["unknown", Status.SERVICE_UNKNOWN],
  ] as const) {
    const controller = new AbortController();
    const answers = client.watch({ service }, { signal: controller.signal })[Symbol.asyncIterator]();

    assert.equal((await answers.next()).value.status, status);

    const next = answers.next();
    controller.abort();
    await rejectsWithConnectError(next, Code.Canceled);
  }
});

test("the error for an unknown service quotes little of its name", async (t) => {
  const { connection } = await connectedPair(t, healthOf());
  const client = createClient(Health, connection.transport);

  const { rawMessage } = await rejectsWithConnectError(
    client.check({ service: "x".repeat(1_000_000) }),
    Code.NotFound,
  );

  assert.match(rawMessage, /^unknown service "x{300}…"$/);
});
