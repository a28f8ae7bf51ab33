const placeholder = "[secret]";
/** A shorter secret would be found in ordinary words. */
const minLength = 4;

/** The part of a `PluginContext` that has secrets. */
interface WithSecrets {
  readonly dataSourceInstanceSettings?: Settings | undefined;
  readonly appInstanceSettings?: Settings | undefined;
}

interface Settings {
  readonly decryptedSecureJsonData?: Readonly<Record<string, string>> | undefined;
}

/** The decrypted secrets that a host sends with a call, in all their {@link secretSpellings}. */
export function secretsOf(context: WithSecrets | undefined): readonly string[] {
  const ofDataSource = context?.dataSourceInstanceSettings?.decryptedSecureJsonData;
  const ofApp = context?.appInstanceSettings?.decryptedSecureJsonData;
  return secretSpellings([...Object.values(ofDataSource ?? {}), ...Object.values(ofApp ?? {})]);
}

/** {@link secretsOf} a request of any RPC. */
export function secretsOfRequest(request: unknown): readonly string[] {
  const { pluginContext } = (request ?? {}) as { readonly pluginContext?: WithSecrets | undefined };
  return secretsOf(pluginContext);
}

/**
 * How secrets may stand in a text: as they are, and as JSON, URLs, forms and base64 spell them. For
 * {@link hideSecretValues}. Secrets of fewer than four characters are left out.
 */
export function secretSpellings(secrets: readonly string[]): readonly string[] {
  const spelled = new Set(secrets.filter(({ length }) => length >= minLength).flatMap(spellings));
  // The longest first, because one may contain another.
  return [...spelled].sort((a, b) => b.length - a.length);
}

/** Matches a secret that JSON, URLs and forms leave as it is, as they do most tokens. */
const unchanged = /^[A-Za-z0-9*._-]+$/;

/** An error may quote a key with its line ends as JSON has them, or a password in a connection string or a header. */
function spellings(secret: string): readonly string[] {
  // The log of each call comes here.
  if (unchanged.test(secret)) return [secret, ...inBothAlphabets(btoa(secret))];
  // A lone half of a pair has no spelling in a URL.
  const wellFormed = secret.toWellFormed();
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(wellFormed),
    new URLSearchParams([["", wellFormed]]).toString().slice(1),
    ...inBothAlphabets(btoa(latin1Of(new TextEncoder().encode(wellFormed)))),
  ];
}

/** In both alphabets, without padding, so that it is found with it and without. */
function inBothAlphabets(padded: string): readonly string[] {
  const base64 = padded.replace(/=+$/, "");
  return [base64, base64.replaceAll("+", "-").replaceAll("/", "_")];
}

/** One character for each byte, as `btoa` expects. */
function latin1Of(bytes: Uint8Array): string {
  let binary = "";
  // Arguments of a call are bounded.
  for (let at = 0; at < bytes.length; at += 4096) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return binary;
}

/**
 * Replaces secrets in a text: an error of a driver or an HTTP client may quote a token or a connection string. Where two
 * of them overlap, both go.
 *
 * @param secrets as {@link secretSpellings} gives them
 */
export function hideSecretValues(
  text: string,
  secrets: readonly string[],
  replacement: string = placeholder,
): string {
  // Most texts have none of them.
  const found = secrets.filter((secret) => secret !== "" && text.includes(secret));
  if (found.length === 0) return text;
  const places = found.flatMap((secret) => placesOf(secret, text)).sort(([a], [b]) => a - b);
  let hidden = "";
  let end = 0;
  for (const [start, placeEnd] of places) {
    if (start >= end) hidden += text.slice(end, start) + replacement;
    end = Math.max(end, placeEnd);
  }
  return hidden + text.slice(end);
}

/** Where a secret stands in a text, joined where it overlaps with itself. In one pass: the text may come from anybody. */
function placesOf(secret: string, text: string): readonly (readonly [start: number, end: number])[] {
  const places: [start: number, end: number][] = [];
  const back = fallbacks(secret);
  let matched = 0;
  for (let at = text.indexOf(secret); at < text.length; at++) {
    while (matched > 0 && text[at] !== secret[matched]) matched = back[matched - 1] ?? 0;
    if (text[at] === secret[matched]) matched++;
    if (matched < secret.length) continue;
    const start = at + 1 - secret.length;
    const last = places.at(-1);
    if (last !== undefined && start < last[1]) last[1] = at + 1;
    else places.push([start, at + 1]);
    matched = back[matched - 1] ?? 0;
  }
  return places;
}

/** For each begin of a text, the length of the longest shorter one that it ends with (Knuth, Morris, Pratt). */
function fallbacks(text: string): readonly number[] {
  const back = [0];
  let matched = 0;
  for (let at = 1; at < text.length; at++) {
    while (matched > 0 && text[at] !== text[matched]) matched = back[matched - 1] ?? 0;
    if (text[at] === text[matched]) matched++;
    back.push(matched);
  }
  return back;
}

/** The same in every text of a value that a log line has as a field. */
export function hideSecretsInField(value: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0) return value;
  if (typeof value === "string") return hideSecretValues(value, secrets);
  if (typeof value !== "object" || value === null || value instanceof Error) return value;
  try {
    const json = JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "bigint" ? String(inner) : inner,
    );
    const hidden = hideSecretValues(json, secrets);
    return hidden === json ? value : JSON.parse(hidden);
  } catch {
    // What has no JSON, such as a circular object, might be printed in another way.
    return "an object that has no JSON";
  }
}
