/** What a server says of a call that failed. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { connectNodeTransport, grpcTransport } from "grafana-plugin-protocol/transport";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { freshAddress, wideLimits } from "../helpers/connected-pair.ts";
import { rawServer } from "../helpers/raw-http2.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";

const maxBytes = 8192;
const ellipsis = "\u2026";

suite("the text of a status", () => {
  for (const [name, transport] of Object.entries({ grpcTransport, connectNodeTransport })) {
    for (const isAlone of [true, false]) {
      test(`the text of a status is cut on receipt by ${name}, ${isAlone ? "in headers alone" : "in trailers"}`, async (t) => {
        const address = await freshAddress(t);
        assert.ok(address.network === "unix");
        const status = { "grpc-status": "5", "grpc-message": "%E2%82%AC".repeat(3000) };
        await rawServer(t, address.path, (stream) => {
          const headers = { ":status": 200, "content-type": "application/grpc" };
          if (isAlone) stream.respond({ ...headers, ...status }, { endStream: true });
          else {
            stream.respond(headers, { waitForTrailers: true });
            stream.on("wantTrailers", () => stream.sendTrailers(status));
            stream.end();
          }
        });
        const connection = await transport.dial({ ...wideLimits, address });
        atEnd(t, () => connection.close());
        const { queryData } = createClient(v2.services.data, connection.transport);

        const { rawMessage } = await rejectsWithConnectError(queryData({}), Code.NotFound);

        assert.equal(rawMessage, `${"\u20ac".repeat(Math.floor(maxBytes / 3))}${ellipsis}`);
      });
    }
  }
});
