import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { suite, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { Data, QueryDataRequestSchema, Stream } from "grafana-plugin-protocol/v2";
import { implementService } from "../../src/transport/socket-transport.ts";
import { connectedPair, dialled, freshAddress, listening, wideLimits } from "../helpers/connected-pair.ts";
import { envelope, rawCall, rawClient } from "../helpers/raw-http2.ts";
import { rejectionOf, rejectsWithConnectError } from "../helpers/rejection.ts";
import { testedTransport } from "../helpers/tested-transport.ts";
import { until } from "../helpers/until.ts";

const dataService = implementService(Data, { queryData: () => ({}) });
const queryPath = "/pluginv2.Data/QueryData";

for (const network of ["unix", "tcp"] as const) {
  suite(`a server on ${network}`, () => {
    test(`a server on ${network} answers a call`, async (t) => {
      const { connection } = await connectedPair(t, [dataService], { network });

      assert.deepEqual((await createClient(Data, connection.transport).queryData({})).responses, {});
    });

    for (const authority of ["unused", "localhost", ":0", "%2Ftmp%2Fx", "[", "a:b:c", undefined]) {
      test(`a server on ${network} answers a call with the authority ${JSON.stringify(authority)}`, async (t) => {
        const { address } = await listening(t, await freshAddress(t, network), [dataService]);
        const session = rawClient(t, address);

        const answer = await rawCall(
          session,
          queryPath,
          authority === undefined ? {} : { ":authority": authority },
        );

        assert.equal(answer.headers[":status"], 200);
        assert.equal(answer.trailers["grpc-status"], "0");
      });
    }

    test(`a server on ${network} goes on after an authority that not every HTTP/2 takes`, async (t) => {
      const { address } = await listening(t, await freshAddress(t, network), [dataService]);
      const session = rawClient(t, address);

      for (const authority of ["/tmp/x", "a b", ""]) {
        await rawCall(session, queryPath, { ":authority": authority }).catch(() => {});
      }

      assert.equal((await rawCall(session, queryPath)).trailers["grpc-status"], "0");
    });

    const unknown = {
      "an unknown service": [
        "/pluginv2.Missing/QueryData",
        'unknown method "QueryData" of service "pluginv2.Missing"',
      ],
      "an unknown method": ["/pluginv2.Data/Missing", 'unknown method "Missing" of service "pluginv2.Data"'],
      "no path": ["/", 'unknown method "" of service ""'],
      "an odd path": ["/a%/%zz?d=e", undefined],
    } as const;
    for (const [what, [path, message]] of Object.entries(unknown)) {
      test(`a server on ${network} answers a call of ${what} with UNIMPLEMENTED as gRPC, without a body`, async (t) => {
        const { address } = await listening(t, await freshAddress(t, network), [dataService]);
        const session = rawClient(t, address);

        const { headers, trailers, body } = await rawCall(session, path);

        assert.equal(headers[":status"], 200);
        assert.equal(headers["content-type"], "application/grpc");
        assert.equal({ ...headers, ...trailers }["grpc-status"], "12");
        assert.equal(body.length, 0);
        if (message !== undefined) assert.equal(decodeURIComponent(String(headers["grpc-message"])), message);
        assert.equal((await rawCall(session, queryPath)).trailers["grpc-status"], "0");
      });
    }

    test(`a server on ${network} answers a method that its service leaves out with UNIMPLEMENTED`, async (t) => {
      const { connection } = await connectedPair(t, [dataService], { network });
      const client = createClient(Data, connection.transport);

      const stream = client.queryChunkedData({})[Symbol.asyncIterator]();
      const error = await rejectsWithConnectError(stream.next(), Code.Unimplemented);

      assert.match(error.rawMessage, /QueryChunkedData/);
    });
  });
}

suite("a server", () => {
  test("a server does not compress, although the caller takes gzip", async (t) => {
    const big = implementService(Data, {
      queryData: () => ({ responses: { A: { error: "x".repeat(100_000) } } }),
    });
    const { address } = await listening(t, await freshAddress(t), [big]);
    const session = rawClient(t, address);

    const { headers, body } = await rawCall(session, queryPath, { "grpc-accept-encoding": "gzip" });

    assert.ok([undefined, "identity"].includes(headers["grpc-encoding"]?.toString()));
    assert.equal(body[0], 0, "the message is marked as not compressed");
    assert.ok(body.length > 100_000);
  });

  test("a server answers a request of an unknown compression with UNIMPLEMENTED", async (t) => {
    const { address } = await listening(t, await freshAddress(t), [dataService]);
    const session = rawClient(t, address);
    const compressed = envelope(new Uint8Array([31, 139]));
    compressed[0] = 1;

    const { headers, trailers } = await rawCall(
      session,
      queryPath,
      { "grpc-encoding": "snappy" },
      compressed,
    );

    assert.equal({ ...headers, ...trailers }["grpc-status"], "12");
  });

  test("a server takes nothing but gRPC, and goes on", async (t) => {
    const { address } = await listening(t, await freshAddress(t), [dataService]);
    const session = rawClient(t, address);

    for (const contentType of [
      "application/json",
      "application/grpc-web+proto",
      "application/proto",
      "text/html",
    ]) {
      const { headers } = await rawCall(session, queryPath, { "content-type": contentType });
      assert.equal(headers[":status"], 415, contentType);
    }
    const { headers } = await rawCall(session, queryPath, { ":method": "PUT" });
    assert.equal(headers[":status"], 405);
    assert.equal((await rawCall(session, queryPath)).trailers["grpc-status"], "0");
  });

  test("a server answers a request that is no message, and goes on", async (t) => {
    const { address } = await listening(t, await freshAddress(t), [dataService]);
    const session = rawClient(t, address);
    const bodies = {
      nothing: new Uint8Array(),
      "half a prefix": new Uint8Array([0, 0]),
      "half a message": envelope(new Uint8Array([1, 2, 3]), 100),
      "no protobuf": envelope(new Uint8Array([255, 255, 255, 255])),
      "two messages": Buffer.concat([envelope(new Uint8Array()), envelope(new Uint8Array())]),
    };

    for (const [what, body] of Object.entries(bodies)) {
      const { headers, trailers } = await rawCall(session, queryPath, {}, body);
      const status = { ...headers, ...trailers }["grpc-status"];
      assert.ok(status !== undefined && status !== "0", `${what} gives status ${status}`);
    }
    assert.equal((await rawCall(session, queryPath)).trailers["grpc-status"], "0");
  });

  test("a server goes on when a peer resets a call or breaks its connection in mid-message", async (t) => {
    const { address } = await listening(t, await freshAddress(t), [dataService]);
    const broken = rawClient(t, address);
    const stream = broken.request({
      ":method": "POST",
      ":path": queryPath,
      "content-type": "application/grpc",
    });
    stream.on("error", () => {});
    stream.write(envelope(new Uint8Array(3), 1000).subarray(0, 6));
    await new Promise((resolve) => broken.ping(resolve));
    stream.close(8);
    await new Promise((resolve) => broken.ping(resolve));

    broken.destroy();

    const session = rawClient(t, address);
    assert.equal((await rawCall(session, queryPath)).trailers["grpc-status"], "0");
  });

  test("a server goes on after bytes that are no HTTP/2", async (t) => {
    const { address } = await listening(t, await freshAddress(t), [dataService]);
    const { connect } = await import("node:net");
    assert.equal(address.network, "unix");
    const socket = connect(address.path);
    socket.on("error", () => {});
    const ended = new Promise((resolve) => socket.once("close", resolve));

    socket.resume().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");

    await ended;
    assert.equal((await rawCall(rawClient(t, address), queryPath)).trailers["grpc-status"], "0");
  });

  test("a server aborts a handler's signal when the caller's connection breaks", async (t) => {
    const seen: string[] = [];
    const waiting = implementService(Stream, {
      async *runStream(_request, { signal }) {
        seen.push("started");
        signal.addEventListener("abort", () => seen.push("aborted"));
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        yield {};
      },
    });
    const { connection } = await connectedPair(t, [waiting]);
    const next = createClient(Stream, connection.transport).runStream({})[Symbol.asyncIterator]().next();
    await until("the handler runs", () => seen.includes("started"));

    connection.close();

    await rejectsWithConnectError(next, Code.Unavailable);
    await until("the handler's signal is aborted", () => seen.includes("aborted"));
  });
});

suite("listening", () => {
  test("listening takes a free TCP port for port 0 and tells which", async (t) => {
    const { address } = await listening(t, { network: "tcp", host: "127.0.0.1", port: 0 }, []);

    assert.ok(address.network === "tcp" && address.port > 0);
  });

  test("listening rejects where another server listens", async (t) => {
    for (const network of ["unix", "tcp"] as const) {
      const { address } = await listening(t, await freshAddress(t, network), []);

      const second = testedTransport.listen({ ...wideLimits, address, services: [] });

      const error = await rejectsWithConnectError(second, Code.Unavailable);
      assert.match(error.rawMessage, /^cannot listen: .*EADDRINUSE/);
    }
  });

  test("listening rejects in a directory that is not there", async () => {
    const path = "/nonexistent-directory/socket";

    const server = testedTransport.listen({
      ...wideLimits,
      address: { network: "unix", path },
      services: [],
    });

    await rejectsWithConnectError(server, Code.Unavailable);
  });
});

suite("closing a server", () => {
  test("closing a server removes the socket, and is safe twice", async (t) => {
    const server = await listening(t, await freshAddress(t), []);
    assert.ok(server.address.network === "unix" && existsSync(server.address.path));

    await Promise.all([server.close(), server.close()]);
    await server.close();

    assert.equal(existsSync(server.address.path), false);
  });

  test("closing a server lets a handler that heeds its signal answer", async (t) => {
    let isRunning = false;
    const patient = implementService(Data, {
      async queryData(_request, { signal }) {
        isRunning = true;
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return { responses: { A: { error: "cut short" } } };
      },
    });
    const { server, connection } = await connectedPair(t, [patient]);
    const answer = createClient(Data, connection.transport).queryData({});
    await until("the handler runs", () => isRunning);

    // A close that waited out its grace would never end.
    const closed = server.close({ graceMs: Number.POSITIVE_INFINITY });

    assert.equal((await answer).responses["A"]?.error, "cut short");
    await closed;
  });

  test("closing a server cuts a handler off that does not", async (t) => {
    let isRunning = false;
    const deaf = implementService(Data, {
      queryData() {
        isRunning = true;
        return new Promise<never>(() => {});
      },
    });
    const { server, connection } = await connectedPair(t, [deaf]);
    const rejection = rejectionOf(createClient(Data, connection.transport).queryData({}));
    await until("the handler runs", () => isRunning);

    await server.close({ graceMs: 20 });

    assert.match(String(await rejection), /\[unavailable\]/);
  });

  test("closing a server ends while a connection is idle", async (t) => {
    const { server, connection } = await connectedPair(t, [dataService]);
    const client = createClient(Data, connection.transport);
    await client.queryData({});

    await server.close({ graceMs: Number.POSITIVE_INFINITY });

    await rejectsWithConnectError(client.queryData({}), Code.Unavailable);
  });

  test("closing a server refuses a later call", async (t) => {
    const { server, connection } = await connectedPair(t, [dataService]);
    const client = createClient(Data, connection.transport);
    await client.queryData({});
    await server.close();

    await rejectsWithConnectError(client.queryData({}), Code.Unavailable);
  });
});

suite("limits of a message", () => {
  const echo = implementService(Data, {
    queryData: ({ queries }) => ({
      responses: { A: { error: "x".repeat(Number(queries[0]?.maxDataPoints ?? 0)) } },
    }),
  });
  const ofBytes = (size: number) => ({ queries: [{ json: new Uint8Array(size) }] });
  const asking = (size: number) => ({ queries: [{ maxDataPoints: BigInt(size) }] });
  const limit = 100_000;
  /** The largest `json` of a request that is exactly as long as the limit. */
  const exactly =
    limit -
    (toBinary(QueryDataRequestSchema, create(QueryDataRequestSchema, ofBytes(limit - 100))).length -
      (limit - 100));

  const cases = {
    "a request above the server's": [{ listen: { maxReceiveBytes: limit } }, ofBytes(3_000_000)],
    "a request just above the server's": [{ listen: { maxReceiveBytes: limit } }, ofBytes(exactly + 1)],
    "an answer above the server's": [{ listen: { maxSendBytes: limit } }, asking(3_000_000)],
    "a request above the client's": [{ dial: { maxSendBytes: limit } }, ofBytes(3_000_000)],
    "an answer above the client's": [{ dial: { maxReceiveBytes: limit } }, asking(3_000_000)],
  } as const;
  for (const [what, [options, request]] of Object.entries(cases)) {
    test(`${what} is RESOURCE_EXHAUSTED, and the connection stays usable`, async (t) => {
      const { connection } = await connectedPair(t, [echo], options);
      const client = createClient(Data, connection.transport);

      await rejectsWithConnectError(client.queryData(request), Code.ResourceExhausted);

      assert.equal((await client.queryData(asking(5))).responses["A"]?.error, "xxxxx");
      await rejectsWithConnectError(client.queryData(request), Code.ResourceExhausted);
      assert.equal((await client.queryData(asking(5))).responses["A"]?.error, "xxxxx");
    });
  }

  test("a request that is exactly as long passes", async (t) => {
    const options = { listen: { maxReceiveBytes: limit }, dial: { maxSendBytes: limit } };
    const { connection } = await connectedPair(t, [echo], options);

    await createClient(Data, connection.transport).queryData(ofBytes(exactly));
  });

  test("calls beside a large one go on", async (t) => {
    const { connection } = await connectedPair(t, [echo]);
    const client = createClient(Data, connection.transport);

    const large = client.queryData(asking(15_000_000));
    const small = await Promise.all(
      Array.from({ length: 50 }, (_, index) => client.queryData(asking(index))),
    );

    assert.equal((await large).responses["A"]?.error.length, 15_000_000);
    assert.deepEqual(
      small.map(({ responses }) => responses["A"]?.error.length),
      small.map((_, index) => index),
    );
  });
});

test("a server takes a connection while another is dialled again and again", async (t) => {
  const { address } = await listening(t, await freshAddress(t), [dataService]);

  for (let turn = 0; turn < 20; turn++) {
    const connection = await dialled(t, address);
    await createClient(Data, connection.transport).queryData({});
    connection.close();
  }
});
