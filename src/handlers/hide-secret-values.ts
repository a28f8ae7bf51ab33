import type { PluginContext } from "../../../gen/es/v2/pluginv2/backend_pb.js";

const placeholder = "[secret]";
/** A shorter secret would be found in ordinary words. */
const minLength = 4;

/** The decrypted secrets that a host sends with a call. */
export function secretsOf(context: PluginContext | undefined): readonly string[] {
  const ofDataSource = context?.dataSourceInstanceSettings?.decryptedSecureJsonData;
  const ofApp = context?.appInstanceSettings?.decryptedSecureJsonData;
  const secrets = [...Object.values(ofDataSource ?? {}), ...Object.values(ofApp ?? {})];
  // The longest first, because one may contain another.
  return secrets.filter(({ length }) => length >= minLength).sort((a, b) => b.length - a.length);
}

/**
 * Replaces secrets in a text by `[secret]`: an error of a driver or an HTTP client may quote a token or a connection
 * string.
 */
export function hideSecretValues(text: string, secrets: readonly string[]): string {
  let hidden = text;
  for (const secret of secrets) hidden = hidden.replaceAll(secret, placeholder);
  return hidden;
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
    const escaped = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
    const hidden = hideSecretValues(json, escaped);
    return hidden === json ? value : JSON.parse(hidden);
  } catch {
    return value;
  }
}
