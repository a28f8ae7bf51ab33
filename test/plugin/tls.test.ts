import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import * as net from "node:net";
import { suite, type TestContext, test } from "node:test";
import { connect } from "node:tls";
import { Code } from "@connectrpc/connect";
import {
  makeCertificate,
  parseHandshakeLine,
  readServerCertificate,
} from "grafana-plugin-protocol/go-plugin";
import type { DialTls, SocketAddress } from "grafana-plugin-protocol/transport";
import { toSocketAddress } from "../../src/host/client/socket-address.ts";
import { atEnd } from "../helpers/at-end.ts";
import { dialled } from "../helpers/connected-pair.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import type { Program } from "../helpers/run-program.ts";
import { cookie, errorRecord, query, shutDown, startFixture } from "../helpers/served-fixture.ts";
import { type TestCertificate, type TestKey, testCertificate } from "../helpers/test-certificate.ts";

const majors = { PLUGIN_PROTOCOL_VERSIONS: "2,1" };
const host = await makeCertificate();
const stranger = await makeCertificate();
const expired = await testCertificate({ fromDay: -3, untilDay: -1 });
const early = await testCertificate({ fromDay: 1, untilDay: 3 });
const nameless = await testCertificate({ dnsNames: [] });

interface Secured {
  readonly program: Program;
  readonly address: SocketAddress;
  /** What the host dials with. */
  readonly tls: DialTls;
}

/** A plugin that is killed leaves its socket. */
function endInOrder(t: TestContext, { child, ended }: Program): void {
  atEnd(t, async () => {
    child.kill("SIGTERM");
    await ended;
  });
}

/** Starts the fixture as a host does that asks for TLS. */
async function secured(t: TestContext, own: TestCertificate, ...flags: string[]): Promise<Secured> {
  const program = startFixture(t, { ...cookie, ...majors, PLUGIN_CLIENT_CERT: own.certificate }, ...flags);
  endInOrder(t, program);
  const line = parseHandshakeLine(await program.firstLine());
  const peerCertificate = readServerCertificate(line.serverCertificate ?? "");
  return { program, address: toSocketAddress(line), tls: { ...own, peerCertificate } };
}

for (const network of ["unix", "tcp"] as const) {
  suite(`a plugin whose host asks for TLS, on ${network}`, () => {
    test(`a plugin whose host asks for TLS, on ${network}, serves that host, and ends at its word`, async (t) => {
      await privateTmp(t);
      const { program, address, tls } = await secured(t, host, "--network", network);
      const { transport } = await dialled(t, address, { tls });

      await query(transport);
      await shutDown({ program, transport } as Parameters<typeof shutDown>[0]);

      assert.equal(address.network, network);
      assert.deepEqual(await program.ended, { code: 0, signal: null });
    });

    test(`a plugin whose host asks for TLS, on ${network}, lets nobody else in`, async (t) => {
      await privateTmp(t);
      const { address, tls } = await secured(t, host, "--network", network);
      const { peerCertificate } = tls;

      await rejectsWithConnectError(dialled(t, address), Code.Unavailable);
      await rejectsWithConnectError(dialled(t, address, { tls: { peerCertificate } }), Code.Unauthenticated);
      await rejectsWithConnectError(
        dialled(t, address, { tls: { ...stranger, peerCertificate } }),
        Code.Unauthenticated,
      );

      await query((await dialled(t, address, { tls })).transport);
    });

    test(`a plugin whose host asks for TLS, on ${network}, ends while somebody has not finished the handshake of TLS`, async (t) => {
      await privateTmp(t);
      const { program, address } = await secured(t, host, "--network", network);
      const socket =
        address.network === "unix" ? net.connect(address.path) : net.connect(address.port, address.host);
      await once(socket, "connect");

      const cut = once(socket.resume(), "close");
      process.kill(program.pid, "SIGTERM");

      assert.deepEqual(await program.ended, { code: 0, signal: null });
      await cut;
    });
  });
}

