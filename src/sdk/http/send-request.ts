import { isError, messageOf } from "../../errors.ts";
import type { HarRecorder, HarSecrets } from "../capture/har-recorder.ts";
import type { RequestContext } from "../context/request-context.ts";
import { addCallHeaders, userAgent } from "./call-headers.ts";
import { type FetchEvent, type FetchLabels, labelText, methodLabel } from "./fetch-events.ts";
import type { HttpSettings } from "./http-settings.ts";
import { type Hop, nextHop } from "./next-hop.ts";
import type { HttpTransport } from "./open-transport.ts";
import { basicAuthorization, describeRequest, type OutgoingRequest } from "./outgoing-request.ts";
import { ResponseTooLargeError } from "./response-too-large-error.ts";
import { watchBody } from "./watch-body.ts";

/** What all requests of a data source have in common. */
export interface Sender {
  readonly http: HttpSettings;
  readonly open: () => Promise<HttpTransport>;
  /** Origins that get the credentials of the settings; `undefined`: every one. */
  readonly credentialOrigins: ReadonlySet<string> | undefined;
  readonly forwardedNames: readonly string[];
  readonly plugin: { readonly pluginId: string | undefined; readonly pluginVersion: string | undefined };
  readonly usesSocks: boolean;
  readonly onEvent: ((event: FetchEvent) => void) | undefined;
  readonly recorder: HarRecorder | undefined;
  readonly secrets: HarSecrets;
}

/** What one request has of its own. */
export interface Sending {
  readonly context: RequestContext | undefined;
  /** The context's login is passed on. */
  readonly isForwarded: boolean;
  /** Largest body; 0: no limit. */
  readonly limitBytes: number;
  readonly signal: AbortSignal;
  /** Called once, when the response was read, given up, or has failed. */
  readonly end: () => void;
}

/** Sends a request, follows its redirects, and watches the body of its response. */
export async function sendRequest(
  sender: Sender,
  request: OutgoingRequest,
  sending: Sending,
): Promise<Response> {
  let hop: Hop = { ...request, isTrusted: true, redirects: 0 };
  try {
    const { send } = await sender.open();
    for (;;) {
      const { response, onEnd } = await sendMeasured(sender, sending, hop, send);
      const next = hop.redirect === "manual" ? undefined : nextHop(hop, response);
      if (next === undefined) return watched(response, hop, sending, onEnd);
      await response.body?.cancel();
      onEnd(0);
      hop = next;
    }
  } catch (reason) {
    sending.end();
    throw sending.signal.aborted ? sending.signal.reason : reason;
  }
}

interface Answered {
  readonly response: Response;
  /** To be called with the size of the body. */
  readonly onEnd: (bytes: number) => void;
}

async function sendMeasured(
  sender: Sender,
  sending: Sending,
  hop: Hop,
  send: HttpTransport["send"],
): Promise<Answered> {
  const { onEvent } = sender;
  if (onEvent === undefined) return { response: await sendHop(sender, sending, hop, send), onEnd: () => {} };
  const labels = labelsOf(sender, sending.context);
  const method = methodLabel(hop.method);
  const startMs = performance.now();
  const onHead = (code: string | undefined, error: unknown): void => {
    const durationSeconds = (performance.now() - startMs) / 1000;
    onEvent({ type: "response", labels, code, method, durationSeconds, error });
  };
  onEvent({ type: "start", labels });
  try {
    const response = await sendHop(sender, sending, hop, send);
    onHead(String(response.status), undefined);
    return { response, onEnd: (bytes) => onEvent({ type: "end", labels, bytes }) };
  } catch (reason) {
    onHead(undefined, reason);
    throw reason;
  }
}

function labelsOf({ plugin, usesSocks }: Sender, context: RequestContext | undefined): FetchLabels {
  return {
    datasource_type: labelText(plugin.pluginId || context?.pluginId || ""),
    secure_socks_ds_proxy_enabled: usesSocks ? "true" : "false",
    endpoint: context?.endpoint ?? "",
  };
}

async function sendHop(
  sender: Sender,
  sending: Sending,
  hop: Hop,
  send: HttpTransport["send"],
): Promise<Response> {
  const { signal, context } = sending;
  signal.throwIfAborted();
  const { url, method, body } = hop;
  const sent = { url, method, headers: headersOf(sender, sending, hop), body };
  let toSend = (): Promise<Response> => send(url, { ...sent, signal });
  for (const recorder of [sender.recorder, context?.harRecorder]) {
    if (recorder === undefined) continue;
    const inner = toSend;
    toSend = () => recorder.recordAround(sent, inner, sender.secrets);
  }
  try {
    return await toSend();
  } catch (reason) {
    throw describeFailure(hop, reason);
  }
}

/** In the order of the Go SDK, which decides what replaces what. */
function headersOf(sender: Sender, { context, isForwarded }: Sending, hop: Hop): Headers {
  const { credentialOrigins, http, plugin, forwardedNames } = sender;
  const headers = new Headers(hop.headers);
  const getsCredentials = credentialOrigins === undefined || credentialOrigins.has(hop.url.origin);
  if (hop.isTrusted && getsCredentials) addCredentials(headers, http);
  const agent = userAgent(context, plugin);
  if (!headers.has("user-agent")) headers.set("user-agent", agent ?? "Grafana");
  if (context !== undefined)
    addCallHeaders(headers, context, hop.isTrusted && isForwarded ? forwardedNames : []);
  return headers;
}

/** Basic authentication where there is no other; custom headers replace others. */
function addCredentials(headers: Headers, { basicAuth, headers: custom }: HttpSettings): void {
  if (basicAuth !== undefined && !headers.has("authorization")) {
    headers.set("authorization", basicAuthorization(basicAuth.user, basicAuth.password));
  }
  for (const [name] of custom) headers.delete(name);
  for (const [name, value] of custom) headers.append(name, value);
}

function watched(
  response: Response,
  hop: Hop,
  { limitBytes, signal, end }: Sending,
  onEnd: Answered["onEnd"],
): Response {
  let bytes = 0;
  let isEnded = false;
  const body = watchBody(response, {
    onBytes: (more) => {
      bytes += more;
      if (limitBytes > 0 && bytes > limitBytes) {
        throw new ResponseTooLargeError(describeRequest(hop.method, hop.url), limitBytes);
      }
    },
    onEnd: () => {
      if (isEnded) return;
      isEnded = true;
      end();
      onEnd(bytes);
    },
    toError: (reason) => (signal.aborted ? signal.reason : describeFailure(hop, reason)),
  });
  // A response that is not made by `fetch` has no URL.
  return Object.defineProperties(body, {
    url: { value: hop.url.href, enumerable: true },
    redirected: { value: hop.redirects > 0, enumerable: true },
  });
}

/** As `fetch` fails, but with a message that says why. `fetch` itself says it in the cause. */
function describeFailure(hop: Hop, reason: unknown): unknown {
  const cause = reason instanceof TypeError && reason.cause !== undefined ? reason.cause : reason;
  const inner: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  const why = messageOf(isError(inner) && inner.message === "" ? inner.name : inner);
  return new TypeError(`${describeRequest(hop.method, hop.url)} failed: ${why}`, { cause });
}
