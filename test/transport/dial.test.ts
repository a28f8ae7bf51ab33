import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { Data, QueryDataResponseSchema } from "grafana-plugin-protocol/v2";
import { implementService, type SocketAddress } from "../../src/transport/socket-transport.ts";
import { connectedPair, dialled, freshAddress, listening, wideLimits } from "../helpers/connected-pair.ts";
import { bareServer, envelope, rawServer } from "../helpers/raw-http2.ts";
import { rejectionOf, rejectsWithConnectError } from "../helpers/rejection.ts";
import { testedTransport } from "../helpers/tested-transport.ts";
import { until } from "../helpers/until.ts";

const dataService = implementService(Data, { queryData: () => ({}) });
const response = toBinary(
  QueryDataResponseSchema,
  create(QueryDataResponseSchema, { responses: { A: { status: 200 } } }),
);
const grpcHeaders = { ":status": 200, "content-type": "application/grpc+proto" };

async function socketPath(t: Parameters<typeof freshAddress>[0]): Promise<string> {
  const address = await freshAddress(t);
  return address.network === "unix" ? address.path : assert.fail();
}

suite("dialling", () => {
  test("dialling a socket that is not there rejects", async (t) => {
    const path = await socketPath(t);

    const error = await rejectsWithConnectError(
      testedTransport.dial({ ...wideLimits, address: { network: "unix", path } }),
      Code.Unavailable,
    );

    assert.match(error.rawMessage, /^cannot connect: .*ENOENT/);
  });

  test("dialling a port where nobody listens rejects", async (t) => {
    const { address, close } = await listening(t, { network: "tcp", host: "127.0.0.1", port: 0 }, []);
    await close();

    const error = await rejectsWithConnectError(
      testedTransport.dial({ ...wideLimits, address }),
      Code.Unavailable,
    );

    assert.match(error.rawMessage, /ECONNREFUSED/);
  });

  test("dialling a server that closes at once rejects", async (t) => {
    const address = await bareServer(t, await socketPath(t), (socket) => socket.destroy());

    await rejectsWithConnectError(testedTransport.dial({ ...wideLimits, address }), Code.Unavailable);
  });

  test("dialling a server that ends the connection politely rejects", async (t) => {
    const address = await bareServer(t, await socketPath(t), (socket) => socket.end());

    await rejectsWithConnectError(testedTransport.dial({ ...wideLimits, address }), Code.Unavailable);
  });

  test("dialling a server that does not speak HTTP/2 rejects", async (t) => {
    const address = await bareServer(t, await socketPath(t), (socket) => {
      socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    });

    await rejectsWithConnectError(testedTransport.dial({ ...wideLimits, address }), Code.Unavailable);
  });

  test("dialling a server that never speaks rejects when the signal is aborted, and drops the connection", async (t) => {
    const controller = new AbortController();
    let isDropped = false;
    const address = await bareServer(t, await socketPath(t), (socket) => {
      socket.resume().once("close", () => {
        isDropped = true;
      });
      controller.abort(new Error("enough"));
    });

    const error = await rejectsWithConnectError(
      testedTransport.dial({ ...wideLimits, address, signal: controller.signal }),
      Code.Unavailable,
    );

    assert.match(error.rawMessage, /enough/);
    await until("the connection is dropped", () => isDropped);
  });

  test("dialling with a signal that is aborted already rejects", async (t) => {
    const { address } = await listening(t, await freshAddress(t), []);

    const connection = testedTransport.dial({ ...wideLimits, address, signal: AbortSignal.abort() });

    await rejectsWithConnectError(connection, Code.Unavailable);
  });

  test("dialling is over with its signal: aborting it later leaves the connection alone", async (t) => {
    const controller = new AbortController();
    const { connection } = await connectedPair(t, [dataService], { dial: { signal: controller.signal } });
    controller.abort();

    await createClient(Data, connection.transport).queryData({});
  });
});

test("a deadline is DEADLINE_EXCEEDED, and the connection stays usable", async (t) => {
  const slow = implementService(Data, {
    queryData: ({ queries }) => (queries.length === 0 ? {} : new Promise<never>(() => {})),
  });
  const { connection } = await connectedPair(t, [slow]);
  const client = createClient(Data, connection.transport);

  await rejectsWithConnectError(
    client.queryData({ queries: [{}] }, { timeoutMs: 30 }),
    Code.DeadlineExceeded,
  );

  await client.queryData({});
});

