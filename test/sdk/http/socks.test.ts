import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import {
  createSocksDialer,
  type HttpSettingsSource,
  readSecureSocksSettings,
} from "grafana-plugin-protocol/sdk";
import {
  readSecureSocksProxy,
  type SecureSocksProxy,
} from "../../../src/plugin/environment/secure-socks-proxy.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";
import { echo, httpServer, httpsServer, signedCertificate } from "./servers.ts";
import { fetchFor, settingsWith } from "./settings.ts";
import { buildSocksProxy, startSocksProxy } from "./socks-proxy.ts";

const prefix = "GF_SECURE_SOCKS_DATASOURCE_PROXY_";
const skip = (await buildGoPeers()) === undefined ? withoutGo : false;
if (skip === false) await buildSocksProxy();

/** The variables or the configuration by which a host names its proxy. */
function variables(own: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries({ SERVER_ENABLED: "true", ...own });
  return Object.fromEntries(named.map(([name, value]) => [`${prefix}${name}`, value]));
}

const insecure = (address: string) => variables({ PROXY_ADDRESS: address, ALLOW_INSECURE: "true" });

/** A proxy inside TLS, with the material that its client needs. */
async function secureProxy(t: TestContext, args: readonly string[] = []) {
  const { path } = await privateTmp(t);
  const server = await signedCertificate(["proxy.example"]);
  const client = await signedCertificate(["client.example"]);
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(path, name), text);
    return join(path, name);
  };
  const files = {
    cert: await write("cert.pem", server.cert),
    key: await write("key.pem", server.key),
    clients: await write("clients.pem", client.ca),
    CLIENT_CERT: await write("client-cert.pem", client.cert),
    CLIENT_KEY: await write("client-key.pem", client.key),
    ROOT_CA_CERT: await write("root.pem", server.ca),
  };
  const tls = ["-cert", files.cert, "-key", files.key, "-clients", files.clients];
  const proxy = await startSocksProxy(t, [...tls, ...args]);
  const common = { PROXY_ADDRESS: proxy.address, SERVER_NAME: "proxy.example" };
  const texts = { CLIENT_CERT_VAL: client.cert, CLIENT_KEY_VAL: client.key, ROOT_CA_CERT_VALS: server.ca };
  const { CLIENT_CERT, CLIENT_KEY, ROOT_CA_CERT } = files;
  return { ...proxy, common, texts, paths: { CLIENT_CERT, CLIENT_KEY, ROOT_CA_CERT } };
}

function dialer(own: Partial<HttpSettingsSource>, proxy: SecureSocksProxy | undefined) {
  const settings = readSecureSocksSettings(settingsWith(own), proxy);
  assert.ok(settings);
  return createSocksDialer(settings);
}

const enabled = { enableSecureSocksProxy: true };

suite("the secure SOCKS proxy", { skip }, () => {
  test("connects through TLS with a client certificate, of texts and of files", async (t) => {
    const proxy = await secureProxy(t);
    const origin = await httpServer(t, echo);
    const url = `http://name.example:${new URL(origin).port}`;

    for (const material of [proxy.texts, proxy.paths]) {
      const env = variables({ ...proxy.common, ...material });
      assert.equal((await fetchFor(t, { url, jsonData: enabled }, { env })("x")).status, 200);
    }

    // The proxy resolves the name.
    assert.deepEqual(proxy.asked(), ['"" asks for name.example', '"" asks for name.example']);
  });

  test("carries TLS with the server inside its own, by the settings of the data source", async (t) => {
    const proxy = await secureProxy(t);
    const { ca, cert, key } = await signedCertificate(["name.example"]);
    const origin = await httpsServer(t, { cert, key });
    const fetch = fetchFor(
      t,
      {
        url: `https://name.example:${new URL(origin).port}`,
        jsonData: { ...enabled, tlsAuthWithCACert: true },
        secureJsonData: { tlsCACert: ca },
      },
      { env: variables({ ...proxy.common, ...proxy.texts }) },
    );

    const response = await fetch("x", { method: "POST", body: "y".repeat(300_000) });

    assert.equal(((await response.json()) as { body: string }).body.length, 300_000);
  });

  test("is that of the host's configuration, which counts more than the environment", async (t) => {
    const proxy = await startSocksProxy(t);
    const url = await httpServer(t, echo);
    const config = { secureSocksProxy: readSecureSocksProxy(insecure(proxy.address)), featureToggles: [] };
    const env = insecure("127.0.0.1:1");

    await fetchFor(t, { url, jsonData: enabled }, { env, config: config as never })("x");

    assert.deepEqual(proxy.asked(), ['"" asks for 127.0.0.1']);
  });

  test("is used only where both the host and the data source say so", async (t) => {
    const url = await httpServer(t, echo);
    const env = insecure("127.0.0.1:1");

    for (const [jsonData, variablesOfHost] of [
      [{}, env],
      [{ enableSecureSocksProxy: "true" }, env],
      [enabled, { ...env, [`${prefix}SERVER_ENABLED`]: "false" }],
    ] as const) {
      assert.equal((await fetchFor(t, { url, jsonData }, { env: variablesOfHost })("x")).status, 200);
    }
  });

  test("gets the data source's uid for a user, or what the settings say, and its password", async (t) => {
    const proxies = [
      await startSocksProxy(t, ["-user", "ds-uid", "-password", "s3cret"]),
      await startSocksProxy(t, ["-user", "other", "-password", "s3cret"]),
    ];
    const url = await httpServer(t, echo);
    const secureJsonData = { secureSocksProxyPassword: "s3cret" };

    for (const [index, own] of [{}, { secureSocksProxyUsername: "other" }].entries()) {
      const env = insecure(proxies[index]?.address ?? "");
      assert.equal(
        (await fetchFor(t, { url, jsonData: { ...enabled, ...own }, secureJsonData }, { env })("x")).status,
        200,
      );
    }
    const env = insecure(proxies[1]?.address ?? "");
    const refused = await rejectionOf(fetchFor(t, { url, jsonData: enabled, secureJsonData }, { env })("x"));

    assert.deepEqual(
      proxies.map((proxy) => proxy.asked()),
      [['"ds-uid" asks for 127.0.0.1'], ['"other" asks for 127.0.0.1']],
    );
    assert.match(
      String(refused),
      /failed: the secure SOCKS proxy refuses user "ds-uid": check the user and the password$/,
    );
    assert.doesNotMatch(String(refused), /s3cret/);
  });

  test("is told an IPv6 address as one, and gives what the server sends first", async (t) => {
    const proxy = await startSocksProxy(t);
    const server = createServer((socket) => socket.end("hello")).listen(0, "::1");
    await once(server, "listening");
    atEnd(t, () => server.close());
    const connect = dialer({ jsonData: enabled }, readSecureSocksProxy(insecure(proxy.address)));

    const socket = await connect({ host: "::1", port: (server.address() as AddressInfo).port });
    const pieces = [];
    for await (const piece of socket) pieces.push(piece as Buffer);

    assert.equal(Buffer.concat(pieces).toString(), "hello");
    assert.deepEqual(proxy.asked(), ['"" asks for ::1']);
  });

  test("that refuses a connection is named with its reason", async (t) => {
    const [open, denying] = [await startSocksProxy(t), await startSocksProxy(t, ["-deny"])];
    const connect = (address: string) =>
      dialer({ jsonData: enabled }, readSecureSocksProxy(insecure(address)))({ host: "127.0.0.1", port: 1 });

    const refused = (await rejectionOf(connect(open.address))) as Error;
    const denied = (await rejectionOf(connect(denying.address))) as Error;

    assert.equal(refused.message, "the secure SOCKS proxy cannot connect to 127.0.0.1:1: connection refused");
    assert.equal(Reflect.get(refused, "code"), "ECONNREFUSED");
    assert.match(denied.message, /: connection not allowed by its rules$/);
  });

  test("that knows no client certificate ends the connection", async (t) => {
    const proxy = await secureProxy(t);
    const stranger = await signedCertificate();
    const texts = { ...proxy.texts, CLIENT_CERT_VAL: stranger.cert, CLIENT_KEY_VAL: stranger.key };
    const connect = dialer(
      { jsonData: enabled },
      readSecureSocksProxy(variables({ ...proxy.common, ...texts })),
    );

    assert.ok((await rejectionOf(connect({ host: "name.example", port: 1 }))) instanceof Error);
    assert.deepEqual(proxy.asked(), []);
  });
});

