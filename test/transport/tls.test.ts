import assert from "node:assert/strict";
import { once } from "node:events";
import * as http2 from "node:http2";
import * as net from "node:net";
import { suite, type TestContext, test } from "node:test";
import * as tls from "node:tls";
import { Code, createClient } from "@connectrpc/connect";
import { makeCertificate } from "grafana-plugin-protocol/go-plugin";
import { Data, Stream } from "grafana-plugin-protocol/v2";
import { connectNodeTransport } from "../../src/transport/connect-node/connect-node-transport.ts";
import { grpcTransport } from "../../src/transport/grpc-transport.ts";
import {
  type DialTls,
  type ImplementedService,
  implementService,
  type ListenTls,
  type SocketAddress,
  type SocketTransport,
  type TransportConnection,
  type TransportServer,
} from "../../src/transport/socket-transport.ts";
import { atEnd } from "../helpers/at-end.ts";
import { freshAddress, wideLimits } from "../helpers/connected-pair.ts";
import { bareServer } from "../helpers/raw-http2.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { type TestKey, testCertificate } from "../helpers/test-certificate.ts";

/** Every implementation of the seam. */
const transports: Readonly<Record<string, SocketTransport>> = {
  "connect-node": connectNodeTransport,
  grpc: grpcTransport,
};

const [host, plugin, stranger] = await Promise.all([makeCertificate(), makeCertificate(), makeCertificate()]);
const pluginTls: ListenTls = { ...plugin, peerCertificate: host.certificate };
const hostTls: DialTls = { ...host, peerCertificate: plugin.certificate };

const services: readonly ImplementedService[] = [
  implementService(Data, { queryData: ({ queries }) => ({ responses: { [queries[0]?.refId ?? ""]: {} } }) }),
  implementService(Stream, {
    async *runStream() {
      for (let count = 0; count < 100; count++) yield { data: new Uint8Array(10_000).fill(count) };
    },
  }),
];

async function answers({ transport }: TransportConnection): Promise<void> {
  const { responses } = await createClient(Data, transport).queryData({ queries: [{ refId: "A" }] });
  assert.deepEqual(Object.keys(responses), ["A"]);
}

