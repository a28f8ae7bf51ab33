import assert from "node:assert/strict";
import { once } from "node:events";
import * as net from "node:net";
import { suite, type TestContext, test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { makeCertificate } from "grafana-plugin-protocol/go-plugin";
import { Data } from "grafana-plugin-protocol/v2";
import { connectNodeTransport } from "../../src/transport/connect-node/connect-node-transport.ts";
import { grpcTransport } from "../../src/transport/grpc-transport.ts";
import {
  implementService,
  type ListenOptions,
  type SocketAddress,
  type SocketTransport,
  type TransportConnection,
} from "../../src/transport/socket-transport.ts";
import { atEnd } from "../helpers/at-end.ts";
import { freshAddress, wideLimits } from "../helpers/connected-pair.ts";

const [host, plugin] = await Promise.all([makeCertificate(), makeCertificate()]);
const services = [implementService(Data, { queryData: () => ({}) })];

async function answers({ transport }: TransportConnection): Promise<void> {
  await createClient(Data, transport).queryData({});
}

/** A connection that says nothing, and the promise of its end. */
async function silent(
  t: TestContext,
  address: SocketAddress,
): Promise<{ readonly socket: net.Socket; readonly closed: Promise<unknown> }> {
  const socket = net.connect(address.network === "unix" ? { path: address.path } : { ...address });
  socket.on("error", () => {});
  socket.resume();
  atEnd(t, () => socket.destroy());
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await once(socket, "connect");
  return { socket, closed };
}

const transports: Readonly<Record<string, SocketTransport>> = {
  "connect-node": connectNodeTransport,
  grpc: grpcTransport,
};
for (const [name, transport] of Object.entries(transports)) {
  for (const network of ["unix", "tcp"] as const) {
    for (const secure of [false, true]) {
      const start = async (
        t: TestContext,
        options: Partial<ListenOptions>,
      ): Promise<{ readonly address: SocketAddress; readonly dial: () => Promise<TransportConnection> }> => {
        const { address, close } = await transport.listen({
          ...wideLimits,
          ...options,
          services,
          address: await freshAddress(t, network),
          tls: secure ? { ...plugin, peerCertificate: host.certificate } : undefined,
        });
        atEnd(t, () => close({ graceMs: 0 }));
        const tls = secure ? { ...host, peerCertificate: plugin.certificate } : undefined;
        const dial = async (): Promise<TransportConnection> => {
          const connection = await transport.dial({ ...wideLimits, address, tls, onLost: () => {} });
          atEnd(t, () => connection.close());
          return connection;
        };
        return { address, dial };
      };

      suite(`${name} on ${network}${secure ? " with TLS" : ""}`, () => {
        test("a connection that says nothing makes room for one that begins, the oldest first", async (t) => {
          const { address, dial } = await start(t, { maxConnections: 2 });
          const [first, second] = [await silent(t, address), await silent(t, address)];

          const connection = await dial();

          await answers(connection);
          await first.closed;
          assert.equal(second.socket.destroyed, false);
        });

        test("connections that have begun stay, and the one too many is closed", async (t) => {
          const { address, dial } = await start(t, { maxConnections: 2 });
          const begun = [await dial(), await dial()];
          for (const connection of begun) await answers(connection);

          const late = await silent(t, address);

          await late.closed;
          for (const connection of begun) await answers(connection);
        });

        // Once is enough: it takes its time, which has to be long enough for a handshake on a busy machine.
        if (network === "unix") {
          test("a connection that does not begin in time is closed, and no other", async (t) => {
            const { address, dial } = await start(t, { handshakeTimeoutMs: 3000 });
            const connection = await dial();
            await answers(connection);
            const { closed } = await silent(t, address);

            await closed;
            await answers(connection);
          });
        }
      });
    }
  }
}
