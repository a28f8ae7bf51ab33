import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import type { ConnectionOptions } from "node:tls";
import type { Agent, buildConnector, Dispatcher } from "undici";
import { ifMissing } from "../../optional-peer.ts";
import type { TextValues } from "../../plugin/environment/text-values.ts";
import { maxInt32 } from "../../whole-number-option.ts";
import type { HttpSettings, HttpTlsSettings } from "./http-settings.ts";
import { sendAgain } from "./send-again.ts";
import { settingsError } from "./settings-error.ts";
import type { Dialer } from "./socks/socks-dialer.ts";

/** Sends one request and gives its response, without following redirects. */
export interface HttpTransport {
  send(url: URL, init: SendInit): Promise<Response>;
  /** Closes all connections; requests in flight reject. */
  close(): Promise<void>;
}

/** A request, as {@link HttpTransport} sends it. */
export interface SendInit {
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | undefined;
  readonly signal: AbortSignal;
}

/** What a transport is made of. */
export interface TransportOptions {
  readonly http: HttpSettings;
  readonly dial: Dialer | undefined;
  readonly forceTls13: boolean;
  /** For the proxies in `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly env: TextValues;
}

/**
 * Opens the connections of a data source: by undici, which is loaded here. Without undici the runtime's own `fetch` does
 * it, if no setting needs more.
 *
 * @throws Error when undici is missing and needed; what an undici that is there but broken throws; PluginError
 *   `invalid_option` for TLS material that cannot be used.
 */
export async function openTransport(options: TransportOptions): Promise<HttpTransport> {
  const withoutUndici = (cause: unknown): undefined => {
    const need = needsAgent(options);
    if (need !== undefined) throw missingUndici(need, cause);
  };
  const undici = await import("undici").catch(ifMissing("undici", withoutUndici));
  if (undici === undefined) {
    return { send: (url, init) => sendAgain(init, () => fetch(url, fetchInit(init))), close: async () => {} };
  }
  const agentFor = makeAgents(undici, options);
  return {
    send: (url, init) => sendAgain(init, () => requestBy(undici, agentFor(url), url, init)),
    close: () => agentFor.close(),
  };
}

/** The runtime's own: it blocks some ports and sends further headers. */
function fetchInit({ body, ...init }: SendInit): RequestInit {
  const sent = body === undefined ? {} : { body: body as BodyInit };
  return {
    ...init,
    ...sent,
    redirect: "manual",
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  } as RequestInit;
}

/** Not by undici's `fetch`, which sends no other `Host`, and has a list of ports that it refuses. */
async function requestBy(
  undici: typeof import("undici"),
  dispatcher: Dispatcher,
  url: URL,
  { method, headers, body, signal }: SendInit,
): Promise<Response> {
  const sent = new Headers(headers);
  if (!sent.has("accept")) sent.set("accept", "*/*");
  // As Go's client: a caller that asks for an encoding decodes it.
  const decodes = !sent.has("accept-encoding");
  if (decodes) sent.set("accept-encoding", "gzip");
  const stream = process.getBuiltinModule("node:stream");
  const received = await undici.request(url, {
    dispatcher,
    method: method as Dispatcher.HttpMethod,
    headers: Object.fromEntries(sent),
    body: body instanceof ReadableStream ? stream.Readable.from(body) : (body ?? null),
    signal,
  });
  try {
    return await toResponse(received, method, decodes);
  } catch (reason) {
    // For instance for a status that `Response` refuses: the body has no reader.
    received.body.on("error", () => {}).destroy();
    throw reason;
  }
}

async function toResponse(
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  method: string,
  decodes: boolean,
): Promise<Response> {
  const { STATUS_CODES } = process.getBuiltinModule("node:http");
  const init = { status, statusText: STATUS_CODES[status] ?? "", headers: toHeaders(headers) };
  if (method === "HEAD" || status === 204 || status === 205 || status === 304) {
    await body.dump();
    return new Response(null, init);
  }
  const isGzip = decodes && /^(x-)?gzip$/i.test(init.headers.get("content-encoding") ?? "");
  if (isGzip) {
    init.headers.delete("content-encoding");
    init.headers.delete("content-length");
  }
  const { ReadableStream: WebStream } = process.getBuiltinModule("node:stream/web");
  // The same class; its types in the DOM library lack this method.
  const content = WebStream.from(isGzip ? gunzipped(body) : body) as unknown as ReadableStream<Uint8Array>;
  return new Response(content, init);
}

function gunzipped(body: Readable): Readable {
  const gunzip = process.getBuiltinModule("node:zlib").createGunzip();
  // Destroys both when either fails.
  process.getBuiltinModule("node:stream").pipeline(body, gunzip, () => {});
  return gunzip;
}

function toHeaders(received: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const each of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, each);
  }
  return headers;
}

/** What only undici can do, in words; `undefined` if there is nothing. */
function needsAgent({ http, dial, forceTls13, env }: TransportOptions): string | undefined {
  if (dial !== undefined) return "the secure SOCKS proxy";
  if (http.tls !== undefined || forceTls13) return "options of TLS";
  if (http.maxConnectionsPerHost > 0) return "httpMaxConnsPerHost";
  if (http.headers.some(([name]) => name.toLowerCase() === "host")) return "a header Host";
  return Object.values(proxiesOf(env)).some((proxy) => proxy !== undefined)
    ? "a proxy in the environment"
    : undefined;
}

function missingUndici(need: string, cause: unknown): Error {
  return new Error(
    `the settings of the data source ask for ${need}, which needs the package undici, and it is not installed: run npm install undici`,
    { cause },
  );
}

type Agents = ((url: URL) => Dispatcher) & { readonly close: () => Promise<void> };

