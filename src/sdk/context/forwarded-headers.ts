import { encodeHeader } from "../../handlers/header-text.ts";
import { HeaderName } from "./header-names.ts";
import type { RequestContext } from "./request-context.ts";

/** Which headers of a call an outgoing request gets. */
export interface ForwardOptions {
  /** The user's OAuth tokens: `Authorization` and `X-Id-Token`. Default false. */
  readonly login?: boolean | undefined;
  /** Grafana's own token of the user, `X-Grafana-Id`. Default false. */
  readonly grafanaId?: boolean | undefined;
  /** The cookies that the host let through; a list is of their names. Default false. */
  readonly cookies?: boolean | readonly string[] | undefined;
  /** Names of further headers. Default: none. */
  readonly names?: readonly string[] | undefined;
  /**
   * Every header of the call except those of its connection, as the Go SDK does for clients with `ForwardHTTPHeaders`, and
   * except `Accept-Encoding`: which encodings the answer may have is up to the client that decodes it, not to the browser.
   * Default false.
   */
  readonly all?: boolean | undefined;
}

/**
 * Headers that belong to one connection or one body, by their name in lower case, which no outgoing request takes over
 * (RFC 9110, 7.6.1).
 */
export const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * The headers of a call for an outgoing request, for `fetch(url, { headers })`. `FromAlert` is always among them if the
 * call has it, so that the service sees that an alert rule asks; everything else only if the options name it: tokens and
 * cookies of a user go only to services that are meant to receive them. Text with more than ASCII, such as the name of a
 * user, is in bytes of UTF-8, each as a character: `fetch` takes no others, and a Go plugin sends the same.
 *
 * Headers of your own request come after them: `{ ...forwardedHeaders(context, { login: true }), Accept: "…" }`.
 */
export function forwardedHeaders(
  context: Pick<RequestContext, "headers">,
  options: ForwardOptions = {},
): Record<string, string> {
  const { headers } = context;
  const { login = false, grafanaId = false, cookies = false, names = [], all = false } = options;
  const forwarded: Record<string, string> = {};
  const put = (name: string, value: string | null): void => {
    if (value !== null && value !== "") forwarded[name] = encodeHeader(value);
  };
  if (all) {
    const dropped = ownNamesOf(headers.get("connection"));
    headers.forEach((value, name) => {
      if (name !== "accept-encoding" && !connectionHeaders.has(name) && !dropped.has(name))
        put(canonicalOf(name), value);
    });
  }
  const wanted = [
    HeaderName.fromAlert,
    ...(login ? [HeaderName.authorization, HeaderName.idToken] : []),
    ...(grafanaId ? [HeaderName.grafanaId] : []),
    ...names,
  ];
  for (const name of wanted) put(canonicalOf(name.toLowerCase(), name), headers.get(name));
  if (cookies !== false) put(HeaderName.cookie, cookiesOf(headers.get(HeaderName.cookie) ?? "", cookies));
  return forwarded;
}

/** Names that a `Connection` header lists: they are of the connection too. */
export function ownNamesOf(connection: string | null): ReadonlySet<string> {
  return new Set((connection ?? "").split(",").map((name) => name.trim().toLowerCase()));
}

/** Not made by each call: one may have many outgoing requests. */
const known: ReadonlyMap<string, string> = new Map(
  Object.values(HeaderName).map((name) => [name.toLowerCase(), name]),
);

/** So that one header has one name in the result. */
function canonicalOf(lowerCase: string, otherwise: string = lowerCase): string {
  return known.get(lowerCase) ?? otherwise.toLowerCase();
}

function cookiesOf(text: string, wanted: true | readonly string[]): string {
  if (wanted === true) return text;
  const pairs = text.split(";").map((pair) => pair.trim());
  return pairs.filter((pair) => wanted.includes(pair.split("=", 1)[0]?.trim() ?? "")).join("; ");
}
