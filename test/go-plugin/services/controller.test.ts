import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { GRPCController } from "../../../gen/es/go-plugin/plugin/grpc_controller_pb.js";
import { createControllerService, requestShutdown } from "../../../src/go-plugin/services/controller.ts";
import { implementService } from "../../../src/transport/socket-transport.ts";
import { connectedPair } from "../../helpers/connected-pair.ts";

test("Shutdown calls the plugin back and is answered", async (t) => {
  let calls = 0;
  const { connection } = await connectedPair(t, [
    implementService(
      GRPCController,
      createControllerService(() => {
        calls++;
      }),
    ),
  ]);

  await createClient(GRPCController, connection.transport).shutdown({});

  assert.equal(calls, 1);
});

const outcomes: Readonly<Record<string, () => Promise<never> | object>> = {
  answers: () => ({}),
  fails: () => Promise.reject(new ConnectError("no", Code.Internal)),
  "never answers": () => new Promise<never>(() => {}),
};
for (const [outcome, shutdown] of Object.entries(outcomes)) {
  test(`asking a plugin that ${outcome} to end resolves`, async (t) => {
    const { connection } = await connectedPair(t, [implementService(GRPCController, { shutdown })]);

    await requestShutdown(createClient(GRPCController, connection.transport), 50);
  });
}

test("asking a plugin without a controller to end resolves", async (t) => {
  const { connection } = await connectedPair(t, []);

  await requestShutdown(createClient(GRPCController, connection.transport), 10_000);
});

test("asking a plugin that has gone to end resolves", async (t) => {
  const { server, connection } = await connectedPair(t, []);
  await server.close();

  await requestShutdown(createClient(GRPCController, connection.transport), 10_000);
});