for (const [name, transport] of Object.entries(transports)) {
  const listen = async (
    t: TestContext,
    options: { readonly network?: "unix" | "tcp"; readonly tls?: ListenTls | undefined } = {},
  ): Promise<TransportServer> => {
    const address = await freshAddress(t, options.network);
    const server = await transport.listen({ ...wideLimits, address, services, tls: options.tls });
    atEnd(t, () => server.close({ graceMs: 0 }));
    return server;
  };
  const dial = async (
    t: TestContext,
    address: SocketAddress,
    secure?: DialTls,
  ): Promise<TransportConnection> => {
    const connection = await transport.dial({ ...wideLimits, address, tls: secure });
    atEnd(t, () => connection.close());
    return connection;
  };

  for (const network of ["unix", "tcp"] as const) {
    suite(`TLS by ${name} on ${network}`, () => {
      test(`TLS by ${name} on ${network} carries calls and streams`, async (t) => {
        const { address } = await listen(t, { network, tls: pluginTls });
        const connection = await dial(t, address, hostTls);

        await answers(connection);
        let bytes = 0;
        for await (const { data } of createClient(Stream, connection.transport).runStream({}))
          bytes += data.length;
        assert.equal(bytes, 1_000_000);
      });

      for (const [what, secure] of [
        ["a stranger's certificate", { ...stranger, peerCertificate: plugin.certificate }],
        ["no certificate", { peerCertificate: plugin.certificate }],
      ] as const) {
        test(`TLS by ${name} on ${network} lets no client in with ${what}, and goes on`, async (t) => {
          const { address } = await listen(t, { network, tls: pluginTls });

          const error = await rejectsWithConnectError(dial(t, address, secure), Code.Unauthenticated);

          assert.match(error.rawMessage, /^no TLS: (?!.*:error:)./);
          await answers(await dial(t, address, hostTls));
        });
      }

      test(`TLS by ${name} on ${network} refuses a server with another certificate than the one that is trusted`, async (t) => {
        const { address } = await listen(t, { network, tls: pluginTls });

        const error = await rejectsWithConnectError(
          dial(t, address, { ...host, peerCertificate: stranger.certificate }),
          Code.Unauthenticated,
        );

        assert.match(error.rawMessage, /^no TLS: (?!.*:error:)./);
      });

      test(`TLS by ${name} on ${network} refuses a server that speaks plain text`, async (t) => {
        const { address } = await listen(t, { network });

        const error = await rejectsWithConnectError(dial(t, address, hostTls), Code.Unauthenticated);

        assert.match(error.rawMessage, /^no TLS: (?!.*:error:)./);
      });

      test(`TLS by ${name} on ${network} lets no plain text in, and goes on`, async (t) => {
        const { address } = await listen(t, { network, tls: pluginTls });

        await rejectsWithConnectError(dial(t, address), Code.Unavailable);

        await answers(await dial(t, address, hostTls));
      });

      test(`TLS by ${name} on ${network} is UNAVAILABLE where nobody listens`, async (t) => {
        const server = await listen(t, { network, tls: pluginTls });
        await server.close();

        await rejectsWithConnectError(dial(t, server.address, hostTls), Code.Unavailable);
      });
    });
  }

  suite(`TLS by ${name}`, () => {
    for (const key of ["P-256", "P-384", "P-521", "RSA-2048"] satisfies TestKey[]) {
      test(`TLS by ${name} takes ${key} certificates of both sides`, async (t) => {
        const [mine, theirs] = [await testCertificate({ key }), await testCertificate({ key })];
        const { address } = await listen(t, { tls: { ...theirs, peerCertificate: mine.certificate } });

        await answers(await dial(t, address, { ...mine, peerCertificate: theirs.certificate }));
      });
    }

    test(`TLS by ${name} takes certificates that others signed without knowing these`, async (t) => {
      const [mine, theirs] = [
        await testCertificate({ isIssued: true }),
        await testCertificate({ isIssued: true }),
      ];
      const { address } = await listen(t, { tls: { ...theirs, peerCertificate: mine.certificate } });

      await answers(await dial(t, address, { ...mine, peerCertificate: theirs.certificate }));
    });

    for (const [what, options] of [
      ["has expired", { fromDay: -3, untilDay: -1 }],
      ["is of the future", { fromDay: 1, untilDay: 3 }],
      ["has localhost only as its subject", { dnsNames: [] }],
      ["is for another name", { dnsNames: ["plugin.example"] }],
    ] as const) {
      test(`TLS by ${name} refuses a server whose certificate ${what}`, async (t) => {
        const theirs = await testCertificate(options);
        const { address } = await listen(t, { tls: { ...theirs, peerCertificate: host.certificate } });

        await rejectsWithConnectError(
          dial(t, address, { ...host, peerCertificate: theirs.certificate }),
          Code.Unauthenticated,
        );
      });
    }

    test(`TLS by ${name} lets no client in whose certificate has expired`, async (t) => {
      const mine = await testCertificate({ fromDay: -3, untilDay: -1 });
      const { address } = await listen(t, { tls: { ...plugin, peerCertificate: mine.certificate } });

      await rejectsWithConnectError(
        dial(t, address, { ...mine, peerCertificate: plugin.certificate }),
        Code.Unauthenticated,
      );
    });

    test(`TLS by ${name} lets any client in where the server trusts nobody in particular`, async (t) => {
      const { address } = await listen(t, { tls: plugin });

      await answers(await dial(t, address, { peerCertificate: plugin.certificate }));
    });

    test(`TLS by ${name} asks for the name localhost and the protocol h2, with TLS 1.2 at least`, async (t) => {
      const { address } = await listen(t, { tls: pluginTls });
      const connect = (options: tls.ConnectionOptions): tls.TLSSocket => {
        const socket = tls.connect({
          path: address.network === "unix" ? address.path : "",
          ca: plugin.certificate,
          cert: host.certificate,
          key: host.key,
          servername: "localhost",
          ...options,
        });
        atEnd(t, () => socket.destroy());
        return socket;
      };

      const good = connect({ ALPNProtocols: ["h2"] });
      await once(good, "secureConnect");
      assert.deepEqual([good.alpnProtocol, good.getProtocol()], ["h2", "TLSv1.3"]);
      const older = connect({ ALPNProtocols: ["h2"], maxVersion: "TLSv1.2" });
      await once(older, "secureConnect");
      assert.equal(older.getProtocol(), "TLSv1.2");
      const tooOld = connect({ ALPNProtocols: ["h2"], minVersion: "TLSv1.1", maxVersion: "TLSv1.1" });
      const refused = { code: /^(ERR_SSL_\w+|ECONNRESET)$/ };
      await assert.rejects(once(tooOld, "secureConnect"), refused);
      await assert.rejects(once(connect({ ALPNProtocols: ["http/1.1"] }), "secureConnect"), refused);
    });

    test(`TLS by ${name} cuts a client that does not say which protocol it speaks`, async (t) => {
      const { address } = await listen(t, { tls: pluginTls });
      const socket = tls.connect({
        path: address.network === "unix" ? address.path : "",
        ca: plugin.certificate,
        cert: host.certificate,
        key: host.key,
        servername: "localhost",
      });
      socket.on("error", () => {});

      await once(socket.resume(), "close");
    });

    test(`TLS by ${name} shows itself as a client by that name and that protocol`, async (t) => {
      const path = await unixPath(t);
      const server = http2.createSecureServer({
        key: plugin.key,
        cert: plugin.certificate,
        ca: host.certificate,
        requestCert: true,
        rejectUnauthorized: true,
      });
      const secured = once(server, "secureConnection");
      await new Promise<void>((resolve) => server.listen(path, resolve));
      atEnd(t, () => new Promise((resolve) => server.close(resolve)));

      await dial(t, { network: "unix", path }, hostTls);

      const [socket] = (await secured) as [tls.TLSSocket & { readonly servername: string }];
      assert.deepEqual(
        [socket.servername, socket.alpnProtocol, socket.getProtocol()],
        ["localhost", "h2", "TLSv1.3"],
      );
    });

    test(`TLS by ${name} refuses a server that does not agree on h2`, async (t) => {
      const path = await unixPath(t);
      const server = tls.createServer({ key: plugin.key, cert: plugin.certificate });
      const sockets = new Set<net.Socket>();
      server.on("connection", (socket: net.Socket) => sockets.add(socket));
      server.on("secureConnection", (socket) => socket.on("error", () => {}));
      await new Promise<void>((resolve) => server.listen(path, resolve));
      atEnd(t, async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      });

      const error = await rejectsWithConnectError(
        dial(t, { network: "unix", path }, hostTls),
        Code.Unauthenticated,
      );

      assert.match(error.rawMessage, /h2/);
    });

    test(`TLS by ${name} gives up a server that closes or says nothing`, async (t) => {
      const path = await unixPath(t);
      const closing = await bareServer(t, path, (socket) => socket.destroy());
      await rejectsWithConnectError(dial(t, closing, hostTls), Code.Unauthenticated);

      const silent = await bareServer(t, `${path}2`);
      const controller = new AbortController();
      const dialling = transport.dial({
        ...wideLimits,
        address: silent,
        tls: hostTls,
        signal: controller.signal,
      });
      setImmediate(() => controller.abort());
      await rejectsWithConnectError(dialling, Code.Unavailable);
    });

    test(`TLS by ${name} closes while a client has not finished its handshake`, async (t) => {
      const server = await listen(t, { tls: pluginTls });
      const socket = net.connect(server.address.network === "unix" ? server.address.path : "");
      await once(socket, "connect");
      // The beginning of a hello: the server waits for the rest.
      socket.write(Buffer.from("1603010200", "hex"));
      await answers(await dial(t, server.address, hostTls));

      const closed = once(socket.resume(), "close");
      await server.close({ graceMs: 10 });
      await closed;
    });

    test(`TLS by ${name} takes no certificate that the trusted one has signed, on either side`, async (t) => {
      const ofPlugin = await testCertificate({ issuer: plugin });
      const ofHost = await testCertificate({ issuer: host });
      const imposter = await listen(t, { tls: { ...ofPlugin, peerCertificate: host.certificate } });
      const server = await listen(t, { tls: pluginTls });

      const refused = await rejectsWithConnectError(dial(t, imposter.address, hostTls), Code.Unauthenticated);
      const stranger = dial(t, server.address, { ...ofHost, peerCertificate: plugin.certificate });
      // TLS 1.3 lets a client believe in its connection until the server says no.
      await rejectsWithConnectError(stranger.then(answers), Code.Unauthenticated);

      assert.match(refused.rawMessage, /not the one that was announced/);
      await answers(await dial(t, server.address, hostTls));
    });

    test(`TLS by ${name} dials again by TLS, and calls are UNAVAILABLE when it cannot`, async (t) => {
      const first = await listen(t, { tls: pluginTls });
      const { address } = first;
      const connection = await dial(t, address, hostTls);
      await first.close({ graceMs: 0 });
      await rejectsWithConnectError(answers(connection), Code.Unavailable);

      const second = await transport.listen({ ...wideLimits, address, services, tls: pluginTls });
      await answers(connection);
      await second.close({ graceMs: 0 });

      const other: ListenTls = { ...stranger, peerCertificate: host.certificate };
      const third = await transport.listen({ ...wideLimits, address, services, tls: other });
      atEnd(t, () => third.close({ graceMs: 0 }));
      await rejectsWithConnectError(answers(connection), Code.Unavailable);
    });

    for (const [what, own] of [
      ["that cannot be read", { certificate: "nothing", key: "nothing" }],
      ["that do not belong together", { certificate: host.certificate, key: plugin.key }],
    ] as const) {
      test(`TLS by ${name} does not begin with a certificate and a key ${what}`, async (t) => {
        const path = await unixPath(t);
        const address: SocketAddress = { network: "unix", path };

        for (const attempt of [
          () => transport.listen({ ...wideLimits, address, services, tls: own }),
          () => dial(t, address, { ...own, peerCertificate: plugin.certificate }),
        ]) {
          const error = await rejectsWithConnectError(attempt(), Code.InvalidArgument);
          assert.match(error.rawMessage, /^bad certificate or key for TLS: ./);
        }
      });
    }
  });
}

async function unixPath(t: TestContext): Promise<string> {
  const address = await freshAddress(t);
  return address.network === "unix" ? address.path : assert.fail("expected a unix path");
}
