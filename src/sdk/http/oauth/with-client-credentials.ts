import { millisecondsOption, systemTextOption } from "../../../option-checks.ts";
import { basicAuthorization } from "../outgoing-request.ts";
import type { Fetch } from "../wrap-fetch.ts";
import { defaultLeewayMs, requestToken, withToken } from "./oauth-token.ts";

/** Options of {@link withClientCredentials}. */
export interface ClientCredentialsOptions {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default: none. */
  readonly scopes?: readonly string[] | undefined;
  /** Further parameters of the token request, such as `audience`. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /**
   * How the token endpoint gets the secret: in the header `Authorization` (`basic`, default, which every server must
   * accept) or in the body (`post`).
   */
  readonly clientAuthentication?: "basic" | "post" | undefined;
  /** How long before its end a token is replaced. Default 10000. */
  readonly leewayMs?: number | undefined;
}

/**
 * A `fetch` whose requests have a token of OAuth's client credentials (RFC 6749, 4.4). The token is asked for through
 * the same `fetch`, so TLS, proxies and the timeout of the settings hold for it, too.
 *
 * @param fetch such as one of `createFetch`; its other members, such as `close`, are those of the result
 * @throws PluginError `invalid_option` for an option that is not a text. A request rejects with an error that says what
 *   the token endpoint answered, without the secret.
 */
export function withClientCredentials<F extends Fetch>(fetch: F, options: ClientCredentialsOptions): F {
  const tokenUrl = systemTextOption("tokenUrl", options.tokenUrl);
  const clientId = systemTextOption("clientId", options.clientId);
  const clientSecret = systemTextOption("clientSecret", options.clientSecret, {
    isSecret: true,
    isEmptyAllowed: true,
  });
  const { scopes = [], params = {}, clientAuthentication = "basic" } = options;
  const leewayMs = millisecondsOption("leewayMs", options.leewayMs ?? defaultLeewayMs, {
    isZeroAllowed: true,
  });
  return withToken(fetch, leewayMs, () => {
    const form = new URLSearchParams({ ...params, grant_type: "client_credentials" });
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    const headers: Record<string, string> = {};
    if (clientAuthentication === "basic") {
      headers["authorization"] = basicAuthorization(formText(clientId), formText(clientSecret));
    } else {
      form.set("client_id", clientId);
      form.set("client_secret", clientSecret);
    }
    const secrets = [clientSecret, formText(clientSecret)];
    return requestToken(fetch, tokenUrl, form, headers, secrets);
  });
}

/** RFC 6749 has both parts encoded as in a form. */
function formText(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
