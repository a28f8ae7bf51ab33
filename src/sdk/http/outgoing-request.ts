import { PluginError } from "../../errors.ts";
import { quoteText } from "../../option-checks.ts";
import { settingsError } from "./settings-error.ts";

/** A request to send, made of what `fetch` takes. */
export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  /** A stream can be sent only once. */
  readonly body: OutgoingBody;
  readonly redirect: RequestRedirect;
  readonly signal: AbortSignal | undefined;
}

export type OutgoingBody = string | Uint8Array | ReadableStream<Uint8Array> | undefined;

/**
 * Reads the arguments of a `fetch`. A user and password in the URL become the header `Authorization`, as in Go's client;
 * `fetch` itself rejects them.
 *
 * @param base for relative inputs, which are below its path
 * @throws PluginError `invalid_option` for a URL that is not one of HTTP, or that leaves the path of `base`.
 */
export async function readRequest(
  base: string,
  input: string | URL | Request,
  init: RequestInit,
): Promise<OutgoingRequest> {
  const given = input instanceof Request ? input : undefined;
  const url = toUrl(base, input instanceof Request ? input.url : input);
  const headers = new Headers(init.headers ?? given?.headers);
  const authorization = takeCredentials(url);
  if (authorization !== undefined && !headers.has("authorization"))
    headers.set("authorization", authorization);
  const method = (init.method ?? given?.method ?? "GET").toUpperCase();
  return {
    url,
    // "patch" is not a method to fetch, and to no server either.
    method,
    headers,
    body: await readBody(init.body ?? given?.body ?? undefined, headers),
    redirect: init.redirect ?? given?.redirect ?? "follow",
    signal: init.signal ?? given?.signal ?? undefined,
  };
}

/** A text for errors and logs, without the parts of a URL that may hold secrets. */
export function describeRequest(method: string, url: URL): string {
  return `${method} ${url.origin}${url.pathname}`;
}

function toUrl(base: string, input: string | URL): URL {
  const text = String(input);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return httpUrl(text, false);
  const root = httpUrl(base, true);
  // Without a path it is the URL itself: `api.php/` is another one than `api.php`.
  if (/^(?:$|[?#])/.test(text)) return new URL(text, root);
  const path = `${root.pathname.replace(/\/+$/, "")}/`;
  const credentials = root.username === "" ? "" : `${root.username}:${root.password}@`;
  const url = new URL(`${root.protocol}//${credentials}${root.host}${path}${text.replace(/^[/\\]+/, "")}`);
  // A path from a user must not reach what the settings do not name.
  if (!url.pathname.startsWith(path)) {
    throw new PluginError(
      "invalid_option",
      `a relative URL must stay below the URL of the data source, got ${quoteText(text.replace(/[?#].*$/s, ""), 100)}: remove ".." from it, or pass an absolute URL`,
    );
  }
  return url;
}

/** Errors never quote it, because a URL may hold a password. */
function httpUrl(text: string, isStored: boolean): URL {
  const what = isStored ? "the URL of the data source" : "the URL of a request";
  const trimmed = text.trim();
  if (!URL.canParse(trimmed) || !/^https?:/i.test(trimmed)) {
    const seen = trimmed === "" ? "an empty one" : "another text";
    const message = `${what} must begin with http:// or https://, got ${seen}`;
    if (isStored)
      throw settingsError(
        `${message}: correct it in the settings of the data source, or pass an absolute URL`,
      );
    throw new PluginError(
      "invalid_option",
      `${message}: pass one, or a path below the URL of the data source`,
    );
  }
  return new URL(trimmed);
}

function takeCredentials(url: URL): string | undefined {
  const { username, password } = url;
  if (username === "" && password === "") return undefined;
  url.username = "";
  url.password = "";
  return basicAuthorization(decode(username), decode(password));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The value of the header `Authorization` of basic authentication. */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

/** Anything but a text and a stream is read into memory; its type becomes the header `Content-Type`. */
async function readBody(body: BodyInit | undefined, headers: Headers): Promise<OutgoingBody> {
  if (body === undefined) return undefined;
  if (body instanceof ReadableStream) return body as ReadableStream<Uint8Array>;
  const encoded = new Response(body);
  const type = encoded.headers.get("content-type");
  if (type !== null && !headers.has("content-type")) headers.set("content-type", type);
  return typeof body === "string" ? body : new Uint8Array(await encoded.arrayBuffer());
}