suite("a SOCKS proxy that misbehaves", () => {
  /** A server that answers the first bytes with these, and then nothing. */
  async function answering(t: TestContext, answer: readonly number[] | "close"): Promise<string> {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      atEnd(t, () => socket.destroy());
      socket.once("data", () => (answer === "close" ? socket.end() : socket.write(Uint8Array.from(answer))));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    atEnd(t, () => server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const failure = async (address: string, own: object = {}, signal?: AbortSignal): Promise<string> => {
    const jsonData = { ...enabled, ...own };
    const connect = dialer({ jsonData }, readSecureSocksProxy(insecure(address)));
    return String(await rejectionOf(connect({ host: "name.example", port: 80 }, { signal })));
  };

  test("is described: another version, no method, a connection that closes", async (t) => {
    assert.match(
      await failure(await answering(t, [72, 84])),
      /expected a SOCKS5 proxy, and it answers with version 72/,
    );
    assert.match(
      await failure(await answering(t, [5, 255])),
      /accepts neither "no authentication" nor "user and password"/,
    );
    assert.match(await failure(await answering(t, "close")), /closed the connection before it answered/);
  });

  test("is given up after the time of the settings, and when the caller aborts", async (t) => {
    const silent = await answering(t, []);

    assert.match(
      await failure(silent, { timeout: 0.1 }),
      /no connection through the secure SOCKS proxy 127\.0\.0\.1:\d+ within 100 ms: raise jsonData\.timeout/,
    );
    assert.match(await failure(silent, {}, AbortSignal.timeout(50)), /TimeoutError/);
    assert.match(await failure(silent, {}, AbortSignal.abort(new Error("why"))), /why/);
  });

  test("settings that cannot be used are named", async () => {
    const connect = (values: Record<string, string>, own: object = {}) =>
      rejectionOf(
        dialer(
          { jsonData: { ...enabled, ...own } },
          readSecureSocksProxy(variables(values)),
        )({ host: "a", port: 1 }),
      ).then(String);

    assert.match(
      await connect({ PROXY_ADDRESS: "no-port" }),
      /expected a root certificate for the secure SOCKS proxy/,
    );
    assert.match(
      await connect({ PROXY_ADDRESS: "no-port", ALLOW_INSECURE: "true" }),
      /the address of the secure SOCKS proxy must be host:port, got "no-port": set proxy_address/,
    );
    assert.match(
      await connect({ PROXY_ADDRESS: "a:1", ROOT_CA_CERT: "/nowhere.pem" }),
      /cannot read "\/nowhere\.pem", which the host names for its secure SOCKS proxy/,
    );
    assert.match(
      await connect({
        PROXY_ADDRESS: "a:1",
        ROOT_CA_CERT_VALS: "x",
        CLIENT_CERT_VAL: "x",
        CLIENT_KEY_VAL: "hunter2",
      }),
      /cannot use the certificates of the secure SOCKS proxy(?!.*hunter2)/,
    );
  });
});