suite("a connection that was lost", () => {
  test("a connection that was lost is dialled again by the next call", async (t) => {
    const address = await freshAddress(t);
    const first = await listening(t, address, [dataService]);
    const { transport } = await dialled(t, address);
    const client = createClient(Data, transport);
    await client.queryData({});
    await first.close({ graceMs: 0 });
    await rejectsWithConnectError(client.queryData({}), Code.Unavailable);

    await listening(t, address, [dataService]);

    await client.queryData({});
  });

  test("a connection that was lost is not dialled again with onLost, which is called once, and calls are UNAVAILABLE", async (t) => {
    const address = await freshAddress(t);
    const first = await listening(t, address, [dataService]);
    let losses = 0;
    const onLost = (): void => {
      losses++;
    };
    const { transport } = await testedTransport.dial({ ...wideLimits, address, onLost });
    const client = createClient(Data, transport);
    await client.queryData({});
    await first.close({ graceMs: 0 });
    await until("the loss is noticed", () => losses > 0);
    let requests = 0;
    const other = implementService(Data, { queryData: () => ({ responses: { [requests++]: {} } }) });
    await listening(t, address, [other]);

    for (let times = 0; times < 3; times++) {
      const error = await rejectsWithConnectError(client.queryData({}), Code.Unavailable);
      assert.match(error.rawMessage, /not dialled again/);
    }

    assert.deepEqual([losses, requests], [1, 0]);
  });

  test("a connection that was lost fails every call that ran with UNAVAILABLE, also those that hear of it while a next one dials", async (t) => {
    let running = 0;
    const deaf = implementService(Data, {
      queryData({ queries }) {
        running++;
        return queries.length === 0 ? {} : new Promise<never>(() => {});
      },
    });
    const address = await freshAddress(t);
    const first = await listening(t, address, [deaf]);
    const { transport } = await dialled(t, address);
    const client = createClient(Data, transport);
    const calls = Array.from({ length: 20 }, () =>
      rejectsWithConnectError(client.queryData({ queries: [{}] }), Code.Unavailable),
    );
    const again = calls[0]?.then(() => client.queryData({}));
    const settled = Promise.allSettled([again]);
    await until("the handlers run", () => running === 20);

    await first.close({ graceMs: 0 });
    await listening(t, address, [deaf]);

    await Promise.all(calls);
    await settled;
    await client.queryData({});
  });

  test("a connection that was lost is dialled once by many calls", async (t) => {
    let connections = 0;
    let isFaulty = true;
    const seen = new Set<unknown>();
    const address = await rawServer(t, await socketPath(t), (stream) => {
      if (!seen.has(stream.session)) connections++;
      seen.add(stream.session);
      if (isFaulty) {
        isFaulty = false;
        stream.session?.destroy();
        return;
      }
      stream.respond(grpcHeaders, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(envelope(response));
    });
    const { transport } = await dialled(t, address);
    const client = createClient(Data, transport);
    await rejectsWithConnectError(client.queryData({}), Code.Unavailable);

    const answers = await Promise.all(Array.from({ length: 10 }, () => client.queryData({})));

    assert.equal(answers[9]?.responses["A"]?.status, 200);
    assert.equal(connections, 2);
  });
});

suite("closing a connection", () => {
  test("closing a connection gives up a redial to a server that never speaks, and drops it", async (t) => {
    const path = await socketPath(t);
    const first = await listening(t, { network: "unix", path }, [dataService]);
    const { transport, close } = await dialled(t, first.address);
    const client = createClient(Data, transport);
    await first.close({ graceMs: 0 });
    const sockets = new Set<unknown>();
    await bareServer(t, path, (socket) => {
      sockets.add(socket);
      socket.resume().once("close", () => sockets.delete(socket));
    });

    // A call before the loss is noticed still goes out on the lost connection.
    await until("the loss is noticed", async () => {
      const reason = await rejectionOf(client.queryData({}, { timeoutMs: 50 }));
      return ConnectError.from(reason).code === Code.DeadlineExceeded;
    });
    const again = client.queryData({});
    await until("the server is dialled", () => sockets.size === 1);
    close();

    const error = await rejectsWithConnectError(again, Code.Unavailable);
    assert.equal(error.rawMessage, "the connection was closed on this side");
    await until("no connection is open", () => sockets.size === 0);
  });

  test("closing a connection rejects the calls that run and those that follow with UNAVAILABLE, and is safe twice", async (t) => {
    let running = 0;
    const deaf = implementService(Data, {
      queryData() {
        running++;
        return new Promise<never>(() => {});
      },
    });
    const { connection } = await connectedPair(t, [deaf]);
    const client = createClient(Data, connection.transport);
    const calls = [client.queryData({}), client.queryData({})];
    const rejections = calls.map((call) => rejectsWithConnectError(call, Code.Unavailable));
    await until("the handlers run", () => running === 2);

    connection.close();
    connection.close();

    await Promise.all(rejections);
    await rejectsWithConnectError(client.queryData({}), Code.Unavailable);
  });

  test("closing a connection while a lost connection is dialled again leaves no connection", async (t) => {
    const open = new Set<unknown>();
    const address: SocketAddress = await rawServer(t, await socketPath(t), (stream) => {
      const { session } = stream;
      open.add(session);
      session?.once("close", () => open.delete(session));
      session?.destroy();
    });
    const { transport, close } = await dialled(t, address);
    const client = createClient(Data, transport);
    await rejectsWithConnectError(client.queryData({}), Code.Unavailable);

    const again = client.queryData({});
    close();

    await rejectsWithConnectError(again, Code.Unavailable);
    await until("no connection is open", () => open.size === 0);
  });
});

test("interceptors see corrected errors, outermost first", async (t) => {
  const seen: string[] = [];
  const spy =
    (name: string): Interceptor =>
    (next) =>
    async (request) => {
      try {
        return await next(request);
      } catch (reason) {
        seen.push(`${name} ${Code[ConnectError.from(reason).code]}`);
        throw reason;
      }
    };
  const address = await rawServer(t, await socketPath(t), (stream) => stream.session?.destroy());
  const { transport } = await dialled(t, address, { interceptors: [spy("first"), spy("second")] });

  await rejectsWithConnectError(createClient(Data, transport).queryData({}), Code.Unavailable);

  assert.deepEqual(seen, ["second Unavailable", "first Unavailable"]);
});
