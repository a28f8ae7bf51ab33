import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect } from "node:net";
import { suite, type TestContext, test } from "node:test";
import { atEnd } from "../../helpers/at-end.ts";
import { listening } from "../../helpers/listening.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { echo, httpServer, httpsServer, signedCertificate } from "./servers.ts";
import { fetchFor } from "./settings.ts";

/** A proxy of HTTP that connects every name to one port of this machine, and the targets it was asked for. */
async function httpProxy(t: TestContext, port: number): Promise<{ url: string; targets: string[] }> {
  const targets: string[] = [];
  const server = createServer((request, response) => {
    // A request for http: comes with its whole URL.
    targets.push(String(request.url));
    response.end();
  });
  server.on("connect", (request, client, head) => {
    targets.push(String(request.url));
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on("error", () => socket.destroy());
    atEnd(t, () => {
      client.destroy();
      upstream.destroy();
    });
  });
  return { url: await listening(t, server), targets };
}

const portOf = (url: string): number => Number(new URL(url).port);

suite("a proxy in the environment", () => {
  test("is used for its scheme, with the TLS of the settings", async (t) => {
    const { ca, cert, key } = await signedCertificate(["secure.example"]);
    const inner = await httpsServer(t, { cert, key });
    const plain = await httpServer(t, echo);
    const https = await httpProxy(t, portOf(inner));
    const http = await httpProxy(t, portOf(plain));
    const env = { HTTPS_PROXY: https.url, http_proxy: http.url };
    const settings = { jsonData: { tlsAuthWithCACert: true }, secureJsonData: { tlsCACert: ca } };
    const fetch = fetchFor(t, settings, { env });

    assert.equal((await fetch("https://secure.example/x")).status, 200);
    assert.equal((await fetch("http://plain.example/x")).status, 200);

    assert.deepEqual(https.targets, ["secure.example:443"]);
    assert.deepEqual(http.targets, ["http://plain.example/x"]);
  });

  test("is not used for this machine, for names in NO_PROXY, and for another scheme", async (t) => {
    const plain = await httpServer(t, echo);
    const proxy = await httpProxy(t, portOf(plain));
    const local = fetchFor(t, { url: plain }, { env: { HTTP_PROXY: proxy.url } });
    const named = fetchFor(t, {}, { env: { HTTP_PROXY: proxy.url, NO_PROXY: "other.example, 127.0.0.2" } });
    const other = fetchFor(t, { url: plain }, { env: { HTTPS_PROXY: proxy.url } });

    assert.equal((await local("x")).status, 200);
    assert.ok((await rejectionOf(named("http://127.0.0.2:1/"))) instanceof TypeError);
    assert.equal((await other("x")).status, 200);
    assert.deepEqual(proxy.targets, []);
  });
});
