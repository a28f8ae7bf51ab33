import assert from "node:assert/strict";
import { type Client, Code, createClient } from "@connectrpc/connect";
import { createWritableIterable } from "@connectrpc/connect/protocol";
import type { TransportConnection } from "../../../src/transport/socket-transport.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { TestService, UnimplementedService } from "../gen/grpc/testing/test_pb.js";
import type { InteropCaseName } from "./case-names.ts";

type InteropClient = Client<typeof TestService>;
type Dial = () => Promise<TransportConnection>;

const requestSizes = [27_182, 8, 1828, 45_904];
const responseSizes = [31_415, 9, 2653, 58_979];
const largeRequest = { responseSize: 314_159, payload: { body: new Uint8Array(271_828) } };

/** A case that needs one connection. */
const onClient =
  (run: (client: InteropClient) => Promise<void>) =>
  async (dial: Dial): Promise<void> =>
    run(createClient(TestService, (await dial()).transport));

/** What a client does in each case. */
export const clientCases: Readonly<Record<InteropCaseName, (dial: Dial) => Promise<void>>> = {
  empty_unary: onClient(async (client) => {
    await client.emptyCall({});
  }),
  large_unary: onClient(checkLargeUnary),
  client_streaming: onClient(async (client) => {
    const requests = async function* () {
      for (const size of requestSizes) yield { payload: { body: new Uint8Array(size) } };
    };
    assert.equal((await client.streamingInputCall(requests())).aggregatedPayloadSize, 74_922);
  }),
  server_streaming: onClient(async (client) => {
    const sizes: (number | undefined)[] = [];
    const responseParameters = responseSizes.map((size) => ({ size }));
    for await (const { payload } of client.streamingOutputCall({ responseParameters })) {
      sizes.push(payload?.body.length);
    }
    assert.deepEqual(sizes, responseSizes);
  }),
  ping_pong: onClient(async (client) => {
    const requests = createWritableIterable<Parameters<InteropClient["streamingOutputCall"]>[0]>();
    const answers = client.fullDuplexCall(requests)[Symbol.asyncIterator]();
    for (const [index, size] of responseSizes.entries()) {
      const body = new Uint8Array(requestSizes[index] ?? 0);
      const written = requests.write({ responseParameters: [{ size }], payload: { body } });
      assert.equal((await answers.next()).value?.payload?.body.length, size);
      await written;
    }
    requests.close();
    assert.equal((await answers.next()).done, true);
  }),
  empty_stream: onClient(async (client) => {
    for await (const answer of client.fullDuplexCall((async function* () {})())) assert.fail(String(answer));
  }),
  timeout_on_sleeping_server: onClient(async (client) => {
    const requests = createWritableIterable<Parameters<InteropClient["streamingOutputCall"]>[0]>();
    const answers = client.fullDuplexCall(requests, { timeoutMs: 1 })[Symbol.asyncIterator]();
    requests.write({ payload: { body: new Uint8Array(27_182) } }).catch(() => {});
    await rejectsWithConnectError(answers.next(), Code.DeadlineExceeded);
  }),
  cancel_after_begin: onClient(async (client) => {
    const controller = new AbortController();
    const requests =
      createWritableIterable<
        Parameters<InteropClient["streamingInputCall"]>[0] extends AsyncIterable<infer T> ? T : never
      >();
    const answer = client.streamingInputCall(requests, { signal: controller.signal });
    controller.abort();
    await rejectsWithConnectError(answer, Code.Canceled);
  }),
  cancel_after_first_response: onClient(async (client) => {
    const controller = new AbortController();
    const requests = createWritableIterable<Parameters<InteropClient["streamingOutputCall"]>[0]>();
    const answers = client.fullDuplexCall(requests, { signal: controller.signal })[Symbol.asyncIterator]();
    requests.write({ responseParameters: [{ size: 31_415 }] }).catch(() => {});
    assert.equal((await answers.next()).value?.payload?.body.length, 31_415);
    controller.abort();
    await rejectsWithConnectError(answers.next(), Code.Canceled);
  }),
  status_code_and_message: onClient((client) => checkStatus(client, "test status message")),
  special_status_message: onClient((client) =>
    checkStatus(client, "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1f608}\t\n"),
  ),
  custom_metadata: onClient(async (client) => {
    const headers = {
      "x-grpc-test-echo-initial": "test_initial_metadata_value",
      "x-grpc-test-echo-trailing-bin": Buffer.from([0xab, 0xab, 0xab]).toString("base64"),
    };
    const seen = { header: new Headers(), trailer: new Headers() };
    const options = {
      headers,
      onHeader: (header: Headers) => Object.assign(seen, { header }),
      onTrailer: (trailer: Headers) => Object.assign(seen, { trailer }),
    };
    const check = (): void => {
      assert.equal(seen.header.get("x-grpc-test-echo-initial"), "test_initial_metadata_value");
      assert.equal(seen.trailer.get("x-grpc-test-echo-trailing-bin"), "q6ur");
      Object.assign(seen, { header: new Headers(), trailer: new Headers() });
    };
    await client.unaryCall(largeRequest, options);
    check();
    const requests = async function* () {
      yield { responseParameters: [{ size: 314_159 }] };
    };
    for await (const { payload } of client.fullDuplexCall(requests(), options)) {
      assert.equal(payload?.body.length, 314_159);
    }
    check();
  }),
  unimplemented_method: onClient(async (client) => {
    await rejectsWithConnectError(client.unimplementedCall({}), Code.Unimplemented);
  }),
  unimplemented_service: async (dial) => {
    const client = createClient(UnimplementedService, (await dial()).transport);
    await rejectsWithConnectError(client.unimplementedCall({}), Code.Unimplemented);
  },
  rpc_soak: onClient(async (client) => {
    for (let call = 0; call < 500; call++) await checkLargeUnary(client);
  }),
  channel_soak: async (dial) => {
    for (let call = 0; call < 200; call++) {
      const { transport, close } = await dial();
      await checkLargeUnary(createClient(TestService, transport));
      close();
    }
  },
};

async function checkLargeUnary(client: InteropClient): Promise<void> {
  const { payload } = await client.unaryCall(largeRequest);
  assert.deepEqual(payload?.body, new Uint8Array(314_159));
}

async function checkStatus(client: InteropClient, message: string): Promise<void> {
  const responseStatus = { code: 2, message };
  const unary = await rejectsWithConnectError(client.unaryCall({ responseStatus }), Code.Unknown);
  assert.equal(unary.rawMessage, message);
  const requests = async function* () {
    yield { responseStatus };
  };
  const answers = client.fullDuplexCall(requests())[Symbol.asyncIterator]();
  assert.equal((await rejectsWithConnectError(answers.next(), Code.Unknown)).rawMessage, message);
}
