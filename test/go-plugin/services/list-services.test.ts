import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { createReflectionService, listServices } from "grafana-plugin-protocol/go-plugin";
import { Data, Diagnostics } from "grafana-plugin-protocol/v2";
import { ServerReflection as V1 } from "../../../gen/es/go-plugin/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as V1Alpha } from "../../../gen/es/go-plugin/grpc/reflection/v1alpha/reflection_pb.js";
import { implementService } from "../../../src/transport/socket-transport.ts";
import { connectedPair } from "../../helpers/connected-pair.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

const reflection = createReflectionService([Diagnostics, Data]);
const names = ["pluginv2.Data", "pluginv2.Diagnostics"];

for (const [version, service] of [
  ["v1", V1],
  ["v1alpha alone", V1Alpha],
] as const) {
  test(`a plugin with reflection ${version} names its services`, async (t) => {
    const { connection } = await connectedPair(t, [{ service, implementation: { ...reflection } }]);

    assert.deepEqual(await listServices(connection.transport), names);
  });
}

test("a plugin without reflection says nothing about its services", async (t) => {
  const { connection } = await connectedPair(t, []);

  assert.equal(await listServices(connection.transport), undefined);
});

test("the call is over when the answer has come", async (t) => {
  let open = 0;
  const { connection } = await connectedPair(t, [
    implementService(V1, {
      async *serverReflectionInfo(questions) {
        open++;
        try {
          yield* reflection.serverReflectionInfo(questions);
        } finally {
          open--;
        }
      },
    }),
  ]);

  await listServices(connection.transport);

  await until("the plugin's handler has ended", () => open === 0);
});

test("an answer that is an error is that error", async (t) => {
  const { connection } = await connectedPair(t, [
    implementService(V1, {
      async *serverReflectionInfo() {
        const value = { errorCode: Code.PermissionDenied, errorMessage: "not for you" };
        yield { messageResponse: { case: "errorResponse", value } };
      },
    }),
  ]);

  const error = await rejectsWithConnectError(listServices(connection.transport), Code.PermissionDenied);

  assert.equal(error.rawMessage, "not for you");
});

test("what is no answer is an error: silence, abort, an early end, a plugin that has gone", async (t) => {
  let endsAtOnce = false;
  const { server, connection } = await connectedPair(t, [
    implementService(V1, {
      async *serverReflectionInfo() {
        if (!endsAtOnce) await new Promise<never>(() => {});
      },
    }),
  ]);
  const { transport } = connection;
  const controller = new AbortController();
  const aborted = listServices(transport, { signal: controller.signal });
  controller.abort();

  await rejectsWithConnectError(aborted, Code.Canceled);
  await rejectsWithConnectError(listServices(transport, { timeoutMs: 20 }), Code.DeadlineExceeded);
  endsAtOnce = true;
  await rejectsWithConnectError(listServices(transport), Code.Internal);
  await server.close({ graceMs: 0 });
  await rejectsWithConnectError(listServices(transport), Code.Unavailable);
});
