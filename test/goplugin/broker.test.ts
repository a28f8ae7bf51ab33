import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { type ConnInfo, GRPCBroker } from "../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { createIdleBroker } from "../../src/goplugin/broker.ts";
import { servedService } from "../../src/transport/socket-transport.ts";
import { connectedPair } from "../helpers/connected-pair.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";

test("the broker's stream is open and empty until the host leaves it", async (t) => {
  const { connection } = await connectedPair(t, [servedService(GRPCBroker, createIdleBroker())]);
  const controller = new AbortController();
  const request = Promise.withResolvers<never>();
  async function* requests(): AsyncGenerator<{ serviceId: number }> {
    yield { serviceId: 1 };
    yield request.promise;
  }
  const answers = createClient(GRPCBroker, connection.transport)
    .startStream(requests(), { signal: controller.signal })
    [Symbol.asyncIterator]();
  let answer: ConnInfo | undefined;
  const next = answers.next().then(({ value }) => {
    answer = value;
  });

  controller.abort();

  await rejectsWithConnectError(next, Code.Canceled);
  assert.equal(answer, undefined);
});
