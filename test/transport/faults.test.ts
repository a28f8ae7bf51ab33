import assert from "node:assert/strict";
import type { ServerHttp2Stream } from "node:http2";
import { suite, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { Data, QueryDataResponseSchema, Stream, StreamPacketSchema } from "grafana-plugin-protocol/v2";
import { dialled, freshAddress } from "../helpers/connected-pair.ts";
import { envelope, rawServer } from "../helpers/raw-http2.ts";
import { rejectionOf, rejectsWithConnectError } from "../helpers/rejection.ts";

const response = toBinary(
  QueryDataResponseSchema,
  create(QueryDataResponseSchema, { responses: { A: { status: 200 } } }),
);
const packet = toBinary(StreamPacketSchema, create(StreamPacketSchema, { data: new Uint8Array(10) }));
const grpcHeaders = { ":status": 200, "content-type": "application/grpc+proto" };

async function socketPath(t: Parameters<typeof freshAddress>[0]): Promise<string> {
  const address = await freshAddress(t);
  return address.network === "unix" ? address.path : assert.fail();
}

suite("a unary call", () => {
  const faults: Readonly<Record<string, [(stream: ServerHttp2Stream) => void, Code]>> = {
    "a message that breaks off": [
      (stream) => {
        stream.respond(grpcHeaders);
        stream.end(envelope(response).subarray(0, 7));
      },
      Code.Internal,
    ],
    "a message that breaks off, with trailers that say OK": [
      (stream) => {
        stream.respond(grpcHeaders, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.end(envelope(response).subarray(0, 7));
      },
      Code.Internal,
    ],
    "a prefix that breaks off": [
      (stream) => {
        stream.respond(grpcHeaders, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.end(new Uint8Array(3));
      },
      Code.Internal,
    ],
    "bytes that are no protobuf": [
      (stream) => {
        stream.respond(grpcHeaders, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.end(envelope(new Uint8Array([255, 255, 255])));
      },
      Code.Internal,
    ],
    "an answer without a message": [
      (stream) => {
        stream.respond(grpcHeaders, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.end();
      },
      Code.Unimplemented,
    ],
    "an answer without trailers": [
      (stream) => {
        stream.respond(grpcHeaders);
        stream.end(envelope(response));
      },
      Code.Internal,
    ],
    "a compressed message": [
      (stream) => {
        const compressed = envelope(response);
        compressed[0] = 1;
        stream.respond({ ...grpcHeaders, "grpc-encoding": "gzip" }, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.end(compressed);
      },
      Code.Internal,
    ],
    "a page of HTML": [
      (stream) => {
        stream.respond({ ":status": 502, "content-type": "text/html" });
        stream.end("<h1>Bad gateway</h1>");
      },
      Code.Unavailable,
    ],
    "a refused stream": [(stream) => stream.close(7), Code.Unavailable],
    "a stream that is refused for being one too many": [(stream) => stream.close(11), Code.ResourceExhausted],
    "a stream that is reset as cancelled": [(stream) => stream.close(8), Code.Canceled],
    "a status whose message reads like an error of this side": [
      (stream) => {
        const status = {
          "grpc-status": String(Code.InvalidArgument),
          "grpc-message": "protocol error: yours",
        };
        stream.respond({ ...grpcHeaders, ...status }, { endStream: true });
      },
      Code.InvalidArgument,
    ],
    "a status before the connection breaks": [
      (stream) => {
        stream.respond({ ...grpcHeaders, "grpc-status": String(Code.Aborted) }, { endStream: true });
        stream.session?.close();
      },
      Code.Aborted,
    ],
    "a stream that ends without headers": [(stream) => stream.close(0), Code.Unavailable],
    "a stream that breaks with an internal error": [(stream) => stream.close(2), Code.Internal],
    "a closed socket before the answer": [(stream) => stream.session?.destroy(), Code.Unavailable],
    "a closed socket after the headers": [
      (stream) => {
        stream.respond(grpcHeaders);
        stream.write(envelope(response).subarray(0, 7), () => stream.session?.destroy());
      },
      Code.Unavailable,
    ],
    "a connection that breaks without a word": [
      (stream) => stream.session?.socket.destroy(),
      Code.Unavailable,
    ],
  };
  for (const [what, [fault, code]] of Object.entries(faults)) {
    test(`a unary call that meets ${what} rejects with ${Code[code]}`, async (t) => {
      const address = await rawServer(t, await socketPath(t), fault);
      const { transport } = await dialled(t, address);

      const reason = await rejectionOf(createClient(Data, transport).queryData({}));

      assert.ok(reason instanceof ConnectError);
      assert.equal(Code[reason.code], Code[code], reason.message);
    });
  }
});

suite("a stream", () => {
  const faults: Readonly<Record<string, [(stream: ServerHttp2Stream) => void, Code]>> = {
    "a second message that breaks off": [
      (stream) => {
        stream.respond(grpcHeaders, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.write(envelope(packet));
        stream.end(envelope(packet).subarray(0, 8));
      },
      Code.Internal,
    ],
    "an end without trailers": [
      (stream) => {
        stream.respond(grpcHeaders);
        stream.end(envelope(packet));
      },
      Code.Internal,
    ],
    "a closed socket": [
      (stream) => {
        stream.respond(grpcHeaders);
        stream.write(envelope(packet), () => stream.session?.destroy());
      },
      Code.Unavailable,
    ],
    "a closed socket in mid-message": [
      (stream) => {
        stream.respond(grpcHeaders);
        stream.write(Buffer.concat([envelope(packet), envelope(packet).subarray(0, 8)]), () =>
          stream.session?.destroy(),
        );
      },
      Code.Unavailable,
    ],
    "a connection that breaks without a word": [
      (stream) => {
        stream.respond(grpcHeaders);
        stream.write(envelope(packet), () => stream.session?.socket.destroy());
      },
      Code.Unavailable,
    ],
  };
  for (const [what, [fault, code]] of Object.entries(faults)) {
    test(`a stream that meets ${what} gives what came before and rejects with ${Code[code]}`, async (t) => {
      const address = await rawServer(t, await socketPath(t), fault);
      const { transport } = await dialled(t, address);
      const messages = createClient(Stream, transport).runStream({})[Symbol.asyncIterator]();

      assert.equal((await messages.next()).value?.data.length, 10);
      const reason = await rejectionOf(messages.next());

      assert.ok(reason instanceof ConnectError);
      assert.equal(Code[reason.code], Code[code], reason.message);
    });
  }

  test("a stream is cancelled by the caller's signal, and stays Canceled", async (t) => {
    const controller = new AbortController();
    const address = await rawServer(t, await socketPath(t), (stream) => {
      stream.respond(grpcHeaders);
      stream.write(envelope(packet));
    });
    const { transport } = await dialled(t, address);
    const messages = createClient(Stream, transport)
      .runStream({}, { signal: controller.signal })
      [Symbol.asyncIterator]();
    await messages.next();

    controller.abort();

    await rejectsWithConnectError(messages.next(), Code.Canceled);
  });
});
