import { describeRequest, type OutgoingRequest } from "./outgoing-request.ts";

/** A request on its way through redirects. */
export interface Hop extends OutgoingRequest {
  /** Credentials may be sent: no redirect has led to another server. It stays false. */
  readonly isTrusted: boolean;
  readonly redirects: number;
}

/** Most redirects that are followed, as in Go's client. */
const maxRedirects = 10;
/** Headers of the caller that another server must not get. */
const secretHeaders = ["authorization", "cookie", "proxy-authorization", "x-id-token", "x-grafana-id"];

/**
 * The request that a redirect asks for, by the rules of `fetch`; `undefined` for a response that is not a redirect.
 *
 * Credentials stay with their server, which is an origin: host, port and scheme; the step from `http:` to `https:` of
 * the same host on the usual ports is allowed. Go's client compares hosts only, and its SDK sends the credentials of
 * the settings to every host of the chain.
 *
 * @throws TypeError for more than 10 redirects, a target that is not HTTP, and a body that can be sent only once.
 */
export function nextHop(hop: Hop, response: Response): Hop | undefined {
  const location = response.headers.get("location");
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return undefined;
  const what = describeRequest(hop.method, hop.url);
  if (hop.redirect === "error") {
    throw new TypeError(`${what} is redirected, and its option redirect is "error"`);
  }
  if (hop.redirects === maxRedirects) {
    throw new TypeError(
      `${what} is redirected for more than ${maxRedirects} times: check the URL of the data source`,
    );
  }
  const url = URL.canParse(location, hop.url) ? new URL(location, hop.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`${what} is redirected to something other than a URL of HTTP: check the server`);
  }
  url.username = "";
  url.password = "";
  const isTrusted = hop.isTrusted && isSameServer(hop.url, url);
  const headers = new Headers(hop.headers);
  if (!isTrusted) for (const name of secretHeaders) headers.delete(name);
  const next = { ...hop, url, headers, isTrusted, redirects: hop.redirects + 1 };
  if (!becomesGet(hop.method, response.status)) {
    if (hop.body instanceof ReadableStream) {
      throw new TypeError(`${what} is redirected, and its body is a stream, which can be sent only once`);
    }
    return next;
  }
  for (const name of [
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-type",
  ]) {
    headers.delete(name);
  }
  return { ...next, method: "GET", body: undefined };
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}

function isSameServer(from: URL, to: URL): boolean {
  const isUpgrade =
    from.protocol === "http:" && to.protocol === "https:" && from.port === "" && to.port === "";
  return from.origin === to.origin || (isUpgrade && from.hostname === to.hostname);
}
