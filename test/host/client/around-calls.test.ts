import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Code, createClient, type Interceptor } from "@connectrpc/connect";
import { Health } from "../../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { createBrokerSockets } from "../../../src/host/broker/broker-sockets.ts";
import { aroundCalls } from "../../../src/host/client/around-calls.ts";
import { connectPlugin } from "../../../src/host/client/connect-plugin.ts";
import type { CallGuard } from "../../../src/transport/call-guard.ts";
import { limitCalls } from "../../../src/transport/limit-calls.ts";
import { implementService } from "../../../src/transport/socket-transport.ts";
import { TestService } from "../../conformance/gen/grpc/testing/test_pb.js";
import { connectedPair, freshAddress, listening } from "../../helpers/connected-pair.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { testedTransport } from "../../helpers/tested-transport.ts";

const services = [
  implementService(TestService, { emptyCall: () => ({}) }),
  implementService(Health, { check: () => ({}) }),
];

test("a system whose package begins as go-plugin's, such as grpc.testing, keeps its interceptors and its limit", async (t) => {
  const { seen, interceptor } = recording();
  const none = limitCalls(0, "caller");
  const { connection } = await connectedPair(t, services, {
    dial: aroundCalls([interceptor], none, [passing]),
  });

  await rejectsWithConnectError(
    createClient(TestService, connection.transport).emptyCall({}),
    Code.ResourceExhausted,
  );
  await createClient(Health, connection.transport).check({});

  assert.deepEqual(seen, ["grpc.testing.TestService"]);
});

for (const [name, dial] of [
  ["the first connection", dialFirst],
  ["a brokered connection", dialBrokered],
] as const) {
  test(`the caller's interceptors stand before the limit on ${name}`, async (t) => {
    const { seen, interceptor } = recording();
    const { address } = await listening(t, await freshAddress(t), services);
    const settings = {
      transport: testedTransport,
      limits: { ...limits, maxConcurrentCalls: 0 },
      interceptors: [interceptor],
      check: () => {},
    };
    const connection = await dial(t, address, settings);

    await rejectsWithConnectError(
      createClient(TestService, connection.transport).emptyCall({}),
      Code.ResourceExhausted,
    );
    connection.close();

    assert.deepEqual(seen, ["grpc.testing.TestService"], "the limit refuses after them");
  });
}

const limits = {
  maxReceiveBytes: 1000,
  maxSendBytes: 1000,
  maxStreamBacklogBytes: 65_535,
  maxLogLineBytes: 1000,
  maxHandshakeLineBytes: 1000,
  maxDecodedBytes: 2 ** 20,
  maxConnectionBytes: 2 ** 20,
};
type Settings = Parameters<typeof connectPlugin>[1];
type Address = Parameters<typeof connectPlugin>[0];
type Connection = ReturnType<typeof connectPlugin>;

const passing: CallGuard = { side: "caller", onBegin: () => {}, onEnd: (_call, error) => error };

function dialFirst(_t: TestContext, address: Address, settings: Settings): Connection {
  return connectPlugin(address, settings, [passing], new AbortController().signal);
}

function dialBrokered(_t: TestContext, address: Address, settings: Settings): Connection {
  const sockets = createBrokerSockets({
    ...settings,
    guards: [passing],
    socketDirectory: undefined,
    socketGroup: undefined,
    tls: undefined,
  });
  return sockets.dial(address, new AbortController().signal);
}

function recording(): { readonly seen: string[]; readonly interceptor: Interceptor } {
  const seen: string[] = [];
  const interceptor: Interceptor = (next) => (request) => {
    seen.push(request.service.typeName);
    return next(request);
  };
  return { seen, interceptor };
}