function makeAgents(undici: typeof import("undici"), options: TransportOptions): Agents {
  const { http, dial, env } = options;
  const tls = tlsOptions(options);
  const direct: Agent.Options = {
    connect: makeConnector(undici, options, tls),
    connections: http.maxConnectionsPerHost > 0 ? http.maxConnectionsPerHost : null,
    keepAliveTimeout: http.idleTimeoutMs > 0 ? Math.min(http.idleTimeoutMs, maxInt32) : maxInt32,
    keepAliveMaxTimeout: http.idleTimeoutMs > 0 ? Math.min(http.idleTimeoutMs, maxInt32) : maxInt32,
    // The time of a request bounds both.
    headersTimeout: 0,
    bodyTimeout: 0,
    // As Go's client does with options of TLS.
    allowH2: false,
  };
  const plain = new undici.Agent(direct);
  const agents: Dispatcher[] = [plain];
  const proxied = (uri: string | undefined): Dispatcher => {
    if (uri === undefined || dial !== undefined) return plain;
    const agent = new undici.EnvHttpProxyAgent({
      ...direct,
      httpProxy: uri,
      httpsProxy: uri,
      // As Go's client: only https: goes through a tunnel.
      proxyTunnel: false,
      // Go's client never asks a proxy for the machine itself.
      noProxy: `${env["NO_PROXY"] || env["no_proxy"] || ""},localhost,127.0.0.1,[::1]`,
      requestTls: { ...tls, timeout: http.tlsHandshakeTimeoutMs },
    });
    agents.push(agent);
    return agent;
  };
  const proxies = proxiesOf(env);
  const [forHttp, forHttps] = [proxied(proxies.http), proxied(proxies.https)];
  return Object.assign((url: URL) => (url.protocol === "https:" ? forHttps : forHttp), {
    close: async () => {
      await Promise.all(agents.map((agent) => agent.destroy()));
    },
  });
}

function proxiesOf(env: TextValues): {
  readonly http: string | undefined;
  readonly https: string | undefined;
} {
  return {
    http: env["HTTP_PROXY"] || env["http_proxy"] || undefined,
    https: env["HTTPS_PROXY"] || env["https_proxy"] || undefined,
  };
}

type TlsOptions = Pick<
  ConnectionOptions,
  "ca" | "cert" | "key" | "maxVersion" | "minVersion" | "rejectUnauthorized" | "servername"
>;

/** First a socket, by TCP or the SOCKS proxy, then TLS on it: so that each has its own time, as in Go. */
function makeConnector(
  undici: typeof import("undici"),
  { http, dial }: TransportOptions,
  tls: TlsOptions,
): buildConnector.connector {
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: http.keepAliveMs || 15_000 };
  const connectTcp = undici.buildConnector({ ...keepAlive, timeout: http.dialTimeoutMs });
  const startTls = undici.buildConnector({
    ...tls,
    ...keepAlive,
    timeout: http.tlsHandshakeTimeoutMs,
    allowH2: false,
  });
  const open = (connector: buildConnector.connector, to: buildConnector.Options): Promise<Socket> =>
    new Promise((resolve, reject) => {
      connector(to, (error, socket) => (error === null ? resolve(socket as Socket) : reject(error)));
    });
  return ({ hostname, protocol, port }, callback) => {
    const isTls = protocol === "https:";
    const to = { hostname, host: hostname, port: port || (isTls ? "443" : "80") };
    const connect = async (): Promise<Socket> => {
      const socket =
        dial === undefined
          ? await open(connectTcp, { ...to, protocol: "http:" })
          : await dial({ host: hostname, port: Number(to.port) });
      if (!isTls) return socket;
      // Go sends the name of the URL, whatever the header Host says.
      const servername = tls.servername ?? (isIp(hostname) ? undefined : hostname);
      const name = servername === undefined ? {} : { servername };
      return open(startTls, { ...to, ...name, protocol, httpSocket: socket });
    };
    connect().then(
      (socket) => callback(null, socket),
      (reason: unknown) => callback(reason as Error, null),
    );
  };
}

function isIp(hostname: string): boolean {
  return process.getBuiltinModule("node:net").isIP(hostname) !== 0;
}

function tlsOptions({ http, forceTls13 }: TransportOptions): TlsOptions {
  const version = forceTls13 ? ({ minVersion: "TLSv1.3", maxVersion: "TLSv1.3" } as const) : {};
  if (http.tls === undefined) return version;
  const { skipVerify, serverName } = http.tls;
  return {
    ...version,
    ...tlsMaterial(http.tls),
    rejectUnauthorized: !skipVerify,
    ...(serverName === "" ? {} : { servername: serverName }),
  };
}

function tlsMaterial({ ca, certificate, key }: HttpTlsSettings): TlsOptions {
  const { createSecureContext } = process.getBuiltinModule("node:tls");
  const authority = ca === "" ? {} : { ca };
  const pair = certificate === "" ? {} : { cert: certificate, key };
  try {
    if (ca !== "") {
      const { X509Certificate } = process.getBuiltinModule("node:crypto");
      // createSecureContext accepts a text without a certificate.
      void new X509Certificate(ca);
    }
  } catch (cause) {
    throw unusable("secureJsonData.tlsCACert", "certificates in PEM", cause);
  }
  try {
    createSecureContext(pair);
  } catch (cause) {
    throw unusable(
      "secureJsonData.tlsClientCert and tlsClientKey",
      "a certificate and its private key in PEM, without a passphrase",
      cause,
    );
  }
  return { ...authority, ...pair };
}

function unusable(members: string, expected: string, cause: unknown): Error {
  return settingsError(
    `${members} must be ${expected}: enter them again in the settings of the data source`,
    { cause },
  );
}
