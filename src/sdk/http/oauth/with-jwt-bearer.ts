import type { KeyObject } from "node:crypto";
import { PluginError } from "../../../errors.ts";
import { millisecondsOption, systemTextOption } from "../../../option-checks.ts";
import type { Fetch } from "../wrap-fetch.ts";
import { defaultLeewayMs, requestToken, withToken } from "./oauth-token.ts";

/** Options of {@link withJwtBearer}. */
export interface JwtBearerOptions {
  readonly tokenUrl: string;
  /** PEM of an RSA or EC (P-256) key. `\n` written as two characters counts as a line end. */
  readonly privateKey: string;
  /** `kid` of the assertion. Default: none. */
  readonly privateKeyId?: string | undefined;
  /** `iss`, such as the e-mail address of a service account. */
  readonly issuer: string;
  /** `sub`. Default: the issuer. */
  readonly subject?: string | undefined;
  /** `aud`. Default: the token endpoint. */
  readonly audience?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** Further claims of the assertion. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** How long an assertion is valid. Default 3600000, one hour, as in Go's OAuth client. */
  readonly lifetimeMs?: number | undefined;
  /** How long before its end a token is replaced. Default 10000. */
  readonly leewayMs?: number | undefined;
}

/**
 * A `fetch` whose requests have a token that is given for a signed assertion (RFC 7523), as Google's service accounts
 * do. RSA keys sign by RS256, EC keys by ES256. The token is asked for through the same `fetch`.
 *
 * @param fetch such as one of `createFetch`; its other members, such as `close`, are those of the result
 * @throws PluginError `invalid_option` for a key that cannot be used, without its text. A request rejects with an error
 *   that says what the token endpoint answered, without the assertion.
 */
export function withJwtBearer<F extends Fetch>(fetch: F, options: JwtBearerOptions): F {
  const tokenUrl = systemTextOption("tokenUrl", options.tokenUrl);
  const issuer = systemTextOption("issuer", options.issuer);
  const { subject = issuer, audience = tokenUrl, scopes = [], claims = {}, privateKeyId } = options;
  const lifetimeMs = millisecondsOption("lifetimeMs", options.lifetimeMs ?? 3_600_000);
  const leewayMs = millisecondsOption("leewayMs", options.leewayMs ?? defaultLeewayMs, {
    isZeroAllowed: true,
  });
  const key = readKey(options.privateKey);
  return withToken(fetch, leewayMs, () => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const scope = scopes.length === 0 ? {} : { scope: scopes.join(" ") };
    const assertion = signJwt(key, privateKeyId, {
      iss: issuer,
      sub: subject,
      aud: audience,
      ...scope,
      iat: nowSeconds,
      exp: nowSeconds + Math.ceil(lifetimeMs / 1000),
      ...claims,
    });
    const form = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion,
    });
    return requestToken(fetch, tokenUrl, form, {}, [assertion]);
  });
}

function readKey(pem: string): KeyObject {
  const { createPrivateKey } = process.getBuiltinModule("node:crypto");
  const text = systemTextOption("privateKey", pem, { isSecret: true }).replaceAll("\\n", "\n");
  let cause: unknown;
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === "rsa") return key;
    if (key.asymmetricKeyDetails?.namedCurve === "prime256v1") return key;
  } catch (reason) {
    cause = reason;
  }
  throw new PluginError(
    "invalid_option",
    "privateKey must be the PEM of an RSA key, or of an EC key on P-256, without a passphrase: take it whole from the file of the service account",
    { cause },
  );
}

function signJwt(key: KeyObject, kid: string | undefined, claims: object): string {
  const { sign } = process.getBuiltinModule("node:crypto");
  const isRsa = key.asymmetricKeyType === "rsa";
  const header = { alg: isRsa ? "RS256" : "ES256", typ: "JWT", ...(kid === undefined ? {} : { kid }) };
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${encode(header)}.${encode(claims)}`;
  // JWT has the two numbers of an ECDSA signature one after the other.
  const signature = sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}
