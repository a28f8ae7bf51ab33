import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import type { PluginClient } from "grafana-plugin-protocol";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { type HttpSettings, type HttpSettingsSource, readHttpSettings } from "grafana-plugin-protocol/sdk";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";
import { echoServer, type Seen } from "./servers.ts";
import { contextWith, fetchFor, settingsWith } from "./settings.ts";

const go = await buildGoPeers();

/** What the Go SDK makes of settings; times are in nanoseconds. */
interface GoOptions {
  readonly error?: string;
  readonly timeouts: Readonly<Record<string, number>>;
  readonly basicAuth: { readonly User: string; readonly Password: string } | null;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly tls: Readonly<Record<string, unknown>> | null;
}

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

async function askGo(
  plugin: PluginClient<typeof v2>,
  { jsonData, secureJsonData, ...settings }: HttpSettingsSource,
  query: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { responses } = await plugin.data.queryData({
    headers,
    pluginContext: {
      dataSourceInstanceSettings: {
        ...settings,
        jsonData: encode(jsonData),
        decryptedSecureJsonData: secureJsonData as Record<string, string>,
      },
    },
    queries: [{ refId: "A", json: encode(query), timeRange: { fromEpochMS: 0n, toEpochMS: 1n } }],
  });
  const answers = await decodeQueryData({ $typeName: "pluginv2.QueryDataResponse", responses });
  return answers.get("A")?.frames[0]?.meta?.custom;
}

function fromGo({ error, timeouts, basicAuth, headers, tls }: GoOptions): object | string {
  if (error !== undefined) return "error";
  const ms = (name: string): number => (timeouts[name] ?? 0) / 1e6;
  return {
    timeoutMs: ms("Timeout"),
    dialTimeoutMs: ms("DialTimeout"),
    tlsHandshakeTimeoutMs: ms("TLSHandshakeTimeout"),
    keepAliveMs: ms("KeepAlive"),
    idleTimeoutMs: ms("IdleConnTimeout"),
    maxConnectionsPerHost: timeouts["MaxConnsPerHost"],
    basicAuth: basicAuth && `${basicAuth.User}:${basicAuth.Password}`,
    headers: Object.entries(headers ?? {}).flatMap(([name, values]) =>
      values.map((value) => `${name.toLowerCase()}: ${value}`),
    ),
    tls: tls && [
      tls["CACertificate"],
      tls["ClientCertificate"],
      tls["ClientKey"],
      tls["ServerName"],
      tls["InsecureSkipVerify"],
    ],
  };
}

