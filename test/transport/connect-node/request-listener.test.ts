import assert from "node:assert/strict";
import { once } from "node:events";
import * as http from "node:http";
import * as http2 from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { suite, type TestContext, test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { implement } from "grafana-plugin-protocol/plugin";
import { createRequestListener } from "grafana-plugin-protocol/transport";
import { Data, Stream, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";

const plugin = implement(v2, {
  data: {
    queryData: ({ queries }, { requestHeader, responseTrailer }) => {
      if (queries[0]?.refId === "secret") throw new Error("a secret");
      if (queries[0]?.refId === "busy") throw new ConnectError("come back later", Code.Unavailable);
      for (const value of ["AQ==", "Ag=="]) responseTrailer.append("answer-bin", value);
      return {
        responses: {
          A: { status: 200, error: requestHeader.get("x-from") ?? "", frames: [Uint8Array.of(1)] },
        },
      };
    },
  },
  stream: {
    async *runStream() {
      for (let count = 0; count < 3; count++) yield { data: Uint8Array.of(count) };
    },
  },
});

async function served(t: TestContext, server: http.Server | http2.Http2Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(t, () => {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const overHttp1 = (t: TestContext) => served(t, http.createServer(createRequestListener(plugin.services)));
const overHttp2 = (t: TestContext) => served(t, http2.createServer(createRequestListener(plugin.services)));

const ways = {
  "Connect over HTTP/1.1": async (t: TestContext) =>
    createConnectTransport({ baseUrl: await overHttp1(t), httpVersion: "1.1" }),
  "Connect with JSON over HTTP/2": async (t: TestContext) =>
    createConnectTransport({ baseUrl: await overHttp2(t), httpVersion: "2", useBinaryFormat: false }),
  "gRPC-web over HTTP/1.1": async (t: TestContext) =>
    createGrpcWebTransport({ baseUrl: await overHttp1(t), httpVersion: "1.1" }),
  "gRPC over HTTP/2": async (t: TestContext) => createGrpcTransport({ baseUrl: await overHttp2(t) }),
};

suite("remote clients", () => {
  for (const [way, transportOf] of Object.entries(ways)) {
    test(`remote clients call the services of a plugin by ${way}`, async (t) => {
      const transport = await transportOf(t);
      const data = createClient(Data, transport);
      const stream = createClient(Stream, transport);
      const trailers: (string | null)[] = [];

      const { responses } = await data.queryData(
        { queries: [{ refId: "A" }] },
        { headers: { "x-from": way }, onTrailer: (trailer) => trailers.push(trailer.get("answer-bin")) },
      );
      const packets: number[] = [];
      for await (const packet of stream.runStream({})) packets.push(...packet.data);

      assert.equal(responses["A"]?.error, way);
      assert.deepEqual(responses["A"]?.frames, [Uint8Array.of(1)]);
      assert.deepEqual(trailers, ["AQ==, Ag=="]);
      assert.deepEqual(packets, [0, 1, 2]);
    });

    test(`remote clients are told a ConnectError by ${way}, and no other reason`, async (t) => {
      const data = createClient(Data, await transportOf(t));

      const busy = await rejectsWithConnectError(
        data.queryData({ queries: [{ refId: "busy" }] }),
        Code.Unavailable,
      );
      const secret = await rejectsWithConnectError(
        data.queryData({ queries: [{ refId: "secret" }] }),
        Code.Internal,
      );

      assert.equal(busy.rawMessage, "come back later");
      assert.equal(secret.rawMessage, "internal error");
      await rejectsWithConnectError(
        data.queryChunkedData({})[Symbol.asyncIterator]().next(),
        Code.Unimplemented,
      );
    });
  }

  test("remote clients get 404 for what is no service, or what the fallback answers", async (t) => {
    const url = await overHttp1(t);
    const listener = createRequestListener(plugin.services, {
      fallback: (_request, response) => response.end("the fallback"),
    });
    const other = await served(t, http.createServer(listener));

    assert.equal((await fetch(`${url}/other`)).status, 404);
    assert.equal(await (await fetch(`${other}/other`)).text(), "the fallback");
  });

  test("remote clients cannot end the server by a host that is none", async (t) => {
    const url = await overHttp1(t);
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.end(
      "POST /pluginv2.Data/QueryData HTTP/1.1\r\nhost: %2Ftmp%2Fx\r\ncontent-type: application/json\r\n" +
        "content-length: 2\r\nconnection: close\r\n\r\n{}",
    );
    let answer = "";
    for await (const chunk of socket) answer += chunk;

    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.equal((await fetch(`${url}/other`)).status, 404);
  });

  test("remote clients send no more than maxReceiveBytes", async (t) => {
    const listener = createRequestListener(plugin.services, { maxReceiveBytes: 1000 });
    const baseUrl = await served(t, http.createServer(listener));
    const data = createClient(Data, createConnectTransport({ baseUrl, httpVersion: "1.1" }));

    const query = { queries: [{ refId: "A", json: new Uint8Array(1001) }] };
    await rejectsWithConnectError(data.queryData(query), Code.ResourceExhausted);
  });
});

test("a request for a foreign host name is refused, unless allowedHosts has it", async (t) => {
  const options = { allowedHosts: ["plugins.example.com"] };
  const url = await served(t, http.createServer(createRequestListener(plugin.services, options)));
  const statusFor = async (host: string): Promise<number | undefined> => {
    const request = http.get(url, { headers: { host } });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    response.resume();
    await once(response, "end");
    return response.statusCode;
  };

  for (const host of [
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
  ]) {
    assert.equal(await statusFor(host), 403, host);
  }
  for (const host of ["localhost:1", "a.localhost", "127.0.0.1", "[::1]:80", "PLUGINS.example.com:8080"]) {
    assert.equal(await statusFor(host), 404, host);
  }
});
