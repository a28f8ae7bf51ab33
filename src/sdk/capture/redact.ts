import { hideSecretValues, secretSpellings } from "../../handlers/hide-secret-values.ts";

/** What stands for a secret in a recording, as upstream writes it. */
export const redacted = "REDACTED";

/** Secrets that the names of headers and parameters do not mark as such. */
export interface HarSecrets {
  /** Values that may stand anywhere. Those of fewer than four characters are found by their names only. */
  readonly values: readonly string[];
  /** Names of headers, in addition to the usual ones. */
  readonly headers: readonly string[];
}

/** Removes secrets from the parts of a recorded request. */
export interface Redactor {
  header(name: string, value: string): string;
  parameter(name: string, value: string): string;
  url(url: URL): string;
  /** The target of a redirect, which may be relative. */
  location(value: string): string;
  /** A body or another text. */
  text(text: string, mimeType: string): string;
}

const secretHeader =
  /authori[sz]ation|cookie|token|secret|password|credential|api-?key|session|^x-grafana-id$/i;
/** Upstream's list, and what else is usual. */
const secretParameter =
  /^(key|sig|signature|code|sid|auth|x-amz-(signature|credential)|assertion|client_assertion)$|token|secret|passw(or)?d|api[-_]?key/i;
/** In JSON a name alone says less: values of `key` are data. */
const secretMember =
  /"((?:access|refresh|id|auth|session|bearer|api)[-_]?token|token|client[-_]?secret|secret|passw(?:or)?d|api[-_]?key|private[-_]?key|assertion)"(\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
/** A name alone does not prove a secret: `key=host` and `code=1234` would take words and numbers out of the data. */
const shortestGuess = 6;

/**
 * The values that a request has under names of secrets, from six characters on: its server may repeat them under other
 * names.
 */
export function secretValuesOf(headers: Headers, parameters: URLSearchParams): string[] {
  const values: string[] = [];
  for (const [name, value] of headers) {
    // Of "Bearer …" the latter.
    if (secretHeader.test(name)) values.push(value, value.slice(value.indexOf(" ") + 1));
  }
  for (const [name, value] of parameters) if (secretParameter.test(name)) values.push(value);
  return values.filter(({ length }) => length >= shortestGuess);
}

/** Makes a {@link Redactor}. */
export function createRedactor({ values, headers }: HarSecrets): Redactor {
  const names = new Set(headers.map((name) => name.toLowerCase()));
  const searched = secretSpellings(values);
  const withoutValues = (text: string): string => hideSecretValues(text, searched, redacted);
  const parameter = (name: string, value: string): string =>
    secretParameter.test(name) ? redacted : withoutValues(value);
  const ofUrl = (url: URL): string => {
    const kept = new URL(url);
    kept.username = "";
    kept.password = "";
    if (kept.search !== "") kept.search = redactForm(kept.search.slice(1), parameter);
    return withoutValues(kept.href);
  };
  return {
    parameter,
    url: ofUrl,
    location: (value) => {
      if (URL.canParse(value)) return ofUrl(new URL(value));
      const [path = "", ...query] = value.split("?");
      const search = query.length === 0 ? "" : `?${redactForm(query.join("?"), parameter)}`;
      return withoutValues(`${path}${search}`);
    },
    header: (name, value) =>
      secretHeader.test(name) || names.has(name.toLowerCase()) ? redacted : withoutValues(value),
    text: (text, mimeType) => {
      if (/urlencoded/i.test(mimeType)) return withoutValues(redactForm(text, parameter));
      return withoutValues(text.replace(secretMember, `"$1"$2"${redacted}"`));
    },
  };
}

/** Keeps the spelling of every parameter that is not a secret. */
function redactForm(form: string, parameter: (name: string, value: string) => string): string {
  return form
    .split("&")
    .map((pair) => {
      const [[name, value] = ["", ""]] = new URLSearchParams(pair);
      return pair.includes("=") && parameter(name, value) === redacted
        ? `${pair.slice(0, pair.indexOf("="))}=${redacted}`
        : pair;
    })
    .join("&");
}