function fromOurs(settings: HttpSettingsSource): object | string {
  let read: HttpSettings;
  try {
    read = readHttpSettings(settings);
  } catch {
    return "error";
  }
  const {
    url: _url,
    basicAuth,
    headers,
    tls,
    ...numbers
  } = Object.fromEntries(Object.entries(read)) as unknown as HttpSettings;
  return {
    ...numbers,
    basicAuth: basicAuth ? `${basicAuth.user}:${basicAuth.password}` : null,
    headers: headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`),
    tls: tls ? [tls.ca, tls.certificate, tls.key, tls.serverName, tls.skipVerify] : null,
  };
}

const names = [
  "timeout",
  "dialTimeout",
  "httpKeepAlive",
  "httpTLSHandshakeTimeout",
  "httpIdleConnTimeout",
  "httpMaxConnsPerHost",
];
const all = (value: unknown) => Object.fromEntries(names.map((name) => [name, value]));
const tlsSecrets = { tlsCACert: "ca", tlsClientCert: "cert", tlsClientKey: "key" };
const passwords = { basicAuthPassword: "first", password: "second" };

const same: Readonly<Record<string, Partial<HttpSettingsSource>>> = {
  nothing: {},
  "numbers of their own": { jsonData: Object.fromEntries(names.map((name, index) => [name, index + 2])) },
  zeros: { jsonData: all(0) },
  "basic authentication of the fields": {
    basicAuthEnabled: true,
    basicAuthUser: "me",
    secureJsonData: passwords,
  },
  "a user": { user: "me", secureJsonData: passwords },
  "both, and jsonData": {
    basicAuthEnabled: true,
    basicAuthUser: "me",
    user: "other",
    jsonData: { basicAuth: true, basicAuthUser: "json" },
    secureJsonData: passwords,
  },
  "basic authentication of jsonData": {
    jsonData: { basicAuth: true, basicAuthUser: "json" },
    secureJsonData: passwords,
  },
  "basic authentication without a password": { basicAuthEnabled: true, basicAuthUser: "me" },
  "basic authentication as a text": {
    jsonData: { basicAuth: "true", basicAuthUser: "json" },
    secureJsonData: passwords,
  },
  "TLS material without a switch": { jsonData: { serverName: "s" }, secureJsonData: tlsSecrets },
  "a client certificate": { jsonData: { tlsAuth: true, serverName: "s" }, secureJsonData: tlsSecrets },
  "an authority": { jsonData: { tlsAuthWithCACert: true }, secureJsonData: { tlsCACert: "ca" } },
  "no check": { jsonData: { tlsSkipVerify: true, serverName: "s" }, secureJsonData: tlsSecrets },
  "switches as texts": {
    jsonData: { tlsAuth: "true", tlsAuthWithCACert: 1, tlsSkipVerify: "yes" },
    secureJsonData: tlsSecrets,
  },
  headers: {
    jsonData: {
      httpHeaderName1: "X-A",
      httpHeaderName2: "X-B",
      httpHeaderName3: "x-a",
      httpHeaderName5: "X-E",
    },
    secureJsonData: { httpHeaderValue1: "1", httpHeaderValue3: "3", httpHeaderValue5: "5" },
  },
  "a text that is a number": { jsonData: { tlsAuth: true, serverName: 5 } },
  "a header whose name is a number": {
    jsonData: { httpHeaderName1: 5 },
    secureJsonData: { httpHeaderValue1: "1" },
  },
};

/** With what each side reads as the timeout: the Go SDK's 0 means that there is none. */
const different: readonly (readonly [jsonData: unknown, ours: number, theirs: number])[] = [
  ["60", 60_000, 0],
  ["soon", 30_000, 0],
  [null, 30_000, 0],
  [true, 30_000, 0],
  [0.5, 500, 0],
  [1.5, 1500, 1000],
  [-5, 0, -5000],
];

if (go === undefined) test("settings beside the Go SDK", { skip: withoutGo }, () => {});
else {
  const command = go.httpclient;
  const launched = async (t: TestContext): Promise<PluginClient<typeof v2>> => {
    await privateTmp(t);
    const plugin = await launchPlugin({ command, protocols: [v2] });
    atEnd(t, () => plugin.close());
    return plugin;
  };

  suite("settings beside the Go SDK", () => {
    test("are read as the Go SDK reads them", async (t) => {
      const plugin = await launched(t);
      for (const [name, own] of Object.entries(same)) {
        const settings = settingsWith(own);
        const theirs = (await askGo(plugin, settings, { kind: "options" })) as GoOptions;

        assert.deepEqual(sorted(fromOurs(settings)), sorted(fromGo(theirs)), name);
      }
    });

    test("are read as docs/sdk/http.md says where the Go SDK would turn a timeout off", async (t) => {
      const plugin = await launched(t);
      for (const [timeout, ours, theirs] of different) {
        const settings = settingsWith({ jsonData: { timeout } });
        const options = (await askGo(plugin, settings, { kind: "options" })) as GoOptions;

        assert.deepEqual(
          [readHttpSettings(settings).timeoutMs, (options.timeouts["Timeout"] ?? Number.NaN) / 1e6],
          [ours, theirs],
          String(timeout),
        );
      }
    });

    test("become the same request: credentials, headers, what is forwarded, and what replaces what", async (t) => {
      const plugin = await launched(t);
      const url = await echoServer(t);
      const custom = {
        jsonData: { httpHeaderName1: "X-Key", httpHeaderName2: "Host", httpHeaderName3: "Authorization" },
      };
      const values = { httpHeaderValue1: "kéy", httpHeaderValue2: "tenant.example" };
      const login = { Authorization: "Bearer user", Cookie: "a=1", "X-Id-Token": "id", FromAlert: "true" };
      for (const [name, own, headers, forward] of [
        ["nothing", {}, {}, true],
        ["basic authentication", { user: "me", secureJsonData: { password: "pä" } }, {}, false],
        ["basic authentication beside a login", { user: "me", secureJsonData: { password: "p" } }, {}, true],
        [
          "a header of the request",
          { user: "me", secureJsonData: { password: "p" } },
          { Authorization: "Own x" },
          true,
        ],
        ["custom headers", { ...custom, secureJsonData: values }, { "X-Key": "own" }, true],
        [
          "all",
          { ...custom, user: "me", secureJsonData: { ...values, httpHeaderValue3: "Custom c" } },
          { Authorization: "Own x" },
          true,
        ],
      ] as const) {
        const settings = settingsWith({ ...own, url });
        const query = { kind: "send", method: "POST", url: `${url}/x`, headers, body: "böd", forward };
        const theirs = (await askGo(plugin, settings, query, login)) as { readonly body: string };
        const context = contextWith({ headers: new Headers(login), isFromAlert: true });
        const init = { method: "POST", headers, body: new TextEncoder().encode("böd") };
        const ours = await fetchFor(t, settings)(
          "x",
          forward ? { ...init, forward: context } : { ...init, context },
        );

        assert.deepEqual(sent((await ours.json()) as Seen), sent(JSON.parse(theirs.body) as Seen), name);
      }
    });
  });
}

/** Without what each HTTP client adds by itself. */
function sent({ headers, ...rest }: Seen): object {
  const { "user-agent": _agent, accept: _accept, connection: _connection, ...own } = headers;
  return { ...rest, headers: own };
}

/** Headers of one name keep their order. */
function sorted(options: object | string): object | string {
  if (typeof options === "string") return options;
  const { headers } = options as { readonly headers: readonly string[] };
  return { ...options, headers: headers.toSorted() };
}
