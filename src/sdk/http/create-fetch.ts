import { listOption, systemTextOption } from "../../option-checks.ts";
import type { GrafanaConfig } from "../../plugin/environment/read-grafana-config.ts";
import { readSecureSocksProxy } from "../../plugin/environment/secure-socks-proxy.ts";
import { readInteger, type TextValues } from "../../plugin/environment/text-values.ts";
import { wholeNumberOption } from "../../whole-number-option.ts";
import type { HarRecorder, HarSecrets } from "../capture/har-recorder.ts";
import { loggedCallback } from "../logged-callback.ts";
import { readPropagation } from "../observe/tracing/otlp-settings.ts";
import type { DataSourceFetch, DataSourceRequestInit } from "./data-source-fetch.ts";
import type { FetchEvent } from "./fetch-events.ts";
import { startLifetime } from "./fetch-lifetime.ts";
import { type HttpSettings, type HttpSettingsSource, membersOf, readHttpSettings } from "./http-settings.ts";
import { type HttpTransport, openTransport } from "./open-transport.ts";
import { basicAuthorization, describeRequest, readRequest } from "./outgoing-request.ts";
import { type Sender, sendRequest } from "./send-request.ts";
import { readSecureSocksSettings } from "./socks/secure-socks-settings.ts";
import { createSocksDialer } from "./socks/socks-dialer.ts";

/** Options of {@link createFetch}. */
export interface FetchOptions {
  /** The host's configuration: its secure SOCKS proxy and its switch for TLS 1.3. Default: the proxy of `env`. */
  readonly config?: GrafanaConfig | undefined;
  /** For `User-Agent` and the labels of metrics. Default: those of the request's context. */
  readonly pluginId?: string | undefined;
  readonly pluginVersion?: string | undefined;
  /**
   * Largest body of a response in bytes, where neither the request, the host's configuration (`GF_RESPONSE_LIMIT`) nor
   * the environment (`GF_DATAPROXY_RESPONSE_LIMIT`) has a limit. Default: none, as in the Go SDK.
   */
  readonly responseLimitBytes?: number | undefined;
  /**
   * Origins, such as `https://api.example.com`, that get the credentials of the settings (basic authentication and
   * custom headers) beside the origin of the data source's URL. Default: none.
   */
  readonly credentialOrigins?: readonly string[] | undefined;
  /** Headers of the host's call that `forward` passes on beside those of the login. Default: none. */
  readonly forwardHeaders?: readonly string[] | undefined;
  /** Called for what happens to each request, to feed metrics. */
  readonly onEvent?: ((event: FetchEvent) => void) | undefined;
  /** Records each request as it was sent, beside the recorder of a call. */
  readonly recorder?: HarRecorder | undefined;
  /** Variables for proxies, limits and the formats of trace headers. Default `process.env`. */
  readonly env?: TextValues | undefined;
}

/**
 * Makes a `fetch` out of the settings of a data source: TLS, timeouts, proxies, credentials and limits, as Grafana's
 * settings page stores them. See docs/sdk/http.md for each member.
 *
 * It needs the package `undici`, which is loaded at the first request. Without it the runtime's own `fetch` serves, as
 * long as the settings ask for nothing more; otherwise requests reject with an error that says so.
 *
 * A request rejects with the signal's reason, with a `TimeoutError` when the time of the settings is over, with
 * {@link ResponseTooLargeError} while its body is read, else with a `TypeError` whose causes are those of the system.
 * Messages contain no credential and no query string.
 *
 * @param settings `stored` of them counts where a schema has parsed the rest
 * @throws PluginError `invalid_option` for settings or options that cannot be used.
 */
