import { messageOf } from "../../../errors.ts";
import { quoteText } from "../../../option-checks.ts";
import { type Fetch, wrapFetch } from "../wrap-fetch.ts";

/** A token of OAuth 2.0. */
export interface OAuthToken {
  /** The value of the header `Authorization`. */
  readonly authorization: string;
  /** When it ends, in milliseconds since 1970; `Infinity` if the server does not say. */
  readonly expiresMs: number;
}

/** How long before its end a token is replaced: 10 s, as in Go's OAuth client, for requests on their way. */
export const defaultLeewayMs: number = 10_000;

/**
 * Sends each request of a `fetch` with a token, which is asked for when it is needed, kept until shortly before it ends,
 * and replaced once when the server answers 401. Requests that wait for a token wait for the same one; a request that is
 * aborted stops waiting, and the others get it.
 */
export function withToken<F extends Fetch>(
  fetch: F,
  leewayMs: number,
  request: () => Promise<OAuthToken>,
): F {
  let current: OAuthToken | undefined;
  let pending: Promise<OAuthToken> | undefined;
  const fresh = (): Promise<OAuthToken> => {
    pending ??= request()
      .then((token) => {
        current = token;
        return token;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };
  const tokenFor = async (signal: AbortSignal | null | undefined): Promise<OAuthToken> => {
    // Without this check an aborted request would still ask for a token.
    signal?.throwIfAborted();
    if (current !== undefined && Date.now() < current.expiresMs - leewayMs) return current;
    return untilAborted(fresh(), signal);
  };

  return wrapFetch(fetch, async (input, init) => {
    const given = input instanceof Request ? input : undefined;
    const signal = init?.signal ?? given?.signal;
    const send = (token: OAuthToken, body: string | URL | Request): Promise<Response> => {
      const headers = new Headers(init?.headers ?? given?.headers);
      headers.set("authorization", token.authorization);
      return fetch(body, { ...init, headers });
    };
    const token = await tokenFor(signal);
    const canRepeat = given?.body == null && !(init?.body instanceof ReadableStream);
    const response = await send(token, input);
    if (response.status !== 401 || !canRepeat) return response;
    await response.body?.cancel();
    // Another request may have replaced it by now.
    if (current === token) current = undefined;
    return send(await tokenFor(signal), input);
  });
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return promise;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Asks a token endpoint.
 *
 * @param secrets never appear in errors, even where the endpoint repeats them
 * @throws Error with what the endpoint answered: its status, and `error` and `error_description` of its JSON.
 */
export async function requestToken(
  fetch: Fetch,
  tokenUrl: string,
  form: URLSearchParams,
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Promise<OAuthToken> {
  const endpoint = endpointText(tokenUrl);
  let status: number;
  let text: string;
  try {
    const response = await fetch(tokenUrl, {
      method: "POST",
      headers: {
        ...headers,
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: form.toString(),
    });
    status = response.status;
    text = await readText(response);
  } catch (cause) {
    throw new Error(`the token endpoint ${endpoint} cannot be asked: ${messageOf(cause)}`, { cause });
  }
  const answer = parse(text);
  const isOk = status >= 200 && status <= 299;
  if (isOk && typeof answer["access_token"] === "string") return toToken(endpoint, answer);
  const said = [answer["error"], answer["error_description"]].filter((part) => typeof part === "string");
  const clean = secrets
    .filter((secret) => secret !== "")
    .reduce((kept, secret) => kept.replaceAll(secret, "REDACTED"), said.join(": "));
  const what = clean === "" ? "without an OAuth error" : quoteText(clean, 300);
  const problem = isOk ? `${status} without an access_token` : `${status} ${what}`;
  throw new Error(
    `the token endpoint ${endpoint} answered ${problem}: check its URL, the client and its secret`,
  );
}

function endpointText(url: string): string {
  if (!URL.canParse(url)) return "(not a URL)";
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Tokens have a few kilobytes. */
const maxAnswerBytes = 1 << 20;

/** A server that never ends its answer must not fill the memory. */
async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // Leaving the loop cancels the body.
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > maxAnswerBytes) throw new Error(`expected at most ${maxAnswerBytes} bytes, got more`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** What a header can have. `Headers` itself would quote the token in its error. */
const headerText = /^[\x21-\x7e]+$/;

function toToken(endpoint: string, answer: Readonly<Record<string, unknown>>): OAuthToken {
  const { access_token: token, token_type: given, expires_in: expires } = answer;
  const type = typeof given === "string" && !/^bearer$/i.test(given) && given !== "" ? given : "Bearer";
  if (!headerText.test(String(token)) || !headerText.test(type)) {
    throw new Error(
      `the token endpoint ${endpoint} answered with a token that no header can have: expected printable characters without blanks`,
    );
  }
  // Some servers send a text.
  const seconds = typeof expires === "number" || typeof expires === "string" ? Number(expires) : Number.NaN;
  return {
    authorization: `${type} ${String(token)}`,
    expiresMs: seconds > 0 ? Date.now() + seconds * 1000 : Number.POSITIVE_INFINITY,
  };
}
