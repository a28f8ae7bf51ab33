import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { suite, type TestContext, test } from "node:test";
import { type Client, Code, createClient } from "@connectrpc/connect";
import { createWritableIterable } from "@connectrpc/connect/protocol";
import { grpcTransport } from "../../src/transport/grpc-transport.ts";
import { atEnd } from "../helpers/at-end.ts";
import { wideLimits } from "../helpers/connected-pair.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { until } from "../helpers/until.ts";
import { withoutGo } from "../interop/go-peers.ts";
import { TestService, UnimplementedService } from "./gen/grpc/testing/test_pb.js";
import { buildGoTool, hasGo } from "./go-tool.ts";

type InteropClient = Client<typeof TestService>;

const requestSizes = [27_182, 8, 1828, 45_904];
const responseSizes = [31_415, 9, 2653, 58_979];

/** Starts grpc-go's server; it ends with the test. */
async function startServer(t: TestContext): Promise<number> {
  const env = { ...process.env, GRPC_GO_LOG_SEVERITY_LEVEL: "info" };
  const server = spawn(await buildGoTool("interop-server"), ["-port=0"], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  atEnd(t, async () => {
    server.kill("SIGKILL");
    await ended;
  });
  let log = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const port = await until("the server says where it listens", () => {
    return /interop server listening on \S*:(\d+)/.exec(log)?.[1];
  });
  return Number(port);
}

async function dialled(
  t: TestContext,
  port: number,
): Promise<{ readonly client: InteropClient; close(): void }> {
  const connection = await grpcTransport.dial({
    ...wideLimits,
    address: { network: "tcp", host: "127.0.0.1", port },
  });
  atEnd(t, () => connection.close());
  return { client: createClient(TestService, connection.transport), close: connection.close };
}

const largeRequest = { responseSize: 314_159, payload: { body: new Uint8Array(271_828) } };

const cases: Readonly<Record<string, (client: InteropClient) => Promise<void>>> = {
  empty_unary: async (client) => {
    await client.emptyCall({});
  },
  large_unary: async (client) => {
    const { payload } = await client.unaryCall(largeRequest);
    assert.deepEqual(payload?.body, new Uint8Array(314_159));
  },
  client_streaming: async (client) => {
    const requests = async function* () {
      for (const size of requestSizes) yield { payload: { body: new Uint8Array(size) } };
    };
    assert.equal((await client.streamingInputCall(requests())).aggregatedPayloadSize, 74_922);
  },
  server_streaming: async (client) => {
    const sizes: (number | undefined)[] = [];
    const responseParameters = responseSizes.map((size) => ({ size }));
    for await (const { payload } of client.streamingOutputCall({ responseParameters })) {
      sizes.push(payload?.body.length);
    }
    assert.deepEqual(sizes, responseSizes);
  },
  ping_pong: async (client) => {
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
  },
  empty_stream: async (client) => {
    for await (const answer of client.fullDuplexCall((async function* () {})())) assert.fail(String(answer));
  },
  timeout_on_sleeping_server: async (client) => {
    const requests = createWritableIterable<Parameters<InteropClient["streamingOutputCall"]>[0]>();
    const answers = client.fullDuplexCall(requests, { timeoutMs: 1 })[Symbol.asyncIterator]();
    requests.write({ payload: { body: new Uint8Array(27_182) } }).catch(() => {});
    await rejectsWithConnectError(answers.next(), Code.DeadlineExceeded);
  },
  cancel_after_begin: async (client) => {
    const controller = new AbortController();
    const requests =
      createWritableIterable<
        Parameters<InteropClient["streamingInputCall"]>[0] extends AsyncIterable<infer T> ? T : never
      >();
    const answer = client.streamingInputCall(requests, { signal: controller.signal });
    controller.abort();
    await rejectsWithConnectError(answer, Code.Canceled);
  },
  cancel_after_first_response: async (client) => {
    const controller = new AbortController();
    const requests = createWritableIterable<Parameters<InteropClient["streamingOutputCall"]>[0]>();
    const answers = client.fullDuplexCall(requests, { signal: controller.signal })[Symbol.asyncIterator]();
    requests.write({ responseParameters: [{ size: 31_415 }] }).catch(() => {});
    assert.equal((await answers.next()).value?.payload?.body.length, 31_415);
    controller.abort();
    await rejectsWithConnectError(answers.next(), Code.Canceled);
  },
  status_code_and_message: (client) => checkStatus(client, "test status message"),
  special_status_message: (client) =>
    checkStatus(client, "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1f608}\t\n"),
  custom_metadata: async (client) => {
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
  },
  unimplemented_method: async (client) => {
    await rejectsWithConnectError(client.unimplementedCall({}), Code.Unimplemented);
  },
};

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

suite("our client is content with grpc-go's interop server in", { skip: hasGo ? false : withoutGo }, () => {
  for (const [name, run] of Object.entries(cases)) {
    test(name, async (t) => {
      const { client } = await dialled(t, await startServer(t));

      await run(client);
    });
  }

  test("unimplemented_service", async (t) => {
    const address = { network: "tcp", host: "127.0.0.1", port: await startServer(t) } as const;
    const connection = await grpcTransport.dial({ ...wideLimits, address });
    atEnd(t, () => connection.close());
    const client = createClient(UnimplementedService, connection.transport);

    await rejectsWithConnectError(client.unimplementedCall({}), Code.Unimplemented);
  });

  test("rpc_soak: 500 large calls on one connection", async (t) => {
    const { client } = await dialled(t, await startServer(t));

    for (let call = 0; call < 500; call++) {
      assert.equal((await client.unaryCall(largeRequest)).payload?.body.length, 314_159);
    }
  });

  test("channel_soak: 200 large calls on a connection each", async (t) => {
    const port = await startServer(t);

    for (let call = 0; call < 200; call++) {
      const { client, close } = await dialled(t, port);
      assert.equal((await client.unaryCall(largeRequest)).payload?.body.length, 314_159);
      close();
    }
  });
});