export function createFetch(settings: HttpSettingsSource, options: FetchOptions = {}): DataSourceFetch {
  const http = readHttpSettings(settings);
  const { env = process.env, config } = options;
  const socks = readSecureSocksSettings(settings, config?.secureSocksProxy ?? readSecureSocksProxy(env));
  const ownLimit = limitOption(options.responseLimitBytes);
  const fallbackLimit = readInteger(env, "GF_DATAPROXY_RESPONSE_LIMIT") || ownLimit;
  let transport: Promise<HttpTransport> | undefined;
  const open = (): Promise<HttpTransport> => {
    transport ??= openTransport({
      http,
      dial: socks && createSocksDialer(socks),
      forceTls13: config?.featureToggles.includes("pluginsForceTls13") ?? false,
      env,
    });
    return transport;
  };
  const sender: Sender = {
    http,
    open,
    credentialOrigins: credentialOrigins(http, options),
    forward: {
      login: true,
      grafanaId: true,
      cookies: true,
      names: textList("forwardHeaders", options.forwardHeaders),
    },
    propagation: readPropagation(env),
    plugin: { pluginId: options.pluginId, pluginVersion: options.pluginVersion },
    usesSocks: socks !== undefined,
    onEvent: loggedCallback("onEvent", options.onEvent),
    recorder: options.recorder,
    secrets: secretsOf(settings, http),
  };

  const inFlight = new Set<AbortController>();
  const closed = (): Error =>
    new Error("the fetch of the data source was closed: make a new one for the new settings");
  let isClosed = false;

  const call = async (input: string | URL | Request, init: DataSourceRequestInit = {}): Promise<Response> => {
    if (isClosed) throw closed();
    const { forward, context = forward } = init;
    const limitBytes = init.responseLimitBytes ?? (context?.config.responseLimitBytes || fallbackLimit);
    const request = await readRequest(http.url, input, init);
    request.signal?.throwIfAborted();
    const what = describeRequest(request.method, request.url);
    const lifetime = startLifetime(request.signal, http.timeoutMs, what);
    inFlight.add(lifetime.controller);
    const end = (): void => {
      lifetime.stop();
      inFlight.delete(lifetime.controller);
    };
    const { signal } = lifetime.controller;
    if (isClosed) lifetime.controller.abort(closed());
    return sendRequest(sender, request, {
      context,
      isForwarded: forward !== undefined,
      limitBytes,
      signal,
      end,
    });
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    for (const controller of inFlight) controller.abort(closed());
    // One that cannot be opened has nothing to close.
    await transport?.then(
      (opened) => opened.close(),
      () => {},
    );
  };
  return Object.assign(call, { close, [Symbol.asyncDispose]: close });
}

/** `undefined` means every origin: a data source without a URL says in its plugin where requests go. */
function credentialOrigins(http: HttpSettings, options: FetchOptions): ReadonlySet<string> | undefined {
  const more = textList("credentialOrigins", options.credentialOrigins);
  if (!URL.canParse(http.url.trim())) return more.length === 0 ? undefined : new Set(more.map(originOf));
  return new Set([http.url.trim(), ...more].map(originOf));
}

function originOf(text: string): string {
  return URL.canParse(text) ? new URL(text).origin : text;
}

function textList(name: string, list: readonly string[] = []): readonly string[] {
  return listOption(name, list, "a list of strings", (entry, text) => systemTextOption(entry, text));
}

function limitOption(limit: number | undefined): number {
  return limit === undefined || limit === Number.POSITIVE_INFINITY
    ? 0
    : wholeNumberOption("responseLimitBytes", limit);
}

/** What recordings must not contain. */
function secretsOf(
  { stored, ...settings }: HttpSettingsSource,
  { basicAuth, headers }: HttpSettings,
): HarSecrets {
  const { secureJsonData } = stored ?? settings;
  const values = Object.values(membersOf(secureJsonData)).filter((value) => typeof value === "string");
  const login = basicAuth && basicAuthorization(basicAuth.user, basicAuth.password).slice("Basic ".length);
  return {
    values: login === undefined ? values : [...values, login],
    headers: headers.map(([name]) => name),
  };
}