suite("a plugin whose host asks for TLS", () => {
  for (const key of ["P-256", "P-384", "RSA-2048"] satisfies TestKey[]) {
    test(`a plugin whose host asks for TLS takes a certificate of another maker: ${key}`, async (t) => {
      await privateTmp(t);
      const { address, tls } = await secured(t, await testCertificate({ key }));

      await query((await dialled(t, address, { tls })).transport);
    });
  }

  for (const [key, curve] of [
    ["P-256", "prime256v1"],
    ["P-384", "secp384r1"],
    ["P-521", "secp521r1"],
    ["RSA-2048", undefined],
  ] as const) {
    test(`a plugin whose host asks for TLS answers a ${key} certificate by one with such a key`, async (t) => {
      await privateTmp(t);
      const { tls } = await secured(t, await testCertificate({ key }));

      const { asymmetricKeyType, asymmetricKeyDetails } = new X509Certificate(tls.peerCertificate).publicKey;
      assert.equal(asymmetricKeyType, curve === undefined ? "rsa" : "ec");
      assert.equal(asymmetricKeyDetails?.namedCurve, curve);
    });
  }

  test("a plugin whose host asks for TLS can be reached by a TLS that has no P-521, such as BoringSSL's", async (t) => {
    await privateTmp(t);
    const { address, tls } = await secured(t, await testCertificate());
    const socket = connect({
      path: address.network === "unix" ? address.path : "",
      cert: tls.certificate,
      key: tls.key,
      ca: tls.peerCertificate,
      servername: "localhost",
      ALPNProtocols: ["h2"],
      ecdhCurve: "X25519:P-256:P-384",
      sigalgs: [
        "ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:rsa_pkcs1_sha256",
        "ecdsa_secp384r1_sha384:rsa_pss_rsae_sha384:rsa_pkcs1_sha384:rsa_pss_rsae_sha512:rsa_pkcs1_sha512",
      ].join(":"),
    });
    atEnd(t, () => socket.destroy());

    // The first bytes of HTTP/2 come only when the client's certificate was taken, too.
    await once(socket, "data");

    assert.ok(socket.authorized);
  });

  test("a plugin whose host asks for TLS serves by every certificate that the host sends", async (t) => {
    await privateTmp(t);
    const second = await testCertificate({ key: "P-384" });
    const both = host.certificate + second.certificate;
    const { address, tls } = await secured(t, { certificate: both, key: host.key });

    for (const own of [host, second]) {
      await query((await dialled(t, address, { tls: { ...tls, ...own } })).transport);
    }
    await rejectsWithConnectError(
      dialled(t, address, { tls: { ...tls, ...stranger } }),
      Code.Unauthenticated,
    );
  });

  test("a plugin whose host asks for TLS takes a certificate that another signed", async (t) => {
    await privateTmp(t);
    const { address, tls } = await secured(t, await testCertificate({ isIssued: true }));

    await query((await dialled(t, address, { tls })).transport);
  });

  test("a plugin whose host asks for TLS makes another certificate at each start", async (t) => {
    await privateTmp(t);
    const [one, two] = [await secured(t, host), await secured(t, host)];

    assert.notEqual(one.tls.peerCertificate, two.tls.peerCertificate);
    await rejectsWithConnectError(dialled(t, one.address, { tls: two.tls }), Code.Unauthenticated);
  });

  const refusals: Readonly<Record<string, [certificate: string, words: RegExp]>> = {
    "is none": ["certificate", /expected a certificate in PEM .*PLUGIN_CLIENT_CERT.* got 11 characters/],
    "is a key by mistake": [host.key, /got a broken "-----BEGIN PRIVATE KEY-----"/],
    "has expired": [expired.certificate, /was valid until/],
    "is of the future": [early.certificate, /check the clock/],
    "has localhost only as its subject": [nameless.certificate, /not for "DNS:localhost"/],
    "is none of two": [expired.certificate + nameless.certificate, /was valid until/],
  };
  for (const [what, [certificate, words]] of Object.entries(refusals)) {
    test(`a plugin whose host asks for TLS does not start when that host's certificate ${what}`, async (t) => {
      await privateTmp(t);
      const program = startFixture(t, { ...cookie, PLUGIN_CLIENT_CERT: certificate });

      assert.deepEqual(await program.ended, { code: 1, signal: null });
      assert.doesNotMatch(program.stdout(), /\|/, "there is no handshake line");
      const record = errorRecord(program);
      assert.equal(record?.fields["code"], "tls_failed");
      assert.match(String(record?.fields["error"]), words);
      assert.doesNotMatch(program.stderr(), /[A-Za-z0-9+/]{40}/, "nothing of what was given is repeated");
    });
  }

  test("a plugin whose host asks for TLS does not start when TLS is switched off in it", async (t) => {
    await privateTmp(t);
    const program = startFixture(t, { ...cookie, PLUGIN_CLIENT_CERT: host.certificate }, "--tls", "off");

    assert.deepEqual(await program.ended, { code: 1, signal: null });
    assert.doesNotMatch(program.stdout(), /\|/, "there is no handshake line");
    const record = errorRecord(program);
    assert.equal(record?.fields["code"], "tls_unsupported");
    assert.match(
      String(record?.fields["error"]),
      /turn AutoMTLS off in the host, or set tls to "auto" in the plugin/,
    );
  });
});

suite("a plugin whose host does not ask for TLS", () => {
  test("a plugin whose host does not ask for TLS prints no certificate, and refuses a client that begins with TLS", async (t) => {
    await privateTmp(t);
    const program = startFixture(t, { ...cookie, ...majors, PLUGIN_CLIENT_CERT: "" });
    endInOrder(t, program);
    const text = await program.firstLine();
    const address = toSocketAddress(parseHandshakeLine(text));

    assert.match(text, /\|grpc\|$/);
    await rejectsWithConnectError(
      dialled(t, address, { tls: { ...host, peerCertificate: stranger.certificate } }),
      Code.Unauthenticated,
    );
    await query((await dialled(t, address)).transport);
  });
});
